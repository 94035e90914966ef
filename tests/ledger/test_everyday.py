"""What people do with workbooks every day, as one table: what becomes of the rows, which warning is given, what the ledger then holds.

After every hand-in: each row has one outcome, no record is lost or doubled, none that was closed is open again; and the same folder
handed in once more changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from csbook.ledger import Merged
from tests.ledger.workbooks import OTHER, SOLVED, Office, Row, Workbook, case, codes, everywhere, saved

pytestmark = everywhere()

NEW = "新.xlsx"
EARLIER = {"raised_at": "2023-10-01 08:00", "raised_date": "2023-10-01"}


def a(number: int, **fields: object) -> Row:
    """A case of desk A07 in row `number` of its template; each row another customer and description."""
    return case(f"A07-5KQ2M-{number:03}", **{"customer": f"CUST{number}", "description": f"{number}号订单物流没有更新", **fields})


def pasted(rows: Sequence[Row]) -> list[Row]:
    """The same rows in another template, under its own ids."""
    return [{**row, "id": str(row["id"]).replace("5KQ2M", "9ZZZ9")} for row in rows]


def backup(*rows: Row) -> list[Row]:
    """The same rows on a second sheet of the workbook."""
    return [{**row, "sheet": "记录 (2)"} for row in rows]


def bare(sheet: str, *rows: Row) -> list[Row]:
    """The same rows on that sheet of a workbook without ids."""
    return [{**row, "id": None, "sheet": sheet} for row in rows]


@dataclass(frozen=True)
class Step:
    """A folder handed in: outcomes row by row, and the codes it is told."""

    folder: Sequence[Workbook]
    outcomes: str
    says: str = ""


def day(days: float, rows: Sequence[Row], outcomes: str, says: str = "", path: str = "a.xlsx", desk: str = "A07") -> Step:
    """One workbook, saved `days` after Monday."""
    return Step([Workbook(rows, path=path, modified=saved(days), desk=desk)], outcomes, says)


TWELVE = [a(number) for number in range(1, 13)]
LAST_MONTH = [a(number) for number in (1, 2, 3)]
OCTOBER, NOVEMBER = bare("十月", a(1), a(2)), bare("十一月", a(3))
PAIRED = (a(1), a(1), a(3, good=False))
FOREIGN = case("erp:10017", customer="CUST9")

# what people do -> hand-ins, and how many records the ledger holds at the end
CASES: dict[str, tuple[list[Step], int]] = {
    "the rows are sorted": ([day(0, [a(1), a(2), a(3)], "new new new"), day(1, [a(3), a(1), a(2)], "unchanged unchanged unchanged")], 3),
    "a row is cleared and another case typed into it": (
        [day(0, [a(1, **SOLVED), a(2)], "new new"), day(1, [a(1, **OTHER), a(2)], "new unchanged", "ID_REUSED")],
        3,
    ),
    "a row is copied with its id and becomes another case": (
        [day(0, [a(1)], "new"), day(1, [a(1), a(1, **OTHER)], "unchanged new", "ID_TWICE")],
        2,
    ),
    "the sheet is copied within the workbook": (
        [
            day(0, [a(1), a(2), *backup(a(1), a(2))], "new new unchanged unchanged", "SHEET_COPIED"),
            day(1, [a(1), a(2, **SOLVED), *backup(a(1), a(2))], "unchanged updated unchanged stale", "SHEET_COPIED"),
        ],
        2,
    ),
    "the sheet is copied, and the copy goes on": (
        [
            day(0, [a(1), a(2)], "new new"),
            day(1, [a(1), a(2), *backup(a(1), a(2, **SOLVED), a(3))], "unchanged unchanged unchanged updated new", "SHEET_COPIED"),
        ],
        3,
    ),
    "the sheet is copied twice, a faulty row with it": (
        [
            day(
                0,
                [a(1), a(2, good=False), *backup(a(1), a(2, good=False)), {**a(1), "sheet": "记录 (3)"}],
                "new quarantined unchanged stale unchanged",
                "SHEET_COPIED SHEET_COPIED",
            ),
            day(1, [a(1), a(2), *backup(a(1), a(2, good=False))], "unchanged new unchanged stale", "SHEET_COPIED"),
        ],
        2,
    ),
    "the sheet is copied, and a fault is made in the copy": (
        [
            day(0, [a(1), a(2), *backup(a(1), a(2, good=False))], "new new unchanged quarantined", "SHEET_COPIED"),
            day(1, [a(1), a(2), *backup(a(1), a(2, **SOLVED))], "unchanged unchanged unchanged updated", "SHEET_COPIED"),
        ],
        2,
    ),
    "a last sheet puts the months together, and none has ids": (
        [
            day(0, [*OCTOBER, *NOVEMBER, *bare("汇总", *OCTOBER, *NOVEMBER)], "new new new unchanged unchanged unchanged", "SHEET_COPIED"),
            day(
                1,
                [*OCTOBER, *NOVEMBER, *bare("汇总", *OCTOBER, *NOVEMBER, a(7))],
                "unchanged unchanged unchanged unchanged unchanged unchanged new",
                "SHEET_COPIED",
            ),
        ],
        4,
    ),
    "two copies of a sheet without ids that holds an equal pair and a faulty row": (
        [
            day(
                0,
                [row for sheet in ("一", "二", "三") for row in bare(sheet, *PAIRED)],
                "new new quarantined" + " unchanged unchanged stale" * 2,
                "SHEET_COPIED SHEET_COPIED",
            ),
            day(
                1,
                [row for sheet in ("一", "二") for row in bare(sheet, a(1), a(1), a(3))],
                "unchanged unchanged new" + " unchanged" * 3,
                "SHEET_COPIED",
            ),
        ],
        3,
    ),
    "the values of a sheet are pasted to another, without the ids": (
        [day(0, [a(1), a(2), a(3), *bare("备份", a(1), a(2), a(3))], "new new new unchanged unchanged unchanged", "SHEET_COPIED")],
        3,
    ),
    "two agents write the same on two sheets now and then": (
        [day(0, [*bare("小李", a(1), a(2), a(3), a(4)), *bare("小王", a(1), a(2), a(5), a(6))], " ".join(["new"] * 8))],
        8,
    ),
    "two states of a row on two sheets, handed in for the first time": (
        [day(0, [a(1), *backup(a(1, **SOLVED))], "new conflict", "SHEET_COPIED EDIT_CONFLICT")],
        1,
    ),
    "the sheet is copied, emptied and filled with other cases": (
        [day(0, [a(1), *backup(a(1, **OTHER), a(2))], "new new new", "ID_TWICE")],
        3,
    ),
    "a row is inserted, so that it has no id": (
        [day(0, [a(1), a(2)], "new new"), day(1, [a(1), case(None, **OTHER), a(2)], "unchanged new unchanged")],
        3,
    ),
    "the whole workbook is copied for a colleague, who goes on in it": (
        [
            day(0, [a(1), a(2)], "new new"),
            day(1, [a(1), a(2), a(3)], "unchanged unchanged new", path="同事.xlsx"),
            day(2, [a(1), a(2), a(3, **OTHER)], "unchanged unchanged new", "ID_REUSED"),
        ],
        4,
    ),
    "the whole workbook is copied for a colleague, who empties it first": (
        [
            day(0, [a(1), a(2)], "new new"),
            day(1, [a(1, **OTHER), a(2, **{**OTHER, "customer": "CUST8"})], "new new", "TEMPLATE_COPIED", path="同事.xlsx"),
        ],
        4,
    ),
    "two saved versions of a workbook lie in one folder": (
        [Step([Workbook([a(1, **SOLVED)], path="终稿.xlsx", modified=saved(1)), Workbook([a(1)], path="初稿.xlsx")], "updated new")],
        1,
    ),
    "two saved versions are handed in one after the other, the older one last": (
        [day(1, [a(1, **SOLVED)], "new", path="终稿.xlsx"), day(0, [a(1)], "stale", path="初稿.xlsx")],
        1,
    ),
    "last month's template is used again": (
        [
            day(0, [{**row, **SOLVED} for row in LAST_MONTH], "new new new"),
            day(
                30,
                [{**row, **OTHER, "customer": f"B{place}公司"} for place, row in enumerate(LAST_MONTH)],
                "new new new",
                "TEMPLATE_COPIED",
            ),
        ],
        6,
    ),
    "twelve open rows are pasted from the old workbook into the new one": (
        [
            day(0, TWELVE, " ".join(["new"] * 12)),
            day(1, pasted(TWELVE), " ".join(["unchanged"] * 12), " ".join(["MATCHED_BY_CONTENT"] * 12), path=NEW),
            day(2, [{**row, **SOLVED} for row in pasted(TWELVE)], " ".join(["updated"] * 12), path=NEW),
        ],
        12,
    ),
    "old workbook and carry-over template are both alive, the old one handed in last with one more row": (
        [
            day(0, TWELVE, " ".join(["new"] * 12)),
            day(1, [{**row, **SOLVED} for row in TWELVE], " ".join(["updated"] * 12), path=NEW),
            day(2, [*TWELVE, a(13)], " ".join(["stale"] * 12 + ["new"]), " ".join(["STALE_NEWER_FILE"] * 12)),
        ],
        13,
    ),
    "the same file twice, the rules stricter in between": ([day(0, [a(1)], "new"), day(0, [a(1, good=False)], "quarantined")], 1),
    "the same file twice, the rules milder in between": ([day(0, [a(1, good=False)], "quarantined"), day(0, [a(1)], "new")], 1),
    "the time is corrected": ([day(0, [a(1)], "new"), day(1, [a(1, **EARLIER)], "updated")], 1),
    "the customer is corrected": ([day(0, [a(1)], "new"), day(1, [a(1, customer="CUST77")], "updated")], 1),
    "time and customer are corrected at once": (
        [day(0, [a(1)], "new"), day(1, [a(1, customer="CUST77", **EARLIER)], "conflict", "ID_CONFLICT")],
        1,
    ),
    "time and customer are corrected one after the other": (
        [day(0, [a(1)], "new"), day(1, [a(1, **EARLIER)], "updated"), day(2, [a(1, customer="CUST77", **EARLIER)], "updated")],
        1,
    ),
    "three versions come out of order": (
        [day(1, [a(1, channel="email")], "new"), day(2, [a(1, **SOLVED)], "updated"), day(0, [a(1)], "stale")],
        1,
    ),
    "a foreign workbook is corrected": (
        [
            day(0, [FOREIGN, case("erp:10018", **OTHER)], "new new", path="erp.xlsx", desk=""),
            day(1, [{**FOREIGN, "customer": "CUST90"}, case("erp:10018", **OTHER)], "updated unchanged", path="erp.xlsx", desk=""),
        ],
        2,
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_everyday(office: Office, title: str) -> None:
    steps, count = CASES[title]
    closed: set[str] = set()
    for step in steps:
        before = set(office.records("record_no")) if closed or step is not steps[0] else set()
        merged = office.hand_in(*step.folder)
        assert list(merged.outcomes[0]) == step.outcomes.split()
        assert codes(merged) == step.says.split()
        states = dict(office.records("record_no", "state"))
        _conserved(merged, step, before, set(states))
        assert closed <= {number for number, state in states.items() if state != "open"}, "reopened"
        closed = {number for number, state in states.items() if state != "open"}
    assert len(office.records("id")) == count
    again = office.hand_in(*steps[-1].folder)
    assert again.totals.new == again.totals.updated == again.totals.mended == 0
    assert dict(office.records("record_no", "state")) == states


def _conserved(merged: Merged, step: Step, before: set[str], after: set[str]) -> None:
    assert merged.totals.read == sum(len(workbook.rows) for workbook in step.folder)
    assert merged.totals.balanced
    assert before <= after, "a record is lost"
    assert len(after - before) == Counter(step.outcomes.split())["new"], "a record is doubled"


def test_a_second_correction_of_both_is_answered_by_the_receipt(office: Office) -> None:
    office.hand_in(Workbook([a(1)]))
    corrected = a(1, customer="CUST77", **EARLIER)
    office.hand_in(Workbook([corrected], modified=saved(1)))
    (receipt,) = office.kept_aside("receipt_id")
    answered = office.hand_in(Workbook([{**corrected, "id": receipt}], path="回执.xlsx", modified=saved(2)))
    assert (list(answered.outcomes[0]), answered.mended, len(office.records("id"))) == (["new"], 1, 2)
