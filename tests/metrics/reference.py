"""The figures a second time: plain Python, row by row, written from METRICS.md, sharing no code with csbook.metrics."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import chinese_calendar

Row = dict[str, Any]
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class World:
    """What the forms say: form → fields, form → fields with a list, (form, field, key) → the key of its group."""

    fields: Mapping[str, frozenset[str]]
    listed: Mapping[str, frozenset[str]]
    groups: Mapping[tuple[str, str, str], str]

    def has(self, row: Row, field: str) -> bool:
        return field in self.fields[row["form"]]

    def group(self, row: Row, field: str) -> str | None:
        key = row[field]
        return None if key is None else self.groups.get((row["form"], field, key), key)


ORDER = [
    ("raised_at", "accepted_at"), ("raised_at", "first_response_at"), ("raised_at", "started_at"), ("raised_at", "resolved_at"),
    ("accepted_at", "started_at"), ("first_response_at", "resolved_at"), ("started_at", "resolved_at"),
    ("resolved_at", "closed_at"), ("resolved_at", "revisit_at"),
]  # fmt: skip
CUT = ["accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at", "revisit_at", "synced_at"]
SCALES = {
    "feedback": {"very_satisfied": 1.0, "satisfied": 2 / 3, "neutral": 1 / 3, "dissatisfied": 0.0},
    None: {"satisfied": 1.0, "fairly_satisfied": 0.5, "dissatisfied": 0.0},
}
RESOLVE = {"inquiry": 30, "fault": 120, "complaint": 240, "suggestion": 1440}
RESPOND = {"phone": 5, "chat": 5, "email": 240}
START = {"high": 60, "medium": 240, "low": 1440}
VERDICTS = ("met", "missed_stopped", "missed_running", "pending")
CLOCKS = ["register", "resolve", "respond", "start", "promise", "revisit", "online", "call", "worked"]
WORKED = {"inquiry": 30, "fault": 420, "complaint": 1440, "suggestion": 60}
OFFICE = ("09:00-12:00", "13:00-18:00")
# a holiday that is worked, a make-up day that is not, a night shift as two periods, a Saturday
OVERRIDES = {
    "2023-10-04": ("10:00-11:30",),
    "2023-10-07": (),
    "2023-10-09": ("00:00-02:00", "09:00-12:00", "20:00-24:00"),
    "2023-10-14": OFFICE,
}
DURATION_BASES = {
    "pickup": "raised",
    "first_response": "raised",
    "resolution": "resolved",
    "first_resolution": "resolved",
    "handling": "resolved",
}
DURATIONS = {name + ending: basis for name, basis in DURATION_BASES.items() for ending in ("", "_business")}


def minutes(start: dt.datetime, stop: dt.datetime) -> float:
    return (stop - start).total_seconds() / 60


@functools.cache
def worked_periods(day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    """The team's own dates, else the public holidays where they are known, else Monday to Friday."""
    midnight = dt.datetime.combine(day, dt.time())
    spans = OVERRIDES.get(day.isoformat())
    if spans is None:
        try:
            works = chinese_calendar.is_workday(day)
        except NotImplementedError:
            works = day.weekday() < 5
        spans = OFFICE if works else ()

    def moment(text: str) -> dt.datetime:
        return midnight + dt.timedelta(hours=int(text[:2]), minutes=int(text[3:]))

    return [(moment(span[:5]), moment(span[6:])) for span in spans]


def business(start: dt.datetime, stop: dt.datetime) -> float:
    """Minutes of the worked periods between two moments."""
    days = ((start + DAY * ahead).date() for ahead in range((stop.date() - start.date()).days + 1))
    overlaps = (minutes(max(start, opens), min(stop, closes)) for day in days for opens, closes in worked_periods(day))
    return sum(overlap for overlap in overlaps if overlap > 0)


def business_due(start: dt.datetime, limit: float) -> dt.datetime:
    """The moment at which so many minutes have been worked, walking from period to period."""
    for day in itertools.count():
        for opens, closes in worked_periods((start + DAY * day).date()):
            opens = max(opens, start)
            if opens < closes and limit <= minutes(opens, closes):
                return opens + dt.timedelta(minutes=limit)
            limit -= max(0.0, minutes(opens, closes))
    raise AssertionError


def quantile(values: Iterable[float], share: float) -> float:
    """Linear interpolation between the closest ranks."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def look(record: Row, revisions: list[Row], as_of: dt.datetime, world: World) -> Row:
    """One record as the figures see it at as_of; `typed` keeps what stood there."""
    seen: Row = {**record, "typed": record}
    for stamp in CUT:
        if seen.get(stamp) is not None and seen[stamp] > as_of:
            seen[stamp] = None
    state, raised = record["state"], record["raised_at"]
    revisions = sorted(revisions, key=lambda each: each["seq"])
    seen["reopens"] = sum(a["state"] == "resolved" and b["state"] == "open" for a, b in itertools.pairwise(revisions))
    seen["solved"] = seen["resolved_at"] if state == "resolved" else None
    firsts = [each["resolved_at"] for each in revisions if each["state"] == "resolved" and each["resolved_at"] is not None]
    first = firsts[0] if firsts else record["resolved_at"] if state == "resolved" else None
    seen["first_solved"] = first if first is not None and first <= as_of else None
    left = _left(record, seen, revisions)
    left = max(left, raised) if left is not None and left <= as_of else None
    seen["left"], seen["open"] = left, left is None
    seen["estimated"] = left is not None and seen["resolved_at"] is None
    seen["unordered"] = any(seen[a] is not None and seen[b] is not None and seen[b] < seen[a] for a, b in ORDER)
    seen["withdrawn"] = state == "withdrawn"
    seen["measured"] = not seen["withdrawn"] and not seen["unordered"]
    seen["judged"] = {name: judgement(name, seen, as_of) for name in CLOCKS}
    seen["clocks"] = {name: each["state"] if each["state"] in VERDICTS else None for name, each in seen["judged"].items()}
    seen["durations"] = durations(seen)
    seen["stages"] = stages_of(seen)
    seen["n_transfers"] = sum(line.count("/") + line.count("／") >= 2 for line in (record["transfers"] or "").splitlines())
    seen["transferable"] = world.has(record, "transfers")
    rated_at_once = record["form"] == "feedback"
    ratable = world.has(record, "satisfaction") and not seen["withdrawn"]
    seen["ratable"] = ratable and (rated_at_once or seen["solved"] is not None)
    solved_day = seen["solved"].date() if seen["solved"] else None
    seen["days"] = {
        "raised": raised.date(),
        "resolved": solved_day,
        "left": left.date() if left else None,
        "rated": (raised.date() if rated_at_once else solved_day) if ratable else None,
    }
    scale = SCALES.get(record["form"], SCALES[None])
    seen["score"], seen["result_score"] = scale.get(record["satisfaction"]), scale.get(record["result_satisfaction"])
    seen["looped"] = seen["ratable"] and (seen["score"] is not None or seen["result_score"] is not None)
    handed = record["first_handed_in"]
    seen["late"] = None if handed is None else minutes(raised, handed) > 24 * 60
    return seen


def _left(record: Row, seen: Row, revisions: list[Row]) -> dt.datetime | None:
    """When the record left the backlog: its stamp, else the hand-in of the revision that closed it for the last time."""
    if record["state"] == "open":
        return None
    if record["resolved_at"] is not None:
        return seen["resolved_at"]
    closing = None
    for before, each in zip([None, *revisions], revisions, strict=False):
        if each["state"] != "open" and (before is None or before["state"] == "open"):
            closing = each["handed_in"]
    return closing or record["first_handed_in"] or record["raised_at"]


def durations(seen: Row) -> dict[str, float | None]:
    raised, spans = seen["raised_at"], {}
    if seen["measured"]:
        if seen["accepted_at"]:
            spans["pickup"] = raised, seen["accepted_at"]
        if seen["first_response_at"]:
            spans["first_response"] = raised, seen["first_response_at"]
        elif seen["online_seconds"] is not None:
            spans["first_response"] = raised, raised + dt.timedelta(seconds=seen["online_seconds"])
        if seen["solved"]:
            spans["resolution"] = raised, seen["solved"]
        if seen["first_solved"] and seen["first_solved"] >= raised:
            spans["first_resolution"] = raised, seen["first_solved"]
        if seen["solved"] and seen["started_at"]:
            spans["handling"] = seen["started_at"], seen["solved"]
    found: dict[str, float | None] = {}
    for name in DURATION_BASES:
        found[name] = minutes(*spans[name]) if name in spans else None
        found[f"{name}_business"] = business(*spans[name]) if name in spans else None
    return found


def limit_of(name: str, seen: Row) -> tuple[str | None, float | None]:
    """The entry that picks the limit, and the limit in minutes; (None, None) where the clock does not apply."""
    form = seen["form"]
    category, priority = seen["category_first"] or seen["category"], seen["priority_first"] or seen["priority"]
    by = {
        "resolve": ("response", category, RESOLVE), "worked": ("response", category, WORKED),
        "respond": ("response", seen["channel"], RESPOND), "start": ("hotline", priority, START),
    }  # fmt: skip
    if name in by:
        of, level, limits = by[name]
        return (level, limits[level]) if form == of and level in limits else (None, None)
    plain = {"register": ("response", 5), "revisit": ("coordination", 24 * 60), "online": ("feedback", 0.5)}
    if name in plain:
        return (None, plain[name][1]) if form == plain[name][0] else (None, None)
    if name == "call" and form == "feedback":
        return ("yes", 20) if seen["complex"] == "yes" else (None, 10)
    return None, None


ENDS = {
    "register": ("raised_at", "accepted_at"), "resolve": ("raised_at", "solved"), "worked": ("raised_at", "solved"),
    "respond": ("raised_at", "first_response_at"), "start": ("raised_at", "started_at"), "promise": ("raised_at", "solved"),
    "revisit": ("solved", "revisit_at"),
}  # fmt: skip
VALUES = {"online": ("online_seconds", 60), "call": ("call_minutes", 1)}


def judgement(name: str, seen: Row, as_of: dt.datetime) -> Row:
    """state (a verdict, or why there is none), level, limit and over in minutes, due, soon."""
    level, limit = limit_of(name, seen)
    found: Row = {"level": level, "limit": limit, "due": None, "over": None, "soon": False}
    if name == "promise":
        promised = seen["form"] in ("hotline", "feedback", "coordination", "communication")
        found["due"] = seen["due_at"] if promised else None
        offered = found["due"] is not None and (seen["form"] != "communication" or seen["open"])
    else:
        offered = limit is not None
    if name in VALUES:
        field, per = VALUES[name]
        found["over"] = None if seen[field] is None or limit is None else seen[field] / per - limit
    elif offered:
        _times(name, seen, as_of, found)
    reasons = (("not_offered", not offered), ("withdrawn", seen["withdrawn"]), ("out_of_order", seen["unordered"]))
    found["state"] = next((reason for reason, holds in reasons if holds), None) or _state(name, seen, as_of, found)
    return found


def _times(name: str, seen: Row, as_of: dt.datetime, found: Row) -> None:
    start, stop = (seen[each] for each in ENDS[name])
    if start is None:
        return
    if name == "worked":
        found["due"] = business_due(start, found["limit"])
    elif name != "promise":
        found["due"] = start + dt.timedelta(minutes=found["limit"])
    found["over"] = minutes(found["due"], stop if stop is not None else as_of)
    whole = found["limit"] if name == "worked" else minutes(start, found["due"])
    left = found["limit"] - business(start, as_of) if name == "worked" else minutes(as_of, found["due"])
    found["soon"] = left <= max(0.2 * whole, 30)


def _state(name: str, seen: Row, as_of: dt.datetime, found: Row) -> str:
    if name in VALUES:
        return "missing" if found["over"] is None else "met" if found["over"] <= 0 else "missed_stopped"
    start, stop = (seen[each] for each in ENDS[name])
    columns = ["resolved_at" if each == "solved" else each for each in ENDS[name]]
    aside = any(later(seen, each) for each in columns if each != "raised_at")
    if start is None:
        return "after_as_of" if aside else "missing"
    if stop is not None:
        return "met" if stop <= found["due"] else "missed_stopped"
    if seen["open"] or name == "revisit":
        return "missed_running" if as_of > found["due"] else "pending"
    return "after_as_of" if aside else "missing"


def later(seen: Row, stamp: str) -> bool:
    """Was the stamp set aside because it lies after as_of?"""
    return seen["typed"].get(stamp) is not None and seen[stamp] is None


def stages_of(row: Row) -> dict[str, float] | None:
    """Minutes of each stage, where all stamps stand."""
    stamps = [row[each] for each in ("accepted_at", "first_response_at", "started_at", "solved", "closed_at")]
    if not row["measured"] or None in stamps:
        return None
    accepted, first, started, solved, closed = stamps
    return {
        "pickup": minutes(row["raised_at"], accepted),
        "response": max(0.0, minutes(accepted, first)),
        "start": max(0.0, minutes(max(accepted, first), started)),
        "handling": minutes(started, solved),
        "close": minutes(solved, closed),
    }


def measures(seen: list[Row], start: dt.date, end: dt.date, mine: Callable[[Row, str], bool] = lambda row, person: True) -> Row:
    """Every measure over a period; `mine(row, "first"|"last")` picks the records of one key."""

    def of(basis: str, person: str = "last") -> list[Row]:
        return [row for row in seen if (day := row["days"][basis]) is not None and start <= day <= end and mine(row, person)]

    raised, resolved, left, rated = of("raised", "first"), of("resolved"), of("left"), of("rated")
    found: Row = {
        "n": len(raised),
        "withdrawn": sum(row["withdrawn"] for row in raised),
        "resolved": len(resolved),
        "left": len(left),
        "left_estimated": sum(row["estimated"] for row in left),
        "net_flow": len(raised) - len(left),
        "backlog": sum(
            row["days"]["raised"] <= end and (row["days"]["left"] is None or row["days"]["left"] > end) and mine(row, "last")
            for row in seen
        ),
        "overdue": sum(any(str(each).startswith("missed") for each in row["clocks"].values()) for row in of("raised", "first")),
        "late": sum(row["late"] is True for row in raised),
        "late_n": sum(row["late"] is not None for row in raised),
        "reopened": sum(row["reopens"] > 0 for row in resolved),
    }
    transferable = [row for row in resolved if row["transferable"]]
    found["one_touch_n"] = len(transferable)
    found["one_touch"] = sum(not row["reopens"] and not row["n_transfers"] for row in transferable)
    loop = [row for row in resolved if row["ratable"]]
    found |= {"loop_n": len(loop), "looped": sum(row["looped"] for row in loop)}
    found["loop_rate"] = found["looped"] / len(loop) if loop else None
    for name, basis in DURATIONS.items():
        values = [value for row in of(basis, "first" if basis == "raised" else "last") if (value := row["durations"][name]) is not None]
        found[f"{name}_n"] = len(values)
        found[f"{name}_mean"] = sum(values) / len(values) if values else None
        for suffix, share, least in (("p50", 0.5, 1), ("p90", 0.9, 10), ("p95", 0.95, 10)):
            found[f"{name}_{suffix}"] = quantile(values, share) if len(values) >= least else None
    for name in CLOCKS:
        person = "last" if name in ("resolve", "worked", "promise", "revisit") else "first"
        verdicts = [row["clocks"][name] for row in of("resolved" if name == "revisit" else "raised", person)]
        met, running, stopped = (verdicts.count(each) for each in ("met", "missed_running", "missed_stopped"))
        judged = met + running + stopped
        found |= {f"{name}_met": met, f"{name}_missed_running": running, f"{name}_missed_stopped": stopped}
        found |= {f"{name}_missed": running + stopped, f"{name}_pending": verdicts.count("pending")}
        found[f"{name}_attainment"] = met / judged if judged else None
    scores = [row["score"] for row in rated if row["score"] is not None]
    found |= {"ratable": len(rated), "rated": len(scores), "satisfaction": sum(scores) / len(scores) if scores else None}
    found["response_rate"] = len(scores) / len(rated) if rated else None
    return found


def counts(row: Row, start: dt.date, end: dt.date) -> bool:
    """Does any figure of the period count it, the backlog at its end included?"""
    days = row["days"]
    level = days["raised"] <= end and (days["left"] is None or days["left"] > end)
    return level or any(days[basis] is not None and start <= days[basis] <= end for basis in ("raised", "resolved", "rated", "left"))


def by_key(seen: list[Row], start: dt.date, end: dt.date, key: Callable[[Row, str], Any]) -> dict[Any, Row]:
    """The measures of every key that has anything to count."""
    placed = defaultdict(list)
    for row in seen:
        for each in {key(row, person) for person in ("first", "last")}:
            placed[each].append(row)
    found = {each: measures(rows, start, end, lambda row, person, each=each: key(row, person) == each) for each, rows in placed.items()}
    for each, rows in placed.items():
        found[each]["forms"] = ",".join(sorted({row["form"] for row in rows if counts(row, start, end)}))
    return {
        each: row for each, row in found.items() if any(row[name] for name in ("n", "resolved", "left", "backlog", "ratable", "overdue"))
    }


def buckets(start: dt.date, end: dt.date, kind: str) -> Iterable[tuple[dt.date, dt.date, dt.date]]:
    """(first day of the bucket, first and last of its days inside the period)."""
    days = defaultdict(list)
    day = start
    while day <= end:
        first = {"day": day, "week": day - DAY * day.weekday(), "month": day.replace(day=1)}[kind]
        days[first].append(day)
        day += DAY
    return [(first, inside[0], inside[-1]) for first, inside in days.items()]
