"""Every published table a second time: plain Python over the rows of tests/metrics/reference.py, by the rules of METRICS.md."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.metrics import reference
from tests.metrics.reference import CLOCKS, DAY, Row, World, later, measures, minutes, quantile

Key = tuple[Any, ...]
Rows = dict[Key, Row]
GROUPED = ("category", "channel", "priority", "department", "emotion")
FORMS_OF = {
    **dict.fromkeys(("register", "resolve", "respond", "worked"), "response"), "start": "hotline", "revisit": "coordination",
    "promise": "communication,coordination,feedback,hotline", "online": "feedback", "call": "feedback",
}  # fmt: skip
BY = {"resolve": "category", "worked": "category", "respond": "channel", "start": "priority", "call": "complex"}
TARGETS = {**dict.fromkeys(CLOCKS, 0.9), "register": 0.95, "worked": None}
STATES = ("met", "missed_running", "missed_stopped", "pending", "missing", "withdrawn", "out_of_order", "after_as_of")
WHO = ("form", "record_no", "source_id")
ABOUT = ("category", "priority", "channel", "department", "agent", "owner", "desk", "team")
REASONS = ("used", "missing", "running", "withdrawn", "out_of_order", "after_as_of", "not_offered")
STAMPS_OF = {  # start, stop as typed, basis, what serves instead
    "pickup": ("raised_at", "accepted_at", "raised", None),
    "first_response": ("raised_at", "first_response_at", "raised", "online_seconds"),
    "resolution": ("raised_at", "resolved_at", "resolved", None),
    "first_resolution": ("raised_at", "resolved_at", "resolved", None),
    "handling": ("started_at", "resolved_at", "resolved", None),
}
ALL_STAMPS = ("accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at")


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def counted(values: Iterable[Any]) -> Counter[Any]:
    return Counter(values)


def _who(row: Row) -> tuple[str | None, str | None]:
    """A customer's code, else name and phone together: DESIGN.md section 6."""
    return (row["customer"], None) if row["customer"] is not None else (row["contact_name"], row["contact_phone"])


@dataclass(frozen=True)
class Published:
    """What was asked for. `rows`: reference.look of every record raised by as_of; `outside`: the records raised later."""

    world: World
    rows: list[Row]
    outside: list[Row]
    revisions: list[Row]
    start: dt.date
    end: dt.date
    as_of: dt.datetime
    agent: Callable[[Row, str], str | None]
    waiting: list[Row] = field(default_factory=list)
    roster: Mapping[str, str] = field(default_factory=dict)
    last: Mapping[str, dt.datetime] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, tuple[str, Callable[[Row], bool]]]] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    least: int = 3
    newest: int = 20_000

    @property
    def before(self) -> tuple[dt.date, dt.date]:
        return self.start - (self.end - self.start) - DAY, self.start - DAY

    def of(self, basis: str, start: dt.date | None = None, end: dt.date | None = None) -> list[Row]:
        first, last = start or self.start, end or self.end
        return [row for row in self.rows if (day := row["days"][basis]) is not None and first <= day <= last]

    def counts(self, row: Row) -> bool:
        """Does any figure of the period count it?"""
        days = row["days"]
        waits = days["raised"] <= self.end and (days["left"] is None or days["left"] > self.end)
        return waits or any(day is not None and self.start <= day <= self.end for day in days.values())

    def tables(self) -> dict[str, Rows]:
        return {
            "overview": self.overview(), **self.by_key(), **self.by_time(), **self.clocks(), **self.ratings(),
            "satisfaction_speed": self.speed(), "stages": self.stages(), "ageing": self.ageing(), "weekday_hour": self.hours(),
            **self.mixes(), "escalations": self.escalations(), **self.contacts(), "frequent": self.frequent(), **self.lists(),
            "hand_in": self.hand_in(), "data_quality": self.quality(), "coverage": self.coverage(), "doubts": self.doubts(),
        }  # fmt: skip

    def overview(self) -> Rows:
        now, before = measures(self.rows, self.start, self.end), measures(self.rows, *self.before)
        row: Row = {**now, **{f"{name}_before": value for name, value in before.items()}}
        for name in now:
            one, other = now[name], before[name]
            points = name.endswith("_attainment") or name in ("response_rate", "satisfaction", "loop_rate")
            known = one is not None and other is not None and (points or other != 0)
            row[f"{name}_change"] = None if not known else one - other if points else (one - other) / other  # type: ignore[operator]
        return {(): row}

    def by_key(self) -> dict[str, Rows]:
        world = self.world
        plain: dict[str, Callable[[Row, str], Key]] = {
            "form": lambda row, _: (row["form"],), "desk": lambda row, _: (row["desk"],), "team": lambda row, _: (row["team"],),
            "form_category": lambda row, _: (row["form"], row["category"]),
            "agent": lambda row, person: (self.agent(row, person),),
        }  # fmt: skip
        grouped: dict[str, Callable[[Row, str], Key]] = {name: lambda row, _, name=name: (world.group(row, name),) for name in GROUPED}
        found = {}
        for name, key in {**plain, **grouped}.items():
            needed = "category" if name == "form_category" else name
            rows = self.rows if name in ("form", "desk", "team", "agent") else [row for row in self.rows if world.has(row, needed)]
            found[f"by_{name}"] = reference.by_key(rows, self.start, self.end, key)
        return found  # type: ignore[return-value]

    def by_time(self) -> dict[str, Rows]:
        found: dict[str, Rows] = {}
        for kind in ("day", "week", "month"):
            rows: Rows = {}
            for first, inside, last in reference.buckets(self.start, self.end, kind):
                row: Row = measures(self.rows, inside, last)
                if kind != "day":
                    row[kind] = bucket_name(kind, first)
                rows[(midnight(first),)] = row
            found[f"by_{kind}"] = rows
        return found

    def clocks(self) -> dict[str, Rows]:
        whole, levels = {}, {}
        for name in CLOCKS:
            basis = "resolved" if name == "revisit" else "raised"
            rows = self.of(basis)
            counts = counted(row["judged"][name]["state"] for row in rows)
            head: Row = {"forms": FORMS_OF[name], "counted_by": basis, "target": TARGETS[name], "ours": name == "respond"}
            whole[(name,)] = head | judged(counts)
            places = defaultdict(list)
            for row in rows:
                each = row["judged"][name]
                if each["state"] != "not_offered":
                    places[row["form"], each["level"], each["limit"]].append(each["state"])
            for (form, level, limit), states in places.items():
                ours = name == "respond" or (name == "resolve" and level in ("complaint", "suggestion"))
                levels[(name, form, level)] = {"by": BY.get(name), "limit_minutes": limit, "ours": ours} | judged(counted(states))
        return {"clocks": whole, "clocks_by_level": levels}

    def ratings(self) -> dict[str, Rows]:
        levels, rates = {}, {}
        for name, score, basis in (("satisfaction", "score", "rated"), ("result_satisfaction", "result_score", "resolved")):
            for form in sorted(self.world.fields):
                rows = [row for row in self.of(basis) if row["form"] == form and name in self.world.fields[form] and not row["withdrawn"]]
                rated = [row for row in rows if row[score] is not None]
                if rows:
                    mean = ratio(sum(row[score] for row in rated), len(rated))
                    rates[(name, form)] = {
                        "ratable": len(rows), "rated": len(rated), "response_rate": len(rated) / len(rows), "satisfaction": mean,
                    }  # fmt: skip
                for level, n in counted(row[name] for row in rated).items():
                    value = next(row[score] for row in rated if row[name] == level)
                    levels[(name, form, level)] = {"n": n, "rated": len(rated), "share": n / len(rated), "score": value}
        return {"satisfaction": levels, "satisfaction_rate": rates}

    def speed(self) -> Rows:
        found: Rows = {}
        for name, score, basis in (("satisfaction", "score", "rated"), ("result_satisfaction", "result_score", "resolved")):
            for duration in ("first_response", "resolution"):
                pairs = [
                    (row["form"], row[score], row["durations"][duration])
                    for row in self.of(basis)
                    if self.world.has(row, name)
                    and not row["withdrawn"]
                    and row[score] is not None
                    and row["durations"][duration] is not None
                ]
                for form in (None, *sorted({each for each, _, _ in pairs})):
                    chosen = [(a, b) for each, a, b in pairs if form in (None, each)]
                    found[(name, form, duration)] = related(chosen)
        return found

    def stages(self) -> Rows:
        rows = [row for row in self.of("resolved") if row["stages"] is not None]
        groups = {self.world.group(row, "category") for row in rows} - {None}
        found: Rows = {}
        for group in (None, *groups):
            chosen = [row["stages"] for row in rows if group in (None, self.world.group(row, "category"))]
            sums = {name: sum(each[name] for each in chosen) for name in chosen[0]} if chosen else {}
            total = sum(sums.values())
            largest = next((name for name in sums if sums[name] == max(sums.values()) and total), None)
            for name, amount in sums.items():
                values = [each[name] for each in chosen]
                found[(group, name)] = {
                    "n": len(chosen), "mean": amount / len(chosen), "p50": quantile(values, 0.5), "share": ratio(amount, total),
                    "bottleneck": name == largest,
                }  # fmt: skip
        return found

    def ageing(self) -> Rows:
        rows = [row for row in self.rows if row["open"]]
        found: Rows = {(band,): {"n": 0, "overdue": 0} for band in ("h4", "h24", "d3", "d7", "older")}
        for row in rows:
            place = found[(band_of(minutes(row["raised_at"], self.as_of)),)]
            place["n"] += 1
            place["overdue"] += running_overdue(row)
        return found

    def hours(self) -> Rows:
        counts = counted((row["raised_at"].isoweekday(), row["raised_at"].hour) for row in self.of("raised"))
        return {(day, hour): {"n": counts[day, hour]} for day in range(1, 8) for hour in range(24)}

    def mixes(self) -> dict[str, Rows]:
        by_category, by_period = {}, {}
        for name in ("demand", "emotion"):
            now = [row for row in self.of("raised") if name in self.world.listed[row["form"]]]
            before = [row for row in self.of("raised", *self.before) if name in self.world.listed[row["form"]]]
            for group in {self.world.group(row, "category") for row in now}:
                mine = mixed([row[name] for row in now if self.world.group(row, "category") == group])
                past = mixed([row[name] for row in before if self.world.group(row, "category") == group])
                for level, row in mine.items():
                    then = past.get(level, {"n": 0, "share": None})
                    by_category[(name, group, level)] = {**row, "n_before": then["n"], "share_before": then["share"]}
            for kind in ("week", "month"):
                for first in {bucket_start(kind, row["raised_at"].date()) for row in now}:
                    mine = mixed([row[name] for row in now if bucket_start(kind, row["raised_at"].date()) == first])
                    for level, row in mine.items():
                        by_period[(kind, midnight(first), name, level)] = {**row, "bucket": bucket_name(kind, first)}
        return {"mix_by_category": by_category, "mix_by_period": by_period}

    def escalations(self) -> Rows:
        found: Rows = {}
        rows = [row for row in self.of("raised") if "escalated" in self.world.listed[row["form"]]]
        for form in {row["form"] for row in rows}:
            of = [row for row in rows if row["form"] == form]
            passed = [row for row in of if row["escalated"] == "yes"]
            head = {"field": "escalation_reason", "of": len(of)}
            found[(form, None)] = head | {"n": len(passed), "share": len(passed) / len(of)}
            for reason, n in counted(row["escalation_reason"] or "_blank" for row in passed).items():
                found[(form, reason)] = head | {"n": n, "share": n / len(of)}
        return found

    def contacts(self) -> dict[str, Rows]:
        agents, departments = defaultdict(list), defaultdict(list)
        for row in self.of("raised"):
            for name, value in (("online", "online_seconds"), ("call", "call_minutes")):
                state = row["judged"][name]["state"]
                if state in ("met", "missed_stopped", "missing"):
                    agents[name, self.agent(row, "first")].append((state, row[value] is None, row["judged"][name]["over"]))
        for row in self.of("resolved"):
            state = row["judged"]["revisit"]["state"]
            if state in reference.VERDICTS or state == "missing":
                key = "revisit", self.world.group(row, "department")
                departments[key].append((state, row["revisit_at"] is None, row["judged"]["revisit"]["over"]))
        for row in self.rows:
            if row["open"] and row["measured"] and self.world.has(row, "synced_at") and row["priority"] == "urgent":
                over = minutes(row["synced_at"] or row["raised_at"], self.as_of) - 240
                state = "missed_running" if over > 0 else "met"
                departments["sync_gap", self.world.group(row, "department")].append((state, row["synced_at"] is None, over))
        return {
            "contact_by_agent": {key: contacted(rows) for key, rows in agents.items()},
            "contact_by_department": {key: contacted(rows) for key, rows in departments.items()},
        }

    def frequent(self) -> Rows:
        """Texts that hold nothing but a team's own terms, so that no knowledge of Chinese is needed."""
        held: dict[Key, list[Row]] = defaultdict(list)
        totals = counted(self.world.group(row, "category") for row in self.of("raised"))
        for row in self.rows:
            for term in self.terms:
                if term in (row["description"] or ""):
                    held[self.world.group(row, "category"), term].append(row)
        found: Rows = {}
        for (group, term), rows in held.items():
            now = [row for row in rows if self.start <= row["days"]["raised"] <= self.end]
            if len(now) < self.least:
                continue
            newest = sorted(now, key=lambda row: (-row["raised_at"].timestamp(), row["form"], row["source_id"]))
            numbers = [row["record_no"] or row["source_id"] for row in newest[:3]] + [None] * 3
            forms = [row["form"] for row in newest[:3]] + [None] * 3
            found[(group, term)] = {
                "n": len(now),
                "customers": len({_who(row) for row in now} - {(None, None)}),
                "share": len(now) / totals[group],
                "n_before": sum(self.before[0] <= row["days"]["raised"] <= self.before[1] for row in rows),
                **{f"example_{place + 1}": numbers[place] for place in range(3)},
                **{f"example_{place + 1}_form": forms[place] for place in range(3)},
            }
        # of phrases that the same records hold one is enough
        once: dict[Key, Key] = {}
        for key in sorted(found, key=lambda key: key[1]):
            once.setdefault(
                (key[0], *(found[key][name] for name in ("n", "customers", *(name for name in found[key] if "example" in name)))), key
            )
        return {key: found[key] for key in once.values()}

    def lists(self) -> dict[str, Rows]:
        overdue, opened, unordered, details = {}, {}, {}, {}
        for row in self.rows:
            who = tuple(row[name] for name in WHO)
            about = {name: row[name] for name in ABOUT}
            for name in CLOCKS:
                each, day = row["judged"][name], row["days"]["resolved" if name == "revisit" else "raised"]
                if str(each["state"]).startswith("missed") and day is not None and self.start <= day <= self.end:
                    overdue[(*who, name)] = about | {
                        "running": each["state"] == "missed_running", "due": each["due"], "over_minutes": each["over"],
                        "raised_at": row["raised_at"], "state": row["state"], "description": row["description"],
                    }  # fmt: skip
            if row["open"]:
                opened[who] = about | self.waiting_for(row)
            for earlier, after in reference.ORDER:
                if row[earlier] is not None and row[after] is not None and row[after] < row[earlier]:
                    unordered[(*who, earlier, after)] = {"earlier_at": row[earlier], "later_at": row[after]}
            if self.counts(row):
                details[who] = detail(row)
        unrated = {
            tuple(row[name] for name in WHO): {
                **{name: row[name] for name in (*ABOUT, "customer", "description", "resolved_at", "revisit_at", "raised_at")},
                "waiting_minutes": minutes(row["solved"], self.as_of),
            }
            for row in self.of("resolved")
            if row["ratable"] and not row["looped"]
        }
        return {"overdue": overdue, "open": opened, "unordered": unordered, "records": details, "rating_missing": unrated}

    def waiting_for(self, row: Row) -> Row:
        running = {name: each for name, each in row["judged"].items() if each["state"] in ("missed_running", "pending")}
        first = min((each["due"] for each in running.values()), default=None)
        age = minutes(row["raised_at"], self.as_of)
        return {
            "raised_at": row["raised_at"], "age_minutes": age, "band": band_of(age), "due_at": row["due_at"], "next_due": first,
            "next_clock": next((name for name, each in running.items() if each["due"] == first), None),
            "running_overdue": running_overdue(row),
            "due_soon": any(each["soon"] for each in running.values() if each["state"] == "pending"),
            **{name: row[name] for name in ("emotion", "escalated", "description")},
        }  # fmt: skip

    def hand_in(self) -> Rows:
        found: Rows = {}
        times = defaultdict(list)
        for each in self.revisions:
            times[each["form"], each["source_id"]].append(each["handed_in"])
        for row in self.rows:
            place = found.setdefault((row["desk"], row["team"]), empty_desk())
            inside = self.start <= row["days"]["raised"] <= self.end
            place["records"] += 1
            place["n"] += inside
            place["open"] += row["open"]
            place["late"] += inside and row["late"] is True
            place["late_n"] += inside and row["late"] is not None
            place["handed"] += [moment for moment in times[row["form"], row["source_id"]] if moment is not None]
        known = {desk for desk, _ in found}
        for desk, team in {**{row["desk"]: row["team"] for row in self.waiting}, **self.roster}.items():
            if desk not in known:
                found[(desk, team or None)] = empty_desk()
        for (desk, team), place in found.items():
            first_of_desk = min(((each is None, each or "") for name, each in found if name == desk)) == (team is None, team or "")
            place["quarantined"] = sum(row["desk"] == desk for row in self.waiting) if first_of_desk else 0
            handed = place.pop("handed")
            place["first_hand_in"] = min(handed, default=None)
            place["last_hand_in"] = max([*handed, *([self.last[desk]] if desk in self.last else [])], default=None)
            since = place["last_hand_in"]
            place["absent"] = desk in self.roster and (since is None or since.date() < self.start)
        return found

    def doubts(self) -> Rows:
        return {
            (kind, item, *(row[name] for name in WHO)): {name: row[name] for name in ("raised_at", *ABOUT, "description")}
            for row in self.of("raised")
            for item, (kind, holds) in self.rules.get(row["form"], {}).items()
            if not holds(row)
        }

    def quality(self) -> Rows:
        counts: dict[Key, int] = Counter()
        of: dict[Key, int | None] = Counter()
        raised = counted((row["form"], row["desk"]) for row in self.of("raised"))
        for row in self.of("raised"):
            for kind, item, bad, among in faults(row, self.world):
                key = (kind, row["form"], row["desk"], item)
                counts[key] += bad
                of[key] = (of[key] or 0) + among
        for kind, item, form, number, source in self.doubts():
            row = next(row for row in self.rows if (row["form"], row["record_no"], row["source_id"]) == (form, number, source))
            counts[(kind, form, row["desk"], item)] += 1
            of[(kind, form, row["desk"], item)] = raised[form, row["desk"]]
        for row in self.rows:
            for stamp in reference.CUT:
                counts[("after_as_of", row["form"], row["desk"], stamp)] += later(row, stamp)
                of[("after_as_of", row["form"], row["desk"], stamp)] = (of[("after_as_of", row["form"], row["desk"], stamp)] or 0) + 1
        for row in [*self.rows, *self.outside]:
            key = ("after_as_of", row["form"], row["desk"], "raised_at")
            counts[key] += row in self.outside
            of[key] = (of[key] or 0) + 1
        for row in self.waiting:
            for rule in row["rules"]:
                counts[("quarantined", row["form"], row["desk"], rule)] += 1
                of[("quarantined", row["form"], row["desk"], rule)] = None
        return {
            key: {"n": n, "of": of[key], "share": ratio(n, of[key]) if of[key] else None}  # type: ignore[arg-type]
            for key, n in counts.items()
            if n
        }

    def coverage(self) -> Rows:
        found: Rows = {}
        for metric, form, reason in self._reasons():
            row = found.setdefault((metric, form), {**dict.fromkeys(("population", *REASONS), 0)})
            row[reason] += 1
            row["population"] += 1
        return found

    def _reasons(self) -> Iterator[tuple[str, str, str]]:
        for name, (start, stop, basis, instead) in STAMPS_OF.items():
            for row in self.of(basis):
                offered = (self.world.has(row, start) and self.world.has(row, stop)) or (
                    instead is not None and self.world.has(row, instead)
                )
                used = row["durations"][name] is not None
                stamps = [each for each in (start, stop) if each != "raised_at"]
                yield name, row["form"], reason(row, offered, used, stamps, row["open"] and row[stop] is None)
        for row in self.of("resolved"):
            offered = all(self.world.has(row, each) for each in ALL_STAMPS)
            yield "stages", row["form"], reason(row, offered, row["stages"] is not None, ALL_STAMPS, False)
            yield "one_touch", row["form"], "used" if row["transferable"] else "not_offered"
            yield "loop_rate", row["form"], "used" if row["ratable"] else "not_offered"
            if not self.world.has(row, "satisfaction"):
                yield "satisfaction", row["form"], "not_offered"
        for row in self.of("rated"):
            yield "satisfaction", row["form"], "used" if row["score"] is not None else "missing"
        for name in CLOCKS:
            for row in self.of("resolved" if name == "revisit" else "raised"):
                state = row["judged"][name]["state"]
                yield name, row["form"], "running" if state == "pending" else "used" if state in reference.VERDICTS else state


def reason(row: Row, offered: bool, used: bool, stamps: Iterable[str], running: bool) -> str:
    told = (
        ("not_offered", not offered), ("withdrawn", row["withdrawn"]), ("out_of_order", row["unordered"]), ("used", used),
        ("after_as_of", any(later(row, each) for each in stamps)), ("running", running),
    )  # fmt: skip
    return next((name for name, holds in told if holds), "missing")


def faults(row: Row, world: World) -> Iterator[tuple[str, str | None, bool, bool]]:
    """kind, item, is it so, could it be so."""
    typed, resolved = row["typed"], row["state"] == "resolved"
    yield "late_hand_in", None, row["late"] is True, row["late"] is not None
    yield "out_of_order", None, row["unordered"], True
    yield "closed_without_stamp", None, row["state"] != "open" and typed["resolved_at"] is None, True
    for stamp in ALL_STAMPS:
        late = stamp in ("started_at", "resolved_at", "closed_at")
        due = world.has(row, stamp) and not row["withdrawn"] and (resolved or not late)
        due = due and (not row["open"] or resolved or stamp == "accepted_at")
        yield "missing_stamp", stamp, due and typed[stamp] is None, due


def judged(counts: Counter[str]) -> Row:
    missed = counts["missed_running"] + counts["missed_stopped"]
    n = counts["met"] + missed
    return {state: counts[state] for state in STATES} | {"missed": missed, "n": n, "attainment": ratio(counts["met"], n)}


def contacted(rows: list[tuple[str, bool, float | None]]) -> Row:
    judged_ = [state for state, _, _ in rows if state.startswith("missed") or state == "met"]
    overruns = [over for state, _, over in rows if state.startswith("missed") and over is not None]
    return {
        "n": len(judged_), "over": len(overruns), "share": ratio(len(overruns), len(judged_)),
        "pending": sum(state == "pending" for state, _, _ in rows), "missing": sum(blank for _, blank, _ in rows),
        "worst": max(overruns, default=None),
    }  # fmt: skip


def mixed(values: list[str | None]) -> dict[str, Row]:
    said = [value for value in values if value is not None]
    return {
        level: {"n": n, "of": len(said), "share": n / len(said), "blank": len(values) - len(said)} for level, n in counted(said).items()
    }


def related(pairs: list[tuple[float, float]]) -> Row:
    n = len(pairs)
    if n < 10:
        return {"n": n, "rho": None, "p": None, "reading": "too_few"}
    ranks = [ranked([pair[side] for pair in pairs]) for side in (0, 1)]
    means = [sum(each) / n for each in ranks]
    spread = [math.sqrt(sum((rank - mean) ** 2 for rank in each)) for each, mean in zip(ranks, means, strict=True)]
    if not all(spread):
        return {"n": n, "rho": None, "p": None, "reading": "constant"}
    rho = sum((a - means[0]) * (b - means[1]) for a, b in zip(*ranks, strict=True)) / (spread[0] * spread[1])
    p = student(rho, n)
    return {"n": n, "rho": rho, "p": p, "reading": "none" if p >= 0.05 else "slower_worse" if rho < 0 else "slower_better"}


def ranked(values: list[float]) -> list[float]:
    """1 for the smallest; equal values have the mean of their ranks."""
    return [sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2 for value in values]


def student(rho: float, n: int) -> float:
    """Two-sided p of Student's t, by adding up its density: ∫ cos^(n-3) over the angle whose sine is |rho|, by Simpson's rule."""
    steps, edge = 4000, math.asin(min(1.0, abs(rho)))

    def area(low: float, high: float) -> float:
        width = (high - low) / steps
        values = [math.cos(low + width * place) ** (n - 3) for place in range(steps + 1)]
        return width / 3 * (values[0] + values[-1] + 4 * sum(values[1:-1:2]) + 2 * sum(values[2:-1:2]))

    return area(edge, math.pi / 2) / area(0, math.pi / 2)


def detail(row: Row) -> Row:
    stamps = ("raised_at", *ALL_STAMPS, "revisit_at", "due_at")
    plain = (
        "desk", "team", "agent", "owner", "reviewer", "customer", "contact_name", "contact_phone", "channel", "category", "priority", "department", "state",
        "satisfaction", "result_satisfaction", "reopens", "late", "description",
    )  # fmt: skip
    return {
        **{name: row[name] for name in (*plain, *stamps)}, **row["durations"], **row["clocks"],
        "transfers": row["n_transfers"] if row["transfers"] is not None else None,
        "out_of_order": row["unordered"], "left_estimated": row["estimated"],
    }  # fmt: skip


def empty_desk() -> Row:
    return {**dict.fromkeys(("records", "n", "open", "late", "late_n"), 0), "handed": []}


def running_overdue(row: Row) -> bool:
    return any(state == "missed_running" for state in row["clocks"].values())


def band_of(age: float) -> str:
    return next((name for name, hours in (("h4", 4), ("h24", 24), ("d3", 72), ("d7", 168)) if age <= hours * 60), "older")


def bucket_start(kind: str, day: dt.date) -> dt.date:
    return day - DAY * day.weekday() if kind == "week" else day.replace(day=1)


def bucket_name(kind: str, first: dt.date) -> str:
    return f"{first:%Y-%m}" if kind == "month" else f"{first.isocalendar().year}-W{first.isocalendar().week:02d}"


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())
