"""The stamp: what a workbook says about itself, in its document properties and on its hidden sheet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from csbook.desks import Desk
from csbook.intake.gate import Opened
from csbook.intake.reader import Book

CUSTOM, CORE = "docProps/custom.xml", "docProps/core.xml"
SHEET = "_meta"
HIDDEN = "_"  # our own hidden sheets begin so
PREFIX = "csbook_"
MODIFIED = "{http://purl.org/dc/terms/}modified"


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What was stamped into a workbook when it was made; "" where it carries no stamp."""

    form: str
    version: str
    issue_code: str
    desk: Desk


def is_read(sheet: str) -> bool:
    """May a sheet of this name hold records or the stamp? Our own hidden sheets hold none but for one."""
    return sheet == SHEET or not sheet.startswith(HIDDEN)


def stamped(opened: Opened, book: Book) -> Stamp:
    """The stamp in the document properties, else the one on the hidden sheet (some programs drop properties)."""
    found = _properties(opened.small_part(CUSTOM))
    if PREFIX + "form" not in found and SHEET in book.names:
        found = _hidden(book)
    form, version, issue, *desk = (found.get(PREFIX + name, "").strip() for name in ("form", "version", "issue", "desk", "agent", "team"))
    return Stamp(form=form, version=version, issue_code=issue, desk=Desk(*desk))


def places(book: Book) -> Mapping[str, str]:
    """Letter → field, as the hidden sheet of a workbook of ours says it; empty where it has none."""
    found = _hidden(book) if SHEET in book.names else {}
    return {key: value for key, value in found.items() if not key.startswith(PREFIX) and value}


def newer(version: str, current: str) -> bool:
    """Was the workbook made for a version of its form that is still to come here? Versions are numbers such as 2 or 2.1."""
    ours, theirs = (tuple(int(part) for part in re.findall("[0-9]+", each)) for each in (current, version))
    return theirs > ours


def modified(opened: Opened) -> dt.datetime | None:
    """`dcterms:modified` as naive UTC; None where it is missing or no date."""
    root = _xml(opened.small_part(CORE))
    text = root.findtext(MODIFIED) if root is not None else None
    try:
        stamp = dt.datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return stamp.astimezone(dt.UTC).replace(tzinfo=None) if stamp.tzinfo else stamp


def _properties(data: bytes) -> dict[str, str]:
    root = _xml(data)
    return {} if root is None else {each.get("name", ""): "".join(each.itertext()) for each in root}


def _hidden(book: Book) -> dict[str, str]:
    sheet = book.sheet(SHEET)
    if sheet.cells.num_columns < 2:
        return {}
    keys, values = (sheet.cells.column(place).to_pylist() for place in (0, 1))
    return {key: value or "" for key, value in zip(keys, values, strict=True) if key}


def _xml(data: bytes) -> ET.Element | None:
    """The root of a small part that the gate found free of a DTD; None where it is missing or malformed."""
    try:
        return ET.fromstring(data) if data else None  # noqa: S314 - without a DTD there are no entities to expand
    except ET.ParseError:
        return None
