"""Listing: long tables row by row in bounded memory, split into sheets where Excel ends; each an Excel table with typed columns."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from csbook.passwords import Password
from csbook.workbook import styles
from csbook.workbook.book import CREATED, OPTIONS
from csbook.workbook.limits import Refused, checked
from csbook.workbook.markup import unmarked
from csbook.workbook.save import replacing

ROWS = 1_048_576
NAME = 31
LOOK = "Table Style Light 9"
# what the cells of a column are: text, or numbers that show as a count, a day, a moment or a time of day
FORMATS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "text": {"num_format": styles.TEXT, "quote_prefix": True},
        "whole": {"num_format": styles.WHOLE},
        "date": {"num_format": styles.DATE},
        "stamp": {"num_format": styles.STAMP},
        "clock": {"num_format": styles.CLOCK},
    }
)


@dataclass(frozen=True)
class Heading:
    """A column: `kind` is a key of FORMATS, `width` in characters. No two labels of a table may be equal."""

    label: str
    kind: str = "text"
    width: float = 12


class InMemory(Worksheet):  # type: ignore[misc]
    """A worksheet that keeps the rows it wrote, which XlsxWriter puts into a temporary file, in memory."""

    def _initialize(self, init_data: dict[str, Any]) -> None:
        super()._initialize(init_data)
        self.row_data_fh.close()  # type: ignore[has-type]
        self.fh = self.row_data_fh = io.StringIO()

    def _opt_close(self) -> None:
        """Another sheet follows: there are no open files to spare."""

    def _opt_reopen(self) -> None:
        """Nothing was closed."""


class Listing:
    """An .xlsx file of such tables while `listing` has it open."""

    def __init__(self, book: Any, rows: int, kind: type[Worksheet] = Worksheet) -> None:
        self._book, self._rows, self._kind = book, rows, kind
        self._formats = {kind: book.add_format(dict(properties)) for kind, properties in FORMATS.items()}
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})

    @classmethod
    @contextlib.contextmanager
    def opened(cls, path: Path, *, lang: str = "zh", rows: int = ROWS, password: Password | None = None) -> Iterator[Listing]:
        """A listing that is put in place at once when the block ends without an exception; `rows` fit on a sheet, its header included.

        With a `password` it grows in memory, so that nothing but what is encrypted reaches a disk.
        """
        with (
            replacing(path, lang, private=True) as temporary,
            tempfile.TemporaryDirectory(prefix="csbook-", ignore_cleanup_errors=True) as folder,
        ):
            content = io.BytesIO()
            options = {**OPTIONS, "in_memory": password is not None, "constant_memory": True, "tmpdir": folder}
            book = xlsxwriter.Workbook(str(temporary) if password is None else content, options)
            book.constant_memory = True  # row by row in memory, too, which XlsxWriter does not foresee
            book.set_properties({"created": CREATED})
            try:
                yield cls(book, rows, Worksheet if password is None else InMemory)
                checked("close", book.close)
                if password is not None:
                    temporary.write_bytes(password.closed(content.getvalue()))
            finally:
                for sheet in book.worksheets():  # still open where it came to an exception
                    sheet.row_data_fh.close()

    def table(self, name: str, headings: Sequence[Heading], batches: Iterator[Sequence[Sequence[Any]]]) -> int:
        """A table on a sheet of this name, going on on further sheets: `name (2)`. Returns its rows.

        Each batch is a list of columns: texts, numbers (days and moments as Excel counts them), None for blank.
        """
        part, count = None, 0
        for columns in batches:
            start, size = 0, len(columns[0])
            while start < size or part is None:
                if part is None or part.free == 0:
                    part = self._part(name, headings)
                taken = part.write([column[start : start + part.free] for column in columns])
                start, count = start + taken, count + taken
        part or self._part(name, headings)
        return count

    def _part(self, name: str, headings: Sequence[Heading]) -> _Part:
        number, free = 1, name[:NAME]
        while free.lower() in {each.name.lower() for each in self._book.worksheets()}:
            number += 1
            end = f" ({number})"
            free = name[: NAME - len(end)] + end
        sheet = checked(f"sheet {free}", self._book.add_worksheet, free, self._kind)
        return _Part(sheet, headings, [self._formats[each.kind] for each in headings], self._head, self._rows)


class _Part:
    """The rows of a table on one sheet."""

    def __init__(self, sheet: Worksheet, headings: Sequence[Heading], formats: Sequence[Any], head: Any, rows: int) -> None:
        self._sheet, self._formats, self.free, self._next = sheet, formats, rows - 1, 1
        self._texts = [each.kind == "text" for each in headings]
        for column, (each, style) in enumerate(zip(headings, formats, strict=True)):
            checked(f"{sheet.name} {each.label}", sheet.set_column, column, column, each.width, style)
        checked(f"{sheet.name} panes", sheet.freeze_panes, 1, 1)
        self._add_table(headings, head)

    def _add_table(self, headings: Sequence[Heading], head: Any) -> None:
        """XlsxWriter knows no table while it writes row by row, since it would write the header's cells itself: so we write them."""
        sheet, last = self._sheet, len(headings) - 1
        columns = [{"header": each.label} for each in headings]
        sheet.constant_memory = False
        try:
            checked(f"{sheet.name} table", sheet.add_table, 0, 0, 1, last, {"columns": columns, "style": LOOK})
        finally:
            sheet.constant_memory = True
        for column, each in enumerate(headings):
            checked(f"{sheet.name} {each.label}", sheet.write_string, 0, column, unmarked(each.label), head)

    def write(self, columns: Sequence[Sequence[Any]]) -> int:
        """Rows below the last one; without XlsxWriter's reading of `A1` for each cell, as its own write_string calls it."""
        put_text, put_number, row = self._sheet._write_string, self._sheet._write_number, self._next  # noqa: SLF001
        kinds = list(enumerate(zip(self._texts, self._formats, strict=True)))
        for values in zip(*columns, strict=True):
            for (column, (text, style)), value in zip(kinds, values, strict=True):
                if value is None:
                    continue
                cut = put_text(row, column, unmarked(value), style) if text else put_number(row, column, value, style)
                if cut:
                    raise Refused(f"{self._sheet.name}!R{row + 1}C{column + 1}: {cut}")
            row += 1
        written, self._next = row - self._next, row
        self.free -= written
        self._stretch()
        return written

    def _stretch(self) -> None:
        """Let the table end at the last row."""
        table = self._sheet.tables[-1]
        last = max(self._next - 1, 1)
        table["range"] = table["a_range"] = table["autofilter"] = xl_range(0, 0, last, len(self._formats) - 1)
