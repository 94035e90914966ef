"""Due: which limits a row is running against, as formulas; the clocks are those of the policy in force today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from csbook.policy import Clock, DueSoon, Policy
from csbook.policy.clocks import RESOLVED, Counts
from csbook.rules.excel import quoted
from csbook.template.cells import CheckCells, EntryCells
from csbook.template.grid import Grid

MINUTES = 1440


@dataclass(frozen=True)
class Limit:
    """A clock of this form: what to call it and which stamps it reads; `after` says that it runs once the case is resolved."""

    label: str
    clock: Clock
    soon: DueSoon

    @property
    def after(self) -> bool:
        """Does it start where the others stop?"""
        return self.clock.start == RESOLVED

    def due(self, at: CheckCells) -> str:
        """The serial when time is up; an error or "" while it cannot be told."""
        clock = self.clock
        if clock.counts is Counts.PROMISED:
            return at.due(str(clock.due))
        return f"{at.stamp(clock.start)}+{self.days(at)}"

    def days(self, at: EntryCells) -> str:
        """The limit in days, by the entry that picks it; an error where none fits."""
        clock = self.clock
        rest = _days(clock.limit.total_seconds()) if clock.limit is not None else "NA()"
        for entry, limit in clock.limits.items():
            label = at.label(str(clock.by), entry)
            rest = f"IF(EXACT({at.chosen(str(clock.by))},{quoted(label)}),{_days(limit.total_seconds())},{rest})"
        return rest

    def warned(self, at: EntryCells) -> str:
        """How many days before time is up the row is marked."""
        least = _days(self.soon.least.total_seconds())
        return least if self.clock.counts is Counts.PROMISED else f"MAX({least},{self.soon.left}*{self.days(at)})"

    def spent(self, at: CheckCells) -> tuple[str, str]:
        """Hours since the start, and hours from the start until time is up, each to a tenth; an error where the start is not known or
        comes after that."""
        start, due = at.stamp(self.clock.start), self.due(at)
        allowed = f"ROUND(({due}-{start})*24,1)"
        promised = self.clock.counts is Counts.PROMISED
        return f"ROUND((NOW()-{start})*24,1)", f"IF({due}<{start},NA(),{allowed})" if promised else allowed

    def running(self, at: EntryCells) -> str:
        """TRUE while the stop stamp is missing."""
        return f"NOT(ISNUMBER({at.stamp(str(self.clock.stop))}))"


def limits(grid: Grid, policy: Policy | None) -> Iterator[Limit]:
    """The clocks that tell time on this form and whose stamps the sheet has; without a policy, the promised stamps."""
    form = grid.form
    known = {*form.by_name, *form.derived, *form.promises.values()}
    soon = policy.due_soon if policy else DueSoon()
    clocks = policy.blocks[-1].clocks if policy and policy.blocks else _promised(grid)
    for clock in clocks:
        needs = {clock.stop, clock.due if clock.counts is Counts.PROMISED else clock.start, clock.by or clock.stop}
        if form.name in clock.forms and clock.counts in (Counts.CALENDAR, Counts.PROMISED) and needs <= known:
            yield Limit(clock.label.in_(grid.lang), clock, soon)


def _promised(grid: Grid) -> tuple[Clock, ...]:
    form = grid.form
    stamps = [*(field.name for field in form.fields if field.kind == "due"), *form.promises.values()]
    return tuple(
        Clock(name=stamp, label=form.column(stamp).label, forms=(form.name,), counts=Counts.PROMISED, stop=RESOLVED, due=stamp)
        for stamp in stamps
    )


def _days(seconds: float) -> str:
    """Whole minutes as a fraction of a day, exact in a formula."""
    return f"{round(seconds / 60)}/{MINUTES}"
