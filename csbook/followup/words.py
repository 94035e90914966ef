"""Words of the follow-up pages: labels of forms, columns and list entries, and cells as people read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csbook import messages
from csbook.forms import Definitions, Form
from csbook.policy import Policy

DASH = "–"
JOINT = "、"
HOUR, DAY = 60, 24 * 60


@dataclass(frozen=True)
class Words:
    """Everything in one language; `as_of` is the moment the pages speak of."""

    lang: str
    definitions: Definitions
    policy: Policy
    as_of: dt.datetime
    few: int = 0  # counts up to this look all the same, see csbook.privacy.bands

    @property
    def forms(self) -> Mapping[str, Form]:
        """The forms by name."""
        return self.definitions.forms

    def text(self, message_id: str, /, **words: Any) -> str:
        """A message of the catalogs."""
        return messages.text(self.lang, message_id, **words)

    def count(self, value: int) -> str:
        """How many records; rounded where the readers do not see small counts."""
        if self.few:
            return f"\u2264{self.few}" if value <= self.few else f"{value // self.few * self.few}+"
        return str(value)

    def column(self, name: str) -> str:
        """The header of a column: its own on these pages, else the first form's that has it."""
        try:
            return self.text(f"followup.column.{name}")
        except KeyError:
            return next(form.label(name, self.lang) for form in self.forms.values() if name in form.by_name)

    def cell(self, row: Mapping[str, Any], name: str) -> Any:
        """What a cell shows: a moment or a count as such, else text; None for blank."""
        value = row.get(name)
        if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
            return None
        if isinstance(value, pd.Timestamp):
            return value.to_pydatetime()
        if not isinstance(value, str):
            return value
        if name == "form":
            return self.forms[value].short.in_(self.lang) if value in self.forms else value
        if name == "next_clock":
            return self.policy.latest(value).label.in_(self.lang)
        return self.entry(str(row["form"]), name, value)

    def entry(self, form: str, name: str, value: str) -> str:
        """The label of a list's key in the words of its form; any other value as it stands."""
        field = self.forms[form].by_name.get(name) if form in self.forms else None
        if field is None or field.choices is None:
            return value
        known = field.choices.known(self.lang)
        return JOINT.join(known.get(key, key) for key in value.split(JOINT)) if field.kind == "members" else known.get(value, value)

    def department(self, form: str, key: str) -> str:
        """A department's common name, whatever the form prints."""
        field = self.forms[form].by_name.get("department") if form in self.forms else None
        if field is None or field.choices is None:
            return key
        entries = self.definitions.vocabulary.lists[field.choices.name].entries
        return next((entry.label.in_(self.lang) for entry in entries if entry.key == key), key)

    def left(self, over: float | None) -> str | None:
        """Minutes past due as `over by 3.2 h`, negative ones as what is left; None where nothing is due."""
        if over is None or pd.isna(over):
            return None
        return self.text("followup.over" if over > 0 else "followup.left", span=self._span(abs(over)))

    def _span(self, minutes: float) -> str:
        if minutes < 2 * HOUR:
            return self.text("followup.minutes", value=f"{minutes:.0f}")
        if minutes < 2 * DAY:
            return self.text("followup.hours", value=f"{minutes / HOUR:.1f}")
        return self.text("followup.days", value=f"{minutes / DAY:.1f}")

    def stamp(self, value: Any) -> str:
        """Date and time to the minute, a dash where there is none."""
        return DASH if value is None or pd.isna(value) else f"{value:%Y-%m-%d %H:%M}"
