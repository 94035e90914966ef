"""Maps: the TOML file that says how a foreign workbook becomes rows of a form; all its faults are reported at once.

`form`, `source`, `number` (a heading) or `key` (headings); optional `sheet`, `header_row`, `desk`; a table `[field]` with, per field,
`from` (a heading or several) or `constant`, and optional `joint`, `format`, `values`, `default`. A date or a time of day may come
from a column that holds both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbook import desks
from csbook.forms import Contradictions, Definitions, Field, Form
from csbook.forms.contradictions import Report
from csbook.forms.form import DATES
from csbook.forms.shapes import SOME_TEXTS, TABLE, TABLE_OF_TEXT, TEXT, WHOLE, Shape
from csbook.intake.foreign.map import PARTS, ForeignMap, Origin
from csbook.lists import bare
from csbook.messages import WordedUsageError

ONE_OR_MORE = Shape("text_or_texts", lambda value: TEXT.fits(value) or SOME_TEXTS.fits(value))
MAP = {
    "form": TEXT, "source": TEXT, "number": TEXT, "key": SOME_TEXTS, "sheet": TEXT, "header_row": WHOLE, "desk": TEXT, "field": TABLE,
}  # fmt: skip
ORIGIN = {"from": ONE_OR_MORE, "joint": TEXT, "format": ONE_OR_MORE, "values": TABLE_OF_TEXT, "constant": TEXT, "default": TEXT}
SOURCE = re.compile(r"[\w.-]{1,30}")


def load(path: Path, definitions: Definitions) -> ForeignMap:
    """Read a map. Raises UsageError where there is none, Contradictions naming file and key of everything that does not fit."""
    if not path.exists():
        raise WordedUsageError("map.missing", path=path)
    report = Report()
    tables = report.read(path)
    made = Draft(str(path), definitions, report).map(tables) if tables is not None else None
    if report.found or made is None:
        raise Contradictions(report.found)
    return made


@dataclass(frozen=True)
class Draft:
    """One map while it is being read."""

    file: str
    definitions: Definitions
    report: Report

    def map(self, tables: Mapping[str, Any]) -> ForeignMap | None:
        """The whole file; None where not even its form is known."""
        known = self.report.fitting(self.file, "", tables, MAP, required=("form", "source", "field"))
        self._identity(known)
        form = self.definitions.forms.get(known.get("form", ""))
        if form is None:
            if "form" in known:
                self.report.add(self.file, "form", "unknown_form", form=known["form"], known=", ".join(self.definitions.forms))
            return None
        origins = tuple(self._origins(form, known.get("field", {})))
        for field in form.fields:
            if field.required and field.typed and field.name not in known.get("field", {}):
                self.report.add(self.file, f"field.{field.name}", "map_required", field=field.name, label=field.label.zh)
        number = known.get("number")
        return ForeignMap(
            form=form.name,
            source=known.get("source", ""),
            identity=(number,) if number is not None else tuple(known.get("key", ())),
            numbered=number is not None,
            origins=origins,
            sheet=known.get("sheet", ""),
            header_row=known.get("header_row"),
            desk=known.get("desk", ""),
        )

    def _identity(self, known: Mapping[str, Any]) -> None:
        if ("number" in known) == ("key" in known):
            self.report.add(self.file, "number", "map_identity")
        if "source" in known and not SOURCE.fullmatch(known["source"]):
            self.report.add(self.file, "source", "map_source", source=known["source"])
        if known.get("header_row", 1) < 1:
            self.report.add(self.file, "header_row", "map_header_row")
        if known.get("desk") and desks.refused(known["desk"]):
            self.report.add(self.file, "desk", "map_desk", desk=known["desk"])

    def _origins(self, form: Form, table: Mapping[str, Any]) -> Iterator[Origin]:
        for name, each in self.report.entries(self.file, "field", table, TABLE):
            where = f"field.{name}"
            if name not in form.by_name:
                self.report.add(self.file, where, "unknown_field", field=name)
            elif not form.by_name[name].typed:
                self.report.add(self.file, where, "map_auto", field=name)
            else:
                yield self._origin(form.by_name[name], where, self.report.fitting(self.file, where, each, ORIGIN))

    def _origin(self, field: Field, where: str, known: Mapping[str, Any]) -> Origin:
        if ("from" in known) == ("constant" in known):
            self.report.add(self.file, where, "map_origin", field=field.name)
        for key in ("joint", "format", "values", "default"):
            if key in known and "constant" in known:
                self.report.add(self.file, f"{where}.{key}", "map_constant", key=key)
        if "format" in known and field.kind not in DATES:
            self.report.add(self.file, f"{where}.format", "wrong_kind", field=field.name, kind=field.kind, wanted=", ".join(sorted(DATES)))
        formats = _several(known.get("format", ()))
        for each in formats:
            if "%" not in each:
                self.report.add(self.file, f"{where}.format", "map_format", format=each)
        values = {bare(said): meant for said, meant in known.get("values", {}).items()}
        for key, meant in [*((f"values.{said}", meant) for said, meant in known.get("values", {}).items()), *_spelled(known)]:
            self._entry(field, f"{where}.{key}", meant)
        return Origin(
            field=field.name,
            columns=_several(known.get("from", ())),
            joint=known.get("joint", " "),
            values=values,
            formats=formats,
            dated=field.kind in DATES,
            part=field.kind if field.kind in PARTS else "",
            constant=known.get("constant"),
            default=known.get("default"),
        )

    def _entry(self, field: Field, where: str, meant: str) -> None:
        """A value of a closed list must be one of its entries; "" stands for a blank cell."""
        if field.kind == "choice" and field.choices is not None and meant and bare(meant) not in field.choices.spelled:
            self.report.add(self.file, where, "map_entry", list=field.choices.name, value=meant, known=", ".join(field.choices.keys))


def _spelled(known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is written into cells as it stands."""
    return ((key, known[key]) for key in ("constant", "default") if key in known)


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
