"""Workbook: a safe wall around XlsxWriter, saved whole or not at all."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlsxwriter
from xlsxwriter.format import Format

from csbook.passwords import Password
from csbook.workbook.formulas import WorksheetWriter
from csbook.workbook.limits import checked
from csbook.workbook.proxy import Wall
from csbook.workbook.save import save, save_beside
from csbook.workbook.sheet import Sheet
from csbook.workbook.styles import FONT, MARKS, STYLES

# the same input gives the same bytes: no clock speaks in a workbook
CREATED = dt.datetime(2026, 1, 1)
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": FONT, "font_size": 10, "font_scheme": False},
}


class Workbook(Wall):
    """An .xlsx file in the making. Methods of XlsxWriter's Workbook that are not defined here pass through, checked.

    Use as a context manager: the file is saved when the block ends without an exception.
    """

    def __init__(self, path: Path, *, lang: str = "zh", created: dt.datetime = CREATED) -> None:
        self.path, self.lang = path, lang
        self._content = io.BytesIO()
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.created = created
        super().__init__(xlsxwriter.Workbook(self._content, OPTIONS), "Workbook")
        self.properties()

    def properties(self, **properties: str) -> None:
        """Document properties such as title, subject, author."""
        self._wrapped.set_properties({**properties, "created": self.created})

    def sheet(self, name: str) -> Sheet:
        """A new worksheet at the end."""
        return Sheet(checked(f"sheet {name}", self._wrapped.add_worksheet, name, WorksheetWriter), name)

    def style(self, name: str = "plain", **more: Any) -> Format:
        """The format of a named style, with properties of XlsxWriter on top; equal ones are one format."""
        return self._format({**STYLES[name], **more})

    def mark(self, name: str) -> Format:
        """The format of a conditional format."""
        return self._format(MARKS[name])

    def _format(self, properties: Mapping[str, Any]) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._wrapped.add_format(dict(properties))
        return self._formats[key]

    def property(self, name: str, value: str) -> None:
        """A custom document property, as text."""
        if not value:
            # XlsxWriter writes it, Office repairs it away: absent and empty mean the same
            return
        checked(f"property {name}", self._wrapped.set_custom_property, name, value, "text")

    def name(self, name: str, formula: str) -> None:
        """A defined name for a range or formula."""
        checked(f"name {name}", self._wrapped.define_name, name, formula)

    def chart(self, kind: str, subtype: str | None = None) -> Any:
        """A native chart; its methods are checked, too."""
        options = {"type": kind} | ({"subtype": subtype} if subtype else {})
        return Wall(checked(f"chart {kind}", self._wrapped.add_chart, options), f"chart {kind}")

    def content(self) -> bytes:
        """The finished file; nothing can be added afterwards."""
        if not self._wrapped.fileclosed:
            checked("close", self._wrapped.close)
        return self._content.getvalue()

    def save(self) -> None:
        """Put the file in place at once; UnfinishedError where that fails."""
        save(self.path, self.content(), self.lang, private=True)

    def save_beside(self, password: Password | None = None) -> Path:
        """Put the file in place, or beside it while another program has the old one open; returns where."""
        return save_beside(self.path, self.content(), self.lang, private=True, password=password)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.save()
