"""Retention: how long closed records are kept, as the table `retention` of policy.toml says."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csbook.policy.draft import Draft

AGE = re.compile(r"([1-9][0-9]{0,3})(d|w|mo|y)")
MONTHS = {"mo": 1, "y": 12}
DAYS = {"d": 1, "w": 7}
KEYS = ("after", "hold", "form")


@dataclass(frozen=True)
class Age:
    """A span such as `90d`, `6w`, `18mo`, `3y`."""

    count: int
    unit: str

    @classmethod
    def read(cls, text: object) -> Age | None:
        """None where the text is no such span."""
        parts = AGE.fullmatch(text) if isinstance(text, str) else None
        return cls(int(parts[1]), parts[2]) if parts else None

    def before(self, moment: dt.datetime) -> dt.datetime:
        """This long before `moment`; the last day of the month where the day would not be in it."""
        if self.unit in DAYS:
            return moment - dt.timedelta(days=self.count * DAYS[self.unit])
        year, month = divmod(moment.year * 12 + moment.month - 1 - self.count * MONTHS[self.unit], 12)
        if year < 1:
            return dt.datetime(1, 1, 1)
        return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Retention:
    """Closed records go so long after they were closed, by form, else `after`; None keeps them. `hold`: numbers and ids that stay."""

    after: Age | None = None
    of_form: Mapping[str, Age] = field(default_factory=dict)
    hold: frozenset[str] = frozenset()

    def age(self, form: str) -> Age | None:
        """How long a closed record of this form is kept."""
        return self.of_form.get(form, self.after)


def read_retention(draft: Draft, table: Mapping[str, Any]) -> Retention:
    """The table as values; what does not fit is reported."""
    draft.keys("retention", table, KEYS)

    def age(key: str, value: Any) -> Age | None:
        found = Age.read(value)
        if found is None:
            draft.report(key, "no_age", value=value)
        return found

    ages = {name: age(f"retention.form.{name}", value) for name, value in draft.table("form", table).items()}
    hold = table.get("hold", [])
    if not isinstance(hold, list) or not all(isinstance(each, str) for each in hold):
        draft.report("retention.hold", "no_texts")
        hold = []
    return Retention(
        after=age("retention.after", table["after"]) if "after" in table else None,
        of_form={name: each for name, each in ages.items() if each is not None},
        hold=frozenset(hold),
    )
