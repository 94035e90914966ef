"""Offers: which form has which field, and how the entries of its lists are grouped, read from the definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from csbook.forms import Definitions, Form

GROUPED = ("category", "channel", "priority", "department", "emotion")


@dataclass(frozen=True)
class Offers:
    """What the forms hold. A form that the definitions do not know is taken to hold every field."""

    fields: Mapping[str, frozenset[str]]
    groups: Mapping[str, tuple[tuple[str, str, str], ...]]  # field -> (form, key, group) where the group has another name
    lists: Mapping[str, frozenset[str]]  # form -> fields with a list to choose from

    @classmethod
    def of(cls, definitions: Definitions) -> Offers:
        return cls(
            {name: frozenset((*form.by_name, *form.derived, *form.promises.values())) for name, form in definitions.forms.items()},
            {field: tuple(_grouped(definitions.forms, field)) for field in GROUPED},
            {
                name: frozenset(field for field, known in form.known().items() if known.kind == "choice")
                for name, form in definitions.forms.items()
            },
        )

    def lacking(self, field: str) -> list[str]:
        """Forms without that field."""
        return [form for form, fields in self.fields.items() if field not in fields]

    def has(self, table: ir.Table, field: str | None) -> ir.BooleanValue:
        """Per record: does its form have the field?"""
        return ibis.literal(False) if field is None else ~table.form.isin(self.lacking(field))

    def listed(self, table: ir.Table, field: str) -> ir.BooleanValue:
        """Per record: does its form have the field with a list to choose from?"""
        return table.form.isin([form for form, fields in self.lists.items() if field in fields])

    def group(self, table: ir.Table, field: str) -> ir.StringValue:
        """The group of the record's entry; an entry without a group stands for itself."""
        branches = [((table.form == form) & (table[field] == key), group) for form, key, group in self.groups[field]]
        return ibis.cases(*branches, else_=table[field]) if branches else table[field]

    def names(self) -> set[str]:
        """Every group that has another name than its entries."""
        return {group for branches in self.groups.values() for _, _, group in branches}


def _grouped(forms: Mapping[str, Form], field: str) -> Iterator[tuple[str, str, str]]:
    for name, form in forms.items():
        choices = form.by_name[field].choices if field in form.by_name else None
        for entry in choices.entries if choices else ():
            if entry.group is not None and entry.group != entry.key:
                yield name, entry.key, entry.group
