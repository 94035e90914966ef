"""Chosen: which records and which rows in quarantine are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from csbook.desks import Desk
from csbook.metrics.engine import Engine
from csbook.metrics.people import alike
from csbook.policy import Policy

# what the figures read of a row in quarantine
ASIDE = ["form", "desk", "team", "rule"]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which records are looked at; empty = all. An agent's records are those that were theirs first or last."""

    forms: Sequence[str] = ()
    agent: str | None = None
    desk: str | None = None
    team: str | None = None

    def of(self, engine: Engine, table: ir.Table, policy: Policy) -> ir.Table:
        if self.forms:
            table = table.filter(table.form.isin(list(self.forms)))
        if self.agent:
            names = alike(engine, table, self.agent, policy.simplified)
            table = table.filter(table.first_agent.isin(names) | table.last_agent.isin(names))
        for field, wanted in (("desk", self.desk), ("team", self.team)):
            if wanted:
                table = table.filter(table[field] == wanted)
        return table

    def waiting(self, quarantine: pa.Table, desks: Sequence[str]) -> pd.DataFrame:
        """Rows that nobody has mended yet, with ASIDE and, where the table tells them, `issues` (JSON). A row does not say for certain
        whose it is: of an agent those of the `desks` that hold the agent's records count."""
        frame: pd.DataFrame = quarantine.to_pandas()
        frame = frame.reindex(columns=list(dict.fromkeys([*ASIDE, *frame.columns]))).astype(dict.fromkeys(ASIDE, "str"))
        kept = pd.Series(True, index=frame.index) if "status" not in frame else frame["status"] == "open"
        wanted = {"form": self.forms, "desk": [self.desk] if self.desk else (), "team": [self.team] if self.team else ()}
        for field, values in wanted.items():
            kept &= frame[field].isin(list(values)) if values else True
        kept &= frame["desk"].isin(list(desks)) if self.agent else True
        return frame[kept].reset_index(drop=True)

    def roster(self, desks: Sequence[Desk]) -> Sequence[Desk]:
        """The desks that should hand in; who looks at one agent does not ask for desks."""
        if self.agent:
            return ()
        return [each for each in desks if (not self.desk or each.desk == self.desk) and (not self.team or each.team == self.team)]
