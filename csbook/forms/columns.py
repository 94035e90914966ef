"""Columns: `[[column]]` of templates/ and `[field]` of validations/ joined into Field objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from csbook.forms.contradictions import Report
from csbook.forms.form import Field
from csbook.forms.shapes import BILINGUAL, FLAG, NUMBER, TABLE, TEXT, TEXTS, WHOLE, bilingual
from csbook.lists import ChoiceList, Entry, Vocabulary
from csbook.privacy.masks import Mask

KINDS = (
    "auto", "choice", "suggest", "members", "text", "masked", "date", "clock",
    "moment", "moment_or_date", "due", "whole", "transfers", "references",
)  # fmt: skip
NEEDS_LIST = frozenset({"choice", "suggest", "members"})
DEFAULTS = ("desk_agent",)
FIELD = {
    "kind": TEXT,
    "required": FLAG,
    "list": TEXT,
    "entries": TEXTS,
    "limit": WHOLE,
    "low": WHOLE,
    "high": WHOLE,
    "mask": TEXT,
    "default": TEXT,
    "team_only": FLAG,
}
COLUMN = {"field": TEXT, "zh": TEXT, "en": TEXT, "aliases": TEXTS, "width": NUMBER, "prompt": BILINGUAL, "example": TEXT}


@dataclass(frozen=True)
class Columns:
    """Reads the columns of one form."""

    form: str
    layout_file: str
    rules_file: str
    vocabulary: Vocabulary
    masks: Mapping[str, Mask]
    report: Report

    def read(self, columns: Iterable[Mapping[str, Any]], declared: Mapping[str, Any]) -> tuple[Field, ...]:
        """Fields in the order of the columns; each column has a field and each field one column."""
        tables = {name: (f"field.{name}", table) for name, table in self.report.entries(self.rules_file, "field", declared, TABLE)}
        fields: dict[str, Field] = {}
        for column in columns:
            name = str(column.get("field", "?"))
            where = f"column.{name}"
            looks = self.report.fitting(self.layout_file, where, column, COLUMN, required=("field", "zh", "en"))
            if name in fields:
                self.report.add(self.layout_file, where, "two_columns", field=name)
            elif name in tables:
                fields[name] = self._field(name, looks, *tables[name])
            elif name not in declared:
                self.report.add(self.layout_file, where, "column_without_field", field=name, file=self.rules_file)
        for name in sorted(tables.keys() - fields.keys()):
            self.report.add(self.rules_file, f"field.{name}", "field_without_column", field=name, file=self.layout_file)
            # kept, so that the rules that name it are not blamed as well
            fields[name] = self._field(name, {}, *tables[name])
        self._told_apart(fields.values())
        return tuple(fields.values())

    def _told_apart(self, fields: Iterable[Field]) -> None:
        """No header may mean two columns."""
        meant: dict[str, str] = {}
        for each in fields:
            for spelling in filter(None, (each.label.zh, each.label.en, *each.aliases)):
                other = meant.setdefault(spelling, each.name)
                if other != each.name:
                    self.report.add(self.layout_file, f"column.{each.name}", "two_labels", label=spelling, other=other)

    def _field(self, name: str, looks: Mapping[str, Any], where: str, table: Mapping[str, Any]) -> Field:
        holds = self.report.fitting(self.rules_file, where, table, FIELD, required=("kind",))
        kind, mask = holds.get("kind", "text"), holds.get("mask")
        if kind not in KINDS:
            self.report.add(self.rules_file, f"{where}.kind", "unknown_kind", kind=kind, known=", ".join(KINDS))
        if kind == "text" and "limit" not in table:
            self.report.add(self.rules_file, f"{where}.limit", "text_without_limit", field=name)
        if (kind == "masked" and "mask" not in table) or (mask is not None and mask not in self.masks):
            self.report.add(self.rules_file, f"{where}.mask", "unknown_mask", mask=mask or "", known=", ".join(self.masks))
        if holds.get("default") not in (None, *DEFAULTS):
            self.report.add(self.rules_file, f"{where}.default", "unknown_default", default=holds["default"], known=", ".join(DEFAULTS))
        return Field(
            name=name,
            kind=kind,
            label=bilingual(looks),
            aliases=tuple(looks.get("aliases", ())),
            width=looks.get("width", 12),
            prompt=bilingual(looks["prompt"]) if "prompt" in looks else None,
            example=looks.get("example", ""),
            required=holds.get("required", False),
            choices=self._choices(where, holds) if kind in NEEDS_LIST else None,
            limit=holds.get("limit"),
            low=holds.get("low"),
            high=holds.get("high"),
            mask=mask if mask in self.masks else None,
            default=holds.get("default"),
            team_only=holds.get("team_only", False),
        )

    def _choices(self, where: str, holds: Mapping[str, Any]) -> ChoiceList | None:
        """The list of a field, cut to the form's entries with the form's own labels."""
        name = holds.get("list", "")
        if name not in self.vocabulary.lists:
            self.report.add(self.rules_file, f"{where}.list", "missing_list", list=name, known=", ".join(self.vocabulary.lists))
            return None
        entries: dict[str, Entry] = {each.key: each for each in self.vocabulary.lists[name].entries}
        chosen = holds.get("entries", list(entries))
        for key in chosen:
            if chosen.count(key) > 1:
                self.report.add(self.rules_file, f"{where}.entries", "two_entries", key=key)
            if key not in entries:
                self.report.add(self.rules_file, f"{where}.entries", "unknown_entry", key=key, list=name)
        own = tuple(entries[key].of_form(self.form) for key in dict.fromkeys(chosen) if key in entries)
        self._readable(f"{where}.entries", name, own)
        retired = tuple(each.of_form(self.form) for each in entries.values() if each.key not in chosen)
        return ChoiceList(name=name, entries=own, retired=retired)

    def _readable(self, where: str, name: str, entries: Iterable[Entry]) -> None:
        """No spelling may mean two entries."""
        meant: dict[str, str] = {}
        for entry in entries:
            for spelling in entry.spellings:
                other = meant.setdefault(spelling, entry.key)
                if other != entry.key:
                    self.report.add(self.rules_file, where, "two_spellings", list=name, spelling=spelling, key=entry.key, other=other)
