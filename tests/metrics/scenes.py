"""Scenes: small cases that each prove one rule, all in one ledger, a desk a scene, so that the figures are computed once."""

from __future__ import annotations

import datetime as dt

from tests.metrics.ledgers import AS_OF, Row, record, revision


def at(clock: str, day: str = "2023-10-02") -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{clock}")


def answered(minutes: float, **cells: object) -> Row:
    """A response record raised at 09:00, answered and solved so many minutes later."""
    done = at("09:00") + dt.timedelta(minutes=minutes)
    stamps = {"accepted_at": at("09:00"), "first_response_at": done, "started_at": done, "resolved_at": done, "closed_at": done}
    about = {"raised_at": at("09:00"), "category": "inquiry", "channel": "phone"}
    return record(**(about | stamps | cells))


def ago(minutes: float) -> dt.datetime:
    return AS_OF - dt.timedelta(minutes=minutes)


PRINTED = record(
    record_no="20231001001", customer="A公司", channel="phone", category="inquiry", agent="*客服小李", satisfaction="satisfied",
    raised_at=at("09:00", "2023-10-01"), accepted_at=at("09:02", "2023-10-01"), first_response_at=at("09:05", "2023-10-01"),
    started_at=at("09:05", "2023-10-01"), resolved_at=at("09:20", "2023-10-01"), transfers="无",
)  # fmt: skip
SCENES: dict[str, list[Row]] = {
    "printed": [PRINTED],
    "unrounded": [answered(50), answered(100.5)],
    "days": [answered(61), answered(1441)],
    "unanswered": [answered(0), answered(7, first_response_at=None)],
    "population": [answered(30), answered(31), record(raised_at=ago(10), category="inquiry")],
    "equal": [answered(30), answered(31), *(record(raised_at=ago(minutes), category="inquiry") for minutes in (31, 30))],
    "reclassified": [answered(90, category="fault", category_first="inquiry")],
    "withdrawn": [answered(90, state="withdrawn")],
    "no_closing_time": [record(form="communication", raised_at=at("09:00"), state="resolved", first_handed_in=at("18:00"))],
    "reopened": [
        record(raised_at=at("09:00"), category="inquiry", resolved_at=at("12:00")),
        record(raised_at=at("09:00"), category="inquiry"),
    ],
    "future": [
        answered(5, resolved_at=AS_OF + dt.timedelta(days=1), closed_at=None),
        record(raised_at=AS_OF + dt.timedelta(minutes=1)),
    ],
    "unordered": [answered(5, accepted_at=at("09:30"))],
    "no_stamps": [record(form="communication", raised_at=at("09:00"))],
    "online": [record(form="feedback", raised_at=at("09:00"), online_seconds=45, call_minutes=15, complex="yes")],
    "nine": [answered(n) for n in range(1, 10)],
    "ten": [answered(n) for n in range(1, 11)],
    "rated": [
        answered(5, satisfaction="satisfied"),
        record(form="feedback", raised_at=at("09:00"), satisfaction="neutral"),
        record(form="feedback", raised_at=at("09:00"), satisfaction="unrated"),
    ],
    "late": [answered(5, first_handed_in=at("09:00", "2023-10-03")), answered(5, first_handed_in=at("09:01", "2023-10-03"))],
    "groups": [
        answered(5, category="complaint", team="groups"),
        record(form="feedback", raised_at=at("09:00"), category="quality_complaint", team="groups"),
    ],
    "waiting": [record(raised_at=ago(10), category="inquiry", channel="email", accepted_at=AS_OF)],
    "block": [
        answered(20),
        record(
            raised_at=at("09:00", "2023-10-05"), resolved_at=at("09:20", "2023-10-05"), category="suggestion", category_first="suggestion"
        ),
    ],
}


def ledger() -> tuple[list[Row], list[Row]]:
    """All scenes: the desk is the scene's name, source ids are `scene-1`, `scene-2` …"""
    records = [{**row, "desk": name, "source_id": f"{name}-{n}"} for name, rows in SCENES.items() for n, row in enumerate(rows, 1)]
    by_id = {row["source_id"]: row for row in records}
    closed, again, never = by_id["no_closing_time-1"], by_id["reopened-1"], by_id["reopened-2"]
    histories = {
        "no_closing_time-1": [
            revision(closed, 1, state="open", handed_in=at("18:00")),
            revision(closed, 2, handed_in=at("18:00", "2023-10-04")),
        ],
        "reopened-1": [
            revision(again, 1, resolved_at=at("10:00")),
            revision(again, 2, state="open", resolved_at=None),
            revision(again, 3),
        ],
        "reopened-2": [revision(never, 1, state="resolved", resolved_at=at("10:00")), revision(never, 2)],
    }
    return records, [each for row in records for each in histories.get(row["source_id"], [revision(row)])]
