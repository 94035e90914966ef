"""Words of the analysis workbook: labels of keys, columns, metrics and clocks in one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csbook import messages
from csbook.lists import UNCHOSEN
from csbook.privacy.groups import REST

DASH = "–"
# of one in a million
MOST_DIGITS = 4
MINUTES_PER_HOUR, MINUTES_PER_DAY = 60, 24 * 60
# columns whose keys belong to a dimension of another name
DIMENSIONS = {
    "next_clock": "clock", "duration": "metric",
    **dict.fromkeys(("earlier", "later", "start", "stop"), "item"),
    **dict.fromkeys((f"example_{place}_form" for place in (1, 2, 3)), "form"),
}  # fmt: skip
# dimensions whose labels stand under several names: a level is a rating or what decides a clock's limit
ALIKE = {
    "level": ("satisfaction", "result_satisfaction", "category", "priority", "channel", "complex"),
    "metric": ("metric", "clock"),
}
QUESTIONS = frozenset({"complex"})


@dataclass(frozen=True)
class Words:
    """Labels come from the table `labels` (dimension, form, key), then from the catalogs; a name without label stands as stored."""

    lang: str
    labels: Mapping[tuple[str, str | None, str], str]
    few: int = 0  # counts are rounded down to a multiple of this (csbook.privacy.bands)

    @classmethod
    def of(cls, labels: pd.DataFrame, lang: str, few: int = 0) -> Words:
        """From the table `labels`: dimension, form, key, zh, en."""
        forms = labels["form"].astype(object).where(labels["form"].notna(), None)
        keys = zip(labels["dimension"], forms, labels["key"], strict=True)
        return cls(lang, dict(zip(keys, labels["en" if lang == "en" else "zh"], strict=True)), few)

    def text(self, message_id: str, /, **words: Any) -> str:
        """A message of the catalogs; KeyError for an id they lack."""
        return messages.text(self.lang, message_id, **words)

    def known(self, *ids: str) -> str | None:
        """The first of these messages that the catalogs have."""
        for each in ids:
            try:
                return self.text(each)
            except KeyError:
                continue
        return None

    def label(self, dimension: str, key: str, form: str | None = None) -> str:
        """What people call `key`, in the words of `form` where it has its own."""
        if key in (REST, UNCHOSEN):
            return self.text("value.rest" if key == REST else "value.blank")
        if dimension == "item":
            return self._item(key, form)
        if dimension == "forms":
            return self.join([self.label("form", each) for each in key.split(",") if each])
        for scope in (form, None):
            for name in ALIKE.get(dimension, (dimension,)):
                if (name, scope, key) in self.labels:
                    return self._named(name if dimension == "level" else "", self.labels[name, scope, key], form)
        return self.known(f"value.{dimension}.{key}") or key

    def _named(self, field: str, label: str, form: str | None) -> str:
        """A level that says nothing alone, such as yes, together with its question."""
        return self.text("item.level", field=self.label("field", field, form), level=label) if field in QUESTIONS else label

    def _item(self, key: str, form: str | None) -> str:
        """A stamp's or a rule's name (`kind.field`) as the label of its column in `form`; the code of a fault that is no rule's."""
        kind, _, name = key.partition(".")
        if not name:
            return self.known(f"value.rule.{kind}") or self.label("field", kind, form)
        return self.text("item.rule", field=self.label("field", name.split(".")[0], form), rule=self.label("rule", kind))

    def column(self, table: str, name: str, measures: Mapping[str, str]) -> str:
        """The header of a column: its own in that table, the common one, or that of a measure (`measures`: name -> header)."""
        return self.known(f"column.{table}.{name}", f"column.{name}") or measures[name]

    def stamp(self, value: pd.Timestamp | None) -> str:
        """Date and time to the minute."""
        return DASH if value is None or pd.isna(value) else f"{value:%Y-%m-%d %H:%M}"

    def day(self, value: pd.Timestamp | dt.date | None) -> str:
        """The date, or a dash."""
        return DASH if value is None or pd.isna(value) else f"{value:%Y-%m-%d}"

    def count(self, value: float | None) -> str:
        """A whole number with thousands; a rounded one as its band."""
        if value is None or pd.isna(value):
            return DASH
        return f"\u2264{self.few}" if self.few > value else f"{int(value):,}{'+' if self.few else ''}"

    @property
    def counts(self) -> str:
        """How counts are shown, a kind of column: count or band."""
        return "band" if self.few else "count"

    @property
    def band_format(self) -> str:
        """The number format that shows a rounded count as `count` does."""
        return f'[<{self.few}]"\u2264{self.few}";#,##0"+"'

    @property
    def span_format(self) -> str:
        """The number format that shows days as `span` does: hours and minutes below one."""
        return self.text("span.format")

    def share(self, value: float | None, digits: int = 0) -> str:
        """A share as a percentage; what is not all, or not nothing, has the digits that say so."""
        if value is None or pd.isna(value):
            return DASH
        whole = round(value, digits + 2) in (0, 1) and value not in (0, 1)
        return self.share(value, digits + 1) if whole and digits < MOST_DIGITS else f"{value:.{digits}%}"

    def target(self, value: float | None) -> str:
        """A share that the policy sets, with every digit it has there."""
        return DASH if value is None or pd.isna(value) else f"{value * 100:.6g}%"

    def span(self, minutes: float | None) -> str:
        """A duration in the unit that reads best."""
        if minutes is None or pd.isna(minutes):
            return DASH
        if minutes < 2 * MINUTES_PER_HOUR:
            return self.text("span.minutes", value=brief(minutes))
        if minutes < 2 * MINUTES_PER_DAY:
            return self.text("span.hours", value=f"{minutes / MINUTES_PER_HOUR:.1f}")
        return self.text("span.days", value=f"{minutes / MINUTES_PER_DAY:.1f}")

    def join(self, parts: list[str]) -> str:
        """A list within a sentence."""
        return self.text("list.comma").join(parts)


def brief(value: float) -> str:
    """Minutes as in a message: one decimal below ten, none above."""
    return f"{value:.1f}" if value < 10 and round(value, 1) % 1 else f"{value:.0f}"
