"""Draft: TOML values as durations, shares, periods; what does not fit is collected, so that all faults come at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from csbook import messages
from csbook.issues import UsageError
from csbook.policy.period import Period

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
DURATION = re.compile(r"([0-9]+)([smhd])")
PERIOD = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")


class PolicyError(UsageError):
    """Everything that is wrong in policy.toml: `found` holds (key, message id, words)."""

    def __init__(self, file: str, found: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        self.file, self.found = file, tuple(found)
        super().__init__(self.text("zh"))

    def text(self, lang: str) -> str:
        return "\n".join(f"{self.file} [{key}]: " + messages.text(lang, f"policy.{fault}", **words) for key, fault, words in self.found)


@dataclass
class Draft:
    """Values while policy.toml is read; each reader reports what does not fit and returns something harmless."""

    found: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def report(self, place: str, fault: str, /, **words: Any) -> None:
        self.found.append((place, fault, words))

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

    def tables(self, key: str, value: Any) -> Sequence[Mapping[str, Any]]:
        """A list of tables."""
        if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
            return value
        self.report(key, "no_tables")
        return ()

    def duration(self, key: str, value: Any) -> dt.timedelta:
        """`30s`, `5m`, `4h`, `3d`."""
        parts = DURATION.fullmatch(value) if isinstance(value, str) else None
        if parts is None:
            self.report(key, "no_duration", value=value)
            return dt.timedelta()
        try:
            return dt.timedelta(**{UNITS[parts[2]]: int(parts[1])})
        except OverflowError:
            self.report(key, "no_duration", value=value)
            return dt.timedelta()

    def share(self, key: str, value: Any) -> float:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        self.report(key, "no_share", value=value)
        return 0.0

    def count(self, key: str, value: Any) -> int:
        """A whole number from 1."""
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return value
        self.report(key, "no_count", value=value)
        return 1

    def name(self, key: str, value: Any) -> str | None:
        """The name of a field."""
        return next(iter(self.names(key, [value])), None)

    def names(self, key: str, values: Any) -> tuple[str, ...]:
        """A list of names."""
        if isinstance(values, list) and all(isinstance(each, str) for each in values):
            return tuple(values)
        self.report(key, "wrong_type", value=values)
        return ()

    def day(self, key: str, value: Any) -> dt.date:
        """A TOML date, or an ISO date as text."""
        try:
            found = dt.date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            found = None
        if isinstance(found, dt.datetime) or not isinstance(found, dt.date):
            self.report(key, "no_day", value=value)
            return dt.date.min
        return found

    def periods(self, key: str, values: Any) -> tuple[Period, ...]:
        """`["09:00-12:00", "13:00-18:00"]`, ascending; where one begins when another ends, they are one."""
        periods = [self.period(key, value) for value in (values if isinstance(values, list) else [values])]
        edges = [edge for period in periods if period for edge in period]
        if edges != sorted(edges):
            self.report(key, "periods_overlap", value=", ".join(map(str, values)))
        joined: list[Period] = []
        for opens, closes in filter(None, periods):
            begun = joined.pop()[0] if joined and joined[-1][1] == opens else opens
            joined.append((begun, closes))
        return tuple(joined)

    def period(self, key: str, value: Any) -> Period | None:
        parts = PERIOD.fullmatch(value) if isinstance(value, str) else None
        if parts is None:
            self.report(key, "no_period", value=value)
            return None
        opens, closes = (dt.timedelta(hours=int(parts[at]), minutes=int(parts[at + 1])) for at in (1, 3))
        if not opens < closes <= dt.timedelta(days=1):
            self.report(key, "no_period", value=value)
            return None
        return opens, closes
