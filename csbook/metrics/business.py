"""Business time: the seconds worked before each stamp, by a join with the days, and the moment at which a limit has been worked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from csbook.metrics.engine import Engine
from csbook.policy.hours import MINUTE, Hours


@dataclass(frozen=True)
class Business:
    """Business hours over the span of a ledger. Two joins by equality: no engine is quick at joins by range."""

    engine: Engine
    hours: Hours
    as_of: dt.datetime

    def worked(self, table: ir.Table, stamps: Iterable[str]) -> ir.Table:
        """Adds `worked_<stamp>`, the seconds worked from the beginning of the span to the stamp; null without stamp."""
        names = tuple(dict.fromkeys(stamps))
        if not self.hours.calendar.known:
            # without any hours there is no business time: nothing is known, which is not 0 (Chatwoot)
            return table.mutate(**{f"worked_{name}": ibis.null("int64") for name in names})
        days = self.engine.store(pa.Table.from_pandas(self.hours.days, preserve_index=False))
        found = table
        for name in names:
            on_day = days.rename({f"{name}_{column}": column for column in days.columns})
            found = found.left_join(on_day, table[name].truncate("D") == on_day[f"{name}_day"])
        # without what the joins brought: every column more is work for each expression over it
        return found.select(*table.columns, **{f"worked_{name}": self._before(found, name) for name in names})

    def _before(self, table: ir.Table, stamp: str) -> ir.IntegerValue:
        since = table[stamp].epoch_seconds() - table[f"{stamp}_day"].epoch_seconds()
        seconds = table[f"{stamp}_before"]
        for place in range(1, self.hours.periods + 1):
            opens, closes = (table[f"{stamp}_{end}_{place}"] for end in ("opens", "closes"))
            seconds = seconds + ibis.least(ibis.greatest(since, opens), closes) - opens
        return seconds.cast("int64")

    def with_due(self, table: ir.Table, name: str, longest: dt.timedelta) -> ir.Table:
        """Adds `ends_<name>`: when the seconds `target_<name>` have been worked, at the end of a worked minute rather than at the next
        opening; a limit of nothing ends at the next opening."""
        last = self.hours.worked(self.as_of) + int(longest.total_seconds()) + MINUTE
        minutes = self.engine.store(pa.Table.from_pandas(self.hours.minutes(last), preserve_index=False))
        minutes = minutes.rename({f"begins_{name}": "begins", f"number_{name}": "number"})
        target = table[f"target_{name}"]
        table = table.mutate(**{f"place_{name}": (target - (table[f"limit_{name}"] > 0).cast("int64")) // MINUTE})
        joined = table.left_join(minutes, table[f"place_{name}"] == minutes[f"number_{name}"])
        rest = joined[f"target_{name}"] - joined[f"place_{name}"] * MINUTE
        ends = joined[f"begins_{name}"] + rest.cast("int64").as_interval("s")
        return joined.mutate(**{f"ends_{name}": ends}).drop(f"place_{name}", f"begins_{name}", f"number_{name}")


def seconds(table: ir.Table, start: str, stop: str) -> ir.IntegerValue:
    """Business seconds between two stamps: 0 where both lie outside hours."""
    return table[f"worked_{stop}"] - table[f"worked_{start}"]
