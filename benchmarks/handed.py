"""Workbooks for benchmarks, made once into a folder: 500 flat ones and 500 of our templates with 60 rows each, and large ones."""

from __future__ import annotations

import dataclasses
import functools
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from csbook import forms, template
from csbook.desks import Desk
from csbook.workspace import shipped
from sample_data import flat, make
from sample_data.filled import Filled, direct
from sample_data.people import Place, places

FILES, ROWS, PREBUILT = 500, 60, 300
FORMS = ("communication", "feedback", "hotline", "response")
ORIGINALS = 20  # templates built in full; the others are these with another desk in stamp, ids and descriptions
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
        originals: list[tuple[Path, Filled]] = []
        for number, (place, form) in enumerate(desks(FILES)):
            path = made / f"{place.desk}-{form}.xlsx"
            if number < ORIGINALS:
                filled = rows_of(place, form, ROWS)
                desk = Desk(place.desk, place.agent, place.team)
                settings = {"issue_code": filled.issue, "prefilled": filled.typed, "policy": make.clocks()}
                template.write(filled.form, path, desk=desk, rows=PREBUILT, **settings)  # type: ignore[arg-type]
                originals.append((path, filled))
            else:
                _as_desk(*originals[number % ORIGINALS], path, place.desk)
    return made


def _as_desk(original: Path, filled: Filled, path: Path, desk: str) -> None:
    """A copy of a template for another desk: its code in the stamp, in the ids, and before each description, as no two desks agree."""
    before = original.name[:3].encode()
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in source.infolist():
            data = source.read(part)
            if part.filename in {"xl/sharedStrings.xml", "docProps/custom.xml"}:
                data = data.replace(before + b"-", desk.encode() + b"-").replace(b">" + before + b"<", b">" + desk.encode() + b"<")
                for text in {escape(str(row["description"])).encode() for row in filled.typed}:
                    data = data.replace(b">" + text + b"<", b">" + desk.encode() + b" " + text + b"<")
            copy.writestr(part.filename, data)


def handed_in_later(original: Path, path: Path, texts: Mapping[bytes, bytes], day: str) -> None:
    """A workbook saved again on another day, with these patterns in its texts replaced."""
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/sharedStrings.xml":
                for pattern, text in texts.items():
                    data = re.sub(pattern, text, data)
            elif part.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<T]*", rb"\g<1>" + day.encode(), data)
            copy.writestr(part.filename, data)


def large(folder: Path, count: int) -> Path:
    """One flat workbook of `count` rows of the form with the most columns."""
    path = folder / f"large-{count}.xlsx"
    if not path.is_file():
        flat.write(path, many(count))
    return path


def many(count: int, desk: str = "D22", first: int = 0) -> Filled:
    """So many rows of that form, from few, every description another one, numbered from `first`."""
    few = rows_of(dataclasses.replace(places()[0], desk=desk, bad=None), "response", 2_000)
    copied = (dict(few.typed[number % len(few.typed)]) for number in range(count))
    return dataclasses.replace(few, typed=[row | {"description": f"第{n}条 {row['description']}"} for n, row in enumerate(copied, first)])
