"""policy.toml to a Policy: every contradiction is reported at once, with file and key."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csbook import messages
from csbook.issues import UsageError
from csbook.lists import Bilingual
from csbook.policy.clocks import RAISED, Block, Clock, Counts, DueSoon, Period, Policy, Satisfaction

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TABLES = ("zone", "now_tolerance", "late_after", "due_soon", "hours", "overrides", "satisfaction", "names", "block")
CLOCK = (
    "name", "label", "forms", "counts", "start", "stop", "due", "value", "unit",
    "by", "limit", "limits", "ours", "open_only", "target",
)  # fmt: skip
NEEDS = {Counts.CALENDAR: ("stop",), Counts.PROMISED: ("stop", "due"), Counts.VALUE: ("value", "unit")}
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
DURATION = re.compile(r"([0-9]+)([smhd])")
PERIOD = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
NAME = re.compile(r"[a-z][a-z_]*")


class PolicyError(UsageError):
    """Everything that is wrong in policy.toml: `found` holds (key, message id, words)."""

    def __init__(self, file: str, found: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        self.file, self.found = file, tuple(found)
        super().__init__(self.text("zh"))

    def text(self, lang: str) -> str:
        return "\n".join(f"{self.file} [{key}]: " + messages.text(lang, f"policy.{id}", **words) for key, id, words in self.found)


def load(path: Path) -> Policy:
    """Read policy.toml. Raises PolicyError (a UsageError) naming every key that does not fit."""
    draft = _Draft()
    try:
        raw = path.read_bytes()
        policy = draft.policy(tomllib.loads(raw.decode()), hashlib.sha256(raw).hexdigest()[:12])
    except FileNotFoundError:
        raise PolicyError(path.name, [("", "missing_file", {})]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(path.name, [("", "no_toml", {"reason": str(error)})]) from None
    if draft.found:
        raise PolicyError(path.name, draft.found)
    return policy


@dataclass
class _Draft:
    """A policy while it is being read; reports instead of raising."""

    found: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def report(self, key: str, id: str, **words: Any) -> None:
        self.found.append((key, id, words))

    def policy(self, table: Mapping[str, Any], digest: str) -> Policy:
        self.keys("", table, TABLES, ("zone", "block"))
        soon = self.table("due_soon", table)
        self.keys("due_soon", soon, ("left", "least"))
        return Policy(
            zone=self.zone(table.get("zone", "")),
            now_tolerance=self.duration("now_tolerance", table.get("now_tolerance", "5m")),
            late_after=self.duration("late_after", table.get("late_after", "24h")),
            due_soon=DueSoon(self.share("due_soon.left", soon.get("left", 0.2)), self.duration("due_soon.least", soon.get("least", "30m"))),
            hours=self.hours(self.table("hours", table)),
            overrides=self.overrides(self.table("overrides", table)),
            satisfaction=self.satisfaction(self.table("satisfaction", table)),
            simplified=self.names(self.table("names", table)),
            blocks=self.blocks(table.get("block", [])),
            digest=digest,
        )

    def keys(self, where: str, table: Mapping[str, Any], known: Sequence[str], required: Sequence[str] = ()) -> bool:
        dot = f"{where}." if where else ""
        for key in sorted(table.keys() - set(known)):
            self.report(dot + key, "unknown_key", key=key, known=", ".join(known))
        missing = [key for key in required if key not in table]
        for key in missing:
            self.report(dot + key, "missing_key", key=key)
        return not missing

    def table(self, key: str, table: Mapping[str, Any]) -> Mapping[str, Any]:
        value = table.get(key, {})
        if isinstance(value, Mapping):
            return value
        self.report(key, "no_table")
        return {}

    def zone(self, value: Any) -> str:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(str(value))
        except (ValueError, OSError, KeyError):
            self.report("zone", "unknown_zone", value=value)
        return str(value)

    def duration(self, key: str, value: Any) -> dt.timedelta:
        """`30s`, `5m`, `4h`, `3d`."""
        parts = DURATION.fullmatch(value) if isinstance(value, str) else None
        if parts is None:
            self.report(key, "no_duration", value=value)
            return dt.timedelta()
        return dt.timedelta(**{UNITS[parts[2]]: int(parts[1])})

    def share(self, key: str, value: Any) -> float:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        self.report(key, "no_share", value=value)
        return 0.0

    def hours(self, table: Mapping[str, Any]) -> tuple[tuple[Period, ...], ...]:
        self.keys("hours", table, DAYS)
        return tuple(self.periods(f"hours.{day}", table.get(day, [])) for day in DAYS)

    def overrides(self, table: Mapping[str, Any]) -> dict[dt.date, tuple[Period, ...]]:
        found = {}
        for day, periods in table.items():
            try:
                found[dt.date.fromisoformat(day)] = self.periods(f"overrides.{day}", periods)
            except ValueError:
                self.report(f"overrides.{day}", "no_day", value=day)
        return found

    def periods(self, key: str, values: Any) -> tuple[Period, ...]:
        """`["09:00-12:00", "13:00-18:00"]`, ascending and apart."""
        periods = [self.period(key, value) for value in (values if isinstance(values, list) else [values])]
        edges = [edge for period in periods if period for edge in period]
        if edges != sorted(set(edges)):
            self.report(key, "periods_overlap", value=", ".join(map(str, values)))
        return tuple(period for period in periods if period)

    def period(self, key: str, value: Any) -> Period | None:
        parts = PERIOD.fullmatch(value) if isinstance(value, str) else None
        if parts is None:
            self.report(key, "no_period", value=value)
            return None
        opens, closes = (dt.timedelta(hours=int(parts[at]), minutes=int(parts[at + 1])) for at in (1, 3))
        if not opens < closes <= dt.timedelta(days=1):
            self.report(key, "no_period", value=value)
        return opens, closes

    def satisfaction(self, table: Mapping[str, Any]) -> Satisfaction:
        self.keys("satisfaction", table, ("by_raised", "scales", "scale_of_form"))
        scales = self.table("scales", table)
        self.keys("satisfaction.scales", scales, ("default",))
        return Satisfaction(
            default=self.scale("satisfaction.scales.default", scales.get("default", {})),
            of_form={
                form: self.scale(f"satisfaction.scale_of_form.{form}", scale) for form, scale in self.table("scale_of_form", table).items()
            },
            by_raised=frozenset(table.get("by_raised", ())),
        )

    def scale(self, key: str, table: Mapping[str, Any]) -> dict[str, float]:
        return {level: self.share(f"{key}.{level}", value) for level, value in table.items()}

    def names(self, table: Mapping[str, Any]) -> dict[int, int]:
        self.keys("names", table, ("traditional", "simplified"))
        old, new = table.get("traditional", ""), table.get("simplified", "")
        if len(old) != len(new):
            self.report("names", "names_differ", traditional=len(old), simplified=len(new))
            return {}
        return str.maketrans(old, new)

    def blocks(self, tables: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
        blocks = []
        for place, table in enumerate(tables, 1):
            where = f"block {place}"
            self.keys(where, table, ("from", "clock"), ("from",))
            begins = table.get("from", dt.date.min)
            if isinstance(begins, dt.datetime) or not isinstance(begins, dt.date):
                self.report(f"{where}.from", "no_day", value=begins)
                continue
            blocks.append(Block(begins, tuple(clock for each in table.get("clock", []) if (clock := self.clock(where, each)))))
        if [block.begins for block in blocks] != sorted({block.begins for block in blocks}):
            self.report("block", "blocks_unordered")
        self.one_population(blocks)
        return tuple(blocks)

    def one_population(self, blocks: Sequence[Block]) -> None:
        """A figure has one population: clocks of a name are counted by one stamp and never twice for a form."""
        counted: dict[str, str] = {}
        for place, block in enumerate(blocks, 1):
            seen: set[tuple[str, str]] = set()
            for clock in block.clocks:
                where = f"block {place}.clock {clock.name}"
                if counted.setdefault(clock.name, clock.counted_by) != clock.counted_by:
                    self.report(where, "two_populations", name=clock.name)
                for form in clock.forms:
                    if (clock.name, form) in seen:
                        self.report(where, "two_clocks", name=clock.name, form=form)
                    seen.add((clock.name, form))

    def clock(self, block: str, table: Mapping[str, Any]) -> Clock | None:
        where = f"{block}.clock {table.get('name', '?')}"
        if not self.keys(where, table, CLOCK, ("name", "label", "forms", "counts")):
            return None
        try:
            counts = Counts(table["counts"])
        except ValueError:
            self.report(f"{where}.counts", "unknown_counts", value=table["counts"], known=", ".join(Counts))
            return None
        if not NAME.fullmatch(table["name"]):
            self.report(f"{where}.name", "no_name", value=table["name"])
        if not self.keys(where, {key: table[key] for key in table.keys() & NEEDS[counts]}, NEEDS[counts], NEEDS[counts]):
            return None
        limited = counts is not Counts.PROMISED
        self.limits(where, table, limited)
        when: Callable[[str], dt.timedelta | None] = lambda key: self.duration(f"{where}.{key}", table[key]) if key in table else None  # noqa: E731
        label = table["label"]
        return Clock(
            name=table["name"],
            label=Bilingual(label.get("zh") or label.get("en", ""), label.get("en") or label.get("zh", "")),
            forms=tuple(table["forms"]),
            counts=counts,
            start=table.get("start", RAISED),
            stop=table.get("stop"),
            due=table.get("due"),
            value=table.get("value"),
            unit=when("unit") or dt.timedelta(minutes=1),
            by=table.get("by"),
            limit=when("limit"),
            limits={entry: self.duration(f"{where}.limits.{entry}", value) for entry, value in table.get("limits", {}).items()},
            ours=table["ours"] if isinstance(table.get("ours", False), bool) and "ours" in table else frozenset(table.get("ours", ())),
            open_only=table.get("open_only", False),
            target=self.share(f"{where}.target", table["target"]) if "target" in table else None,
        )

    def limits(self, where: str, table: Mapping[str, Any], limited: bool) -> None:
        """A limit where one is needed, none where none is, and `limits` exactly where `by` says by what."""
        if limited != bool(table.keys() & {"limit", "limits"}):
            self.report(where, "no_limit" if limited else "useless_limit")
        if ("by" in table) != ("limits" in table):
            self.report(where, "by_without_limits")
