"""Workbooks for benchmarks, made once into a folder: 500 flat ones and 500 of our templates with 60 rows each, and large ones."""

from __future__ import annotations

import dataclasses
import functools
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from csbook import forms, template
from csbook.desks import Desk
from csbook.rules.length import Length
from csbook.workspace import shipped
from sample_data import flat, make
from sample_data.filled import Filled, direct
from sample_data.people import Place, places

FILES, ROWS, PREBUILT = 500, 60, 300
FORMS = ("communication", "feedback", "hotline", "response")
ORIGINALS = 20  # templates built in full; the others are these with another desk in stamp and ids
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def desks(count: int) -> Iterator[tuple[Place, str]]:
    """Desks of three signs with the form each hands in."""
    staffed = places()
    for number in range(count):
        code = f"D{SIGNS[number // len(SIGNS)]}{SIGNS[number % len(SIGNS)]}"
        yield dataclasses.replace(staffed[number % len(staffed)], desk=code, bad=None), FORMS[number % len(FORMS)]


def rows_of(place: Place, form: str, count: int) -> Filled:
    return direct(place, known().forms[form], count)


@functools.cache
def known() -> forms.Definitions:
    return forms.load([shipped("templates")], [shipped("validations")])


def flats(folder: Path) -> Path:
    """FILES flat workbooks of ROWS rows, stamped, every cell a text."""
    made = folder / "flat"
    if not made.is_dir():
        made.mkdir(parents=True)
        for place, form in desks(FILES):
            flat.write(made / f"{place.desk}-{form}.xlsx", rows_of(place, form, ROWS))
    return made


def templates(folder: Path) -> Path:
    """FILES entry workbooks of PREBUILT rows, ROWS of them filled."""
    made = folder / "templates"
    if not made.is_dir():
        made.mkdir(parents=True)
        originals: list[Path] = []
        for number, (place, form) in enumerate(desks(FILES)):
            path = made / f"{place.desk}-{form}.xlsx"
            if number < ORIGINALS:
                filled = rows_of(place, form, ROWS)
                desk = Desk(place.desk, place.agent, place.team)
                settings = {"issue_code": filled.issue, "prefilled": filled.typed, "policy": make.clocks()}
                template.write(filled.form, path, desk=desk, rows=PREBUILT, **settings)  # type: ignore[arg-type]
                originals.append(path)
            else:
                _as_desk(originals[number % ORIGINALS], path, place.desk)
    return made


def _as_desk(original: Path, path: Path, desk: str) -> None:
    """A copy of a template for another desk: its code in the stamp and in the ids."""
    before = original.name[:3].encode()
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in source.infolist():
            data = source.read(part)
            if part.filename in {"xl/sharedStrings.xml", "docProps/custom.xml"}:
                data = data.replace(before + b"-", desk.encode() + b"-").replace(b">" + before + b"<", b">" + desk.encode() + b"<")
            copy.writestr(part.filename, data)


def large(folder: Path, count: int, *, titled: bool = True) -> Path:
    """One flat workbook of `count` rows of the form with the most columns; without a title its headings stand in row 1."""
    path = folder / f"{'large' if titled else 'plain'}-{count}.xlsx"
    if not path.is_file():
        place = dataclasses.replace(places()[0], desk="D22", bad=None)
        few = rows_of(place, "response", 2_000)
        many = dataclasses.replace(
            few,
            typed=[
                dict(few.typed[n % len(few.typed)], description=f"第{n}条 {few.typed[n % len(few.typed)]['description']}")
                for n in range(count)
            ],
        )
        flat.write(path, many, titled=titled)
    return path


def rules(path: Path) -> Path:
    """What other programs can be told of that form: title, required, values and limit of each column, as JSON."""
    form = known().forms["response"]
    told = [
        {
            "title": field.label.zh,
            "required": field.required,
            "values": [entry.label.zh for entry in field.choices.entries] if field.kind == "choice" and field.choices else None,
            "limit": next((rule.limit for rule in form.rules if isinstance(rule, Length) and rule.field == field.name), None),
        }
        for field in form.fields
    ]
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return path
