"""Listing: long tables, block by block in bounded memory, split into sheets where Excel ends; each an Excel table with typed columns."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import pyarrow as pa
from xlsxwriter.format import Format

from csbook.passwords import Password
from csbook.workbook import styles
from csbook.workbook.body import Body
from csbook.workbook.book import Workbook
from csbook.workbook.grid import Cells, fitting, rows
from csbook.workbook.package import Package
from csbook.workbook.save import replacing
from csbook.workbook.sheet import Sheet

ROWS = 1_048_576
# XML of a sheet: a zip file tells sizes up to 4 GiB
SIZE = 3 << 30
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
HEAD: Mapping[str, Any] = MappingProxyType({"bold": True, "text_wrap": True, "valign": "top"})


@dataclass(frozen=True)
class Heading:
    """A column: `kind` is a key of FORMATS, `width` in characters. No two labels of a table may be equal."""

    label: str
    kind: str = "text"
    width: float = 12


class Listing:
    """An .xlsx file of such tables while `opened` has it open: rows are written here, everything else by XlsxWriter."""

    def __init__(self, book: Workbook, limit: int, spool: Callable[[], IO[bytes]]) -> None:
        self._book, self._limit, self._spool = book, limit, spool
        self._parts = list[_Part]()

    @classmethod
    @contextlib.contextmanager
    def opened(cls, path: Path, *, lang: str = "zh", rows: int = ROWS, password: Password | None = None) -> Iterator[Listing]:
        """A listing that is put in place at once when the block ends without an exception; `rows` fit on a sheet, its header included.

        With a `password` it grows in memory, so that nothing but what is encrypted reaches a disk.
        """
        with replacing(path, lang, private=True) as temporary, contextlib.ExitStack() as spools:
            spool = tempfile.TemporaryFile if password is None else io.BytesIO
            listing = cls(Workbook(path, lang=lang), rows, lambda: spools.enter_context(spool()))
            yield listing
            pieces = listing._pieces()
            if password is None:
                with temporary.open("wb") as file:
                    file.writelines(pieces)
            else:
                temporary.write_bytes(password.closed(b"".join(pieces)))

    def table(self, name: str, headings: Sequence[Heading], batches: Iterator[Sequence[pa.Array]]) -> int:
        """A table on a sheet of this name, going on on further sheets: `name (2)`. Returns its rows.

        Each batch is a list of columns: texts, numbers, days, moments or times of day; what is missing stays blank.
        """
        part, count = None, 0
        for columns in batches:
            start, size = 0, len(columns[0])
            while start < size:
                if part is None or part.free <= 0:
                    part = self._part(name, headings)
                taken = part.write([column.slice(start, part.free) for column in columns])
                start, count = start + taken, count + taken
        part or self._part(name, headings)
        return count

    def _part(self, name: str, headings: Sequence[Heading]) -> _Part:
        number, free = 1, name[:NAME]
        while free.lower() in {each.sheet.name.lower() for each in self._parts}:
            number += 1
            end = f" ({number})"
            free = name[: NAME - len(end)] + end
        formats = [self._book.style(**FORMATS[each.kind]) for each in headings]
        part = _Part(self._book.sheet(free), headings, formats, Body(self._spool()), self._limit)
        self._parts.append(part)
        return part

    def _pieces(self) -> Iterator[bytes]:
        """The finished file."""
        for part in self._parts:
            part.finish(self._book.style(**HEAD))
        bodies = {f"xl/worksheets/sheet{number}.xml": part.body for number, part in enumerate(self._parts, start=1)}
        return Package.read(self._book.content()).grown(bodies)


class _Part:
    """The rows of a table on one sheet."""

    def __init__(self, sheet: Sheet, headings: Sequence[Heading], formats: Sequence[Format], body: Body, limit: int) -> None:
        self.sheet, self.body = sheet, body
        self._headings, self._formats, self._limit, self._next = headings, formats, limit, 1
        for column, (each, style) in enumerate(zip(headings, formats, strict=True)):
            sheet.set_column(column, column, each.width, style)
        sheet.freeze_panes(1, 1)

    @property
    def free(self) -> int:
        """Rows that still fit."""
        return self._limit - self._next if self.body.size < SIZE else 0

    def write(self, columns: Sequence[pa.Array]) -> int:
        """Rows below the last one; returns how many."""
        cells = [Cells(values, style) for values, style in zip(columns, self._formats, strict=True)]
        fitting(cells, self._next, 0, self.sheet.name)
        for xml in rows(self._next, cells):
            self.body.add(xml)
        self._next += len(columns[0])
        return len(columns[0])

    def finish(self, head: Format) -> None:
        """The table around the rows, and its header."""
        last, columns = max(self._next - 1, 1), [{"header": each.label} for each in self._headings]
        self.sheet.table(0, last, len(columns) - 1, {"columns": columns, "style": LOOK})
        self.sheet.stretch(last)
        for column, each in enumerate(self._headings):
            self.sheet.text(0, column, each.label, head)
