"""Catalog: every table by name and what computes it; a new one is a line here, words in the glossary, a place in csbook.analysis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from csbook.forms import Definitions
from csbook.metrics import clock_words, contacts, coverage, doubts, glossary, hand_in, lists, mixes, quality, ratings, spread
from csbook.metrics.breakdown import BY_KEY, BY_TIME, Breakdown
from csbook.metrics.chosen import Filter
from csbook.metrics.frequent import Wording, frequent
from csbook.metrics.hand_in import HandIns
from csbook.metrics.periods import Period
from csbook.metrics.tables import Maker


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """What the tables are made of: the breakdowns, the ledger's own tables, and what was asked for."""

    of: Breakdown
    records: ir.Table
    ledger: ir.Table
    quarantine: pa.Table
    definitions: Definitions
    chosen: Filter
    as_of: dt.datetime
    compared: bool
    wording: Wording
    hand_ins: HandIns
    newest: int
    listed: int | None

    def makers(self) -> dict[tuple[str, ...], Maker]:
        """Names of tables → what computes them together."""
        alone: dict[tuple[str, ...], Maker] = {
            (name,): partial(_alone, make) for name, make in {**self._figures(), **self._records(), **self._words()}.items()
        }
        return {
            **alone,
            BY_KEY: lambda: self.of.by_key(self._counted),
            BY_TIME: lambda: self._over_time,
            ("satisfaction", "satisfaction_rate"): lambda: ratings.ratings(self.of),
            ("contact_by_agent", "contact_by_department"): lambda: contacts.contacts(self.of, self.as_of),
            **({} if self.listed is None else {("sizes", "overdue_latest"): self._beside_cut_lists}),
        }

    def _beside_cut_lists(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """How long the lists are that were cut, and the longest overruns of the day that the daily report tells of."""
        days = self._over_time[BY_TIME.index("by_day")]
        busy = days[(days["n"] > 0) | (days["resolved"] > 0)]
        day = (busy if len(busy) else days)["day"].iloc[-1].date()
        return lists.sizes(self.of, spread.clocks(self.of, self._levels)), lists.overdue_on(self.of, self._missed, day)

    def _figures(self) -> Mapping[str, Callable[[], pd.DataFrame]]:
        of = self.of
        return {
            "scope": self._scope,
            "overview": lambda: of.overview(self._counted, compared=self.compared),
            "clocks": lambda: spread.clocks(of, self._levels),
            "clocks_by_level": lambda: spread.clocks_by_level(of, self._levels),
            "stages": lambda: spread.stages(of),
            "ageing": lambda: spread.ageing(of, self.as_of),
            "weekday_hour": lambda: spread.weekday_hour(of),
            "satisfaction_speed": lambda: ratings.by_speed(of),
            "mix_by_category": lambda: self._mixes.by_category(),
            "mix_by_period": lambda: self._mixes.by_period(),
            "escalations": lambda: mixes.escalations(of),
            "frequent": lambda: frequent(of, self.ledger, self.wording, compared=self.compared),
        }

    def _records(self) -> Mapping[str, Callable[[], pd.DataFrame]]:
        of = self.of
        return {
            "overdue": lambda: lists.overdue(of, self._missed, self.listed),
            "open": lambda: lists.opened(of, self.as_of),
            "rating_missing": lambda: lists.rating_missing(of, self.as_of, self.listed),
            "records": lambda: lists.newest(of, self.newest),
            "unordered": lambda: lists.unordered(of),
            "doubts": lambda: doubts.listed(of, self._doubts),
            "hand_in": lambda: hand_in.hand_in(of, self._waiting, self._expected),
            "data_quality": lambda: quality.data_quality(of, self.ledger, self._doubts, self._waiting),
            "coverage": lambda: coverage.coverage(of, self._levels),
        }

    def _words(self) -> Mapping[str, Callable[[], pd.DataFrame]]:
        policy, definitions = self.of.policy, self.definitions
        return {
            "policy": lambda: clock_words.policy_table(policy),
            "hours": self.of.business.hours.served,
            "definitions": lambda: glossary.definitions_table(policy, definitions, self.of.business.hours.served()),
            "labels": lambda: glossary.labels(definitions, policy),
        }

    @cached_property
    def _counted(self) -> ir.Table:
        return self.of.engine.store(self.of.marked(self.of.period))

    @cached_property
    def _over_time(self) -> list[pd.DataFrame]:
        return list(self.of.over_time(self._counted))

    @cached_property
    def _levels(self) -> dict[str, pd.DataFrame]:
        return spread.clock_levels(self.of)

    @cached_property
    def _missed(self) -> ir.Table:
        return lists.missed(self.of)

    @cached_property
    def _mixes(self) -> mixes.Mixes:
        return mixes.Mixes(self.of, compared=self.compared)

    @cached_property
    def _doubts(self) -> pd.DataFrame:
        return doubts.doubts(self.of, self.records, self.definitions)

    @cached_property
    def _waiting(self) -> pd.DataFrame:
        desks = self.of.engine.texts(self.of.facts.desk) if self.chosen.agent else ()
        return self.chosen.waiting(self.quarantine, list(desks))

    @property
    def _expected(self) -> HandIns:
        return HandIns(self.chosen.roster(self.hand_ins.roster), self.hand_ins.last)

    def _scope(self) -> pd.DataFrame:
        """What the figures are about; printed on every sheet."""
        of, ledger = self.of, self.ledger
        forms = ledger.form.collect(distinct=True, where=~ledger.outside)
        told = {
            "records": ledger.count(),
            "outside": ledger.outside.sum().fill_null(0),
            "first": ledger.raised_at.min(where=~ledger.outside),
        }
        counts = of.engine.run(ledger.aggregate(**told, forms=forms)).iloc[0]
        before: Period | None = of.period.before() if self.compared else None
        row = {
            "as_of": self.as_of,
            "start": of.period.start,
            "end": of.period.end,
            "before_start": before.start if before else None,
            "before_end": before.end if before else None,
            "first_day": counts["first"] if pd.isna(counts["first"]) else counts["first"].normalize(),
            "zone": of.policy.zone,
            "records": counts["records"],
            "considered": counts["records"] - counts["outside"],
            "after_as_of": counts["outside"],
            "forms": ",".join(sorted(counts["forms"] if counts["forms"] is not None else ())),
            "only_forms": ",".join(sorted({*self.chosen.forms})) or None,
            "agent": self.chosen.agent,
            "desk": self.chosen.desk,
            "team": self.chosen.team,
            "policy_hash": of.policy.digest,
            "newest": self.newest,
        }
        stamps = dict.fromkeys(("as_of", "start", "end", "before_start", "before_end", "first_day"), "datetime64[us]")
        counted = dict.fromkeys(("records", "considered", "after_as_of", "newest"), "int64")
        return pd.DataFrame([row]).astype({**dict.fromkeys(row, "str"), **stamps, **counted})


def _alone(make: Callable[[], pd.DataFrame]) -> list[pd.DataFrame]:
    return [make()]
