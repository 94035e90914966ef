"""Routing: which entries fit the entry chosen in another column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook import messages
from csbook.issues import Code, Severity
from csbook.lists import ChoiceList
from csbook.rules import excel
from csbook.rules.rule import Cells, Entry, Rule, Say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Routing(Rule):
    """`options`: entry of `by` -> entries of `field` that fit it. Another entry of `choices`, the field's list, is unusual, not wrong."""

    code = Code.UNUSUAL_CHOICE
    severity: Severity = Severity.WARNING
    field: str
    choices: ChoiceList
    by: str
    options: Mapping[str, tuple[str, ...]]

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.field, self.by)

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        chosen, parent = frame[self.field], frame[self.by]
        # what stands in no list is wrong already: member says so
        fits = ~chosen.isin(self.choices.keys) | ~parent.isin(list(self.options))
        for key, options in self.options.items():
            fits |= (parent == key).fillna(False).astype(bool) & chosen.isin(options)
        return fits

    def formula(self, at: Cells) -> str:
        chosen, parent = at.chosen(self.field), at.chosen(self.by)
        lines = (
            f"IF(EXACT({parent},{excel.quoted(at.label(self.by, key))}),"
            + excel.any_of(f"EXACT({chosen},{excel.quoted(at.label(self.field, option))})" for option in options)
            + ",TRUE)"
            for key, options in self.options.items()
        )
        return f"IF({excel.member(chosen, at.labels(self.field))},{excel.all_of(lines)},TRUE)"

    def entry(self, at: Cells) -> Entry | None:
        return Entry.list(at.options(self.field))

    def said(self, say: Say) -> dict[str, object]:
        comma = messages.text(say.lang, "comma")
        lines = (
            messages.text(
                say.lang,
                "routing.line",
                parents=comma.join(say.entry(self.by, parent) for parent in parents),
                options=comma.join(say.entry(self.field, option) for option in options),
            )
            for options, parents in self._groups().items()
        )
        return {"by": say.field(self.by), "options": messages.text(say.lang, "semicolon").join(lines)}

    def _groups(self) -> dict[tuple[str, ...], list[str]]:
        """Parents by the options they share; who may go anywhere needs no word, unless all may."""
        groups: dict[tuple[str, ...], list[str]] = {}
        for parent, options in self.options.items():
            groups.setdefault(options, []).append(parent)
        every = set[str]().union(*groups)
        bound = {options: parents for options, parents in groups.items() if set(options) != every}
        return bound or groups

    def contradictions(self, lists: Mapping[str, ChoiceList]) -> Iterator[dict[str, object]]:
        parents, own = (lists[name].keys if name in lists else () for name in (self.by, self.field))
        for key in parents:
            if key not in self.options:
                yield {"id": "routing_gap", "key": key, "list": self.by}
        for key, options in self.options.items():
            if key not in parents:
                yield {"id": "unknown_entry", "key": key, "list": self.by}
            for option in options:
                if option not in own:
                    yield {"id": "unknown_entry", "key": option, "list": self.field}
