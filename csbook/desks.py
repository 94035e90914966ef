"""Desks: who fills a workbook, and the list of them that a team keeps (desks.csv or desks.xlsx)."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from csbook import filenames, messages
from csbook.issues import UsageError

DIVIDING = frozenset(",;\u3001")  # would divide a list of references
LONGEST = 20
LONGEST_NAME = 40
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",;\t"
FIRST_SAID = 20


@dataclass(frozen=True)
class Desk:
    """A desk, its agent (supplies a blank agent column where a form says so) and its team; "" = not known."""

    desk: str
    agent: str = ""
    team: str = ""


def refused(name: str) -> str | None:
    """Why a desk cannot have this name (part of a message id), None if it can."""
    if not name:
        return "empty"
    if len(name) > LONGEST:
        return "long"
    return "unfit" if filenames.unfit(name) or not DIVIDING.isdisjoint(name) or name != name.strip(" .-") else None


def read(path: Path, lang: str = "zh") -> tuple[Desk, ...]:
    """The desks of a list: a header row with desk, agent and team in any order, in either language, then one desk a row.

    Text files are UTF-8 (with or without mark) or GB18030. Raises UsageError naming every faulty line.
    """
    if not path.is_file():
        raise UsageError(messages.text(lang, "desks.no_file" if path.exists() else "desks.missing", path=path))
    rows = _Rows(path, lang, [(line, [tidy(cell) for cell in cells]) for line, cells in _lines(path, lang) if any(map(tidy, cells))])
    found = rows.desks()
    if rows.faults:
        raise UsageError("\n".join([messages.text(lang, "desks.faulty", path=path, count=len(rows.faults)), *first(rows.faults)]))
    return found


def first(told: Sequence[str]) -> list[str]:
    """The first of what is told of desks, and how many more there are."""
    return [*told[:FIRST_SAID], *([f"… +{len(told) - FIRST_SAID}"] if len(told) > FIRST_SAID else [])]


class _Rows:
    """The lines of a list while they are looked through; `faults` are sentences, each naming its line."""

    def __init__(self, path: Path, lang: str, rows: Sequence[tuple[int, list[str]]]) -> None:
        self.path, self.lang, self.rows = path, lang, rows
        self.faults: list[str] = []

    def desks(self) -> tuple[Desk, ...]:
        if not self.rows:
            self._fault(1, "no_rows")
            return ()
        columns = self._columns(*self.rows[0])
        if "desk" not in columns:
            self._fault(self.rows[0][0], "no_desk")
        if self.faults:
            return ()
        desks = [(line, self._desk(line, cells, columns)) for line, cells in self.rows[1:]]
        self._doubles((line, desk.desk) for line, desk in desks if desk.desk)
        if not desks:
            self._fault(self.rows[0][0], "no_rows")
        return tuple(desk for _, desk in desks)

    def _columns(self, line: int, header: Sequence[str]) -> dict[str, int]:
        """Column of each part of a desk."""
        known = {spelling: field.name for field in fields(Desk) for spelling in _spellings(field.name)}
        columns: dict[str, int] = {}
        for place, title in enumerate(header):
            name = known.get(title.casefold().replace(" ", ""))
            if name in columns:
                self._fault(line, "column_twice", column=title)
            elif name:
                columns[name] = place
            elif title:
                self._fault(line, "column_unknown", column=title, known=", ".join(field.name for field in fields(Desk)))
        return columns

    def _desk(self, line: int, cells: Sequence[str], columns: dict[str, int]) -> Desk:
        said = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
        if any(cell for place, cell in enumerate(cells) if place not in columns.values()):
            self._fault(line, "too_many")
        if reason := refused(said["desk"]):
            self._fault(line, reason, name=said["desk"], longest=LONGEST)
        for name in ("agent", "team"):
            if not said.get(name, "").isprintable() or len(said.get(name, "")) > LONGEST_NAME:
                self._fault(line, "name", longest=LONGEST_NAME)
        return Desk(**said)

    def _doubles(self, named: Iterable[tuple[int, str]]) -> None:
        """Two desks of one name, also where only upper and lower case differ: Windows holds their files for one."""
        first: dict[str, int] = {}
        for line, name in named:
            if (before := first.setdefault(name.casefold(), line)) != line:
                self._fault(line, "twice", name=name, before=before)

    def _fault(self, line: int, what: str, **words: object) -> None:
        self.faults.append(messages.text(self.lang, "desks.line", line=line, fault=messages.text(self.lang, f"desks.{what}", **words)))


def _spellings(column: str) -> Iterator[str]:
    """What a column may be called: its own name, and what each language calls it."""
    yield column
    for lang in messages.LOCALES:
        yield from (spelling.casefold() for spelling in messages.text(lang, f"desks.column.{column}").split("|"))


def tidy(cell: str) -> str:
    """Half width, without outer blanks: names are compared and become file names."""
    return unicodedata.normalize("NFKC", cell).strip()


def _lines(path: Path, lang: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells."""
    return _sheet_lines(path, lang) if path.suffix.lower() == ".xlsx" else _text_lines(path, lang)


def _text_lines(path: Path, lang: str) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(path.read_bytes())
    if text is None or "\0" in text:
        raise UsageError(messages.text(lang, "desks.unreadable", path=path))
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=header.count))
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise UsageError(messages.text(lang, "desks.unreadable", path=path)) from error


def _decoded(content: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _sheet_lines(path: Path, lang: str) -> Iterator[tuple[int, list[str]]]:
    import fastexcel

    try:
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise UsageError(messages.text(lang, "desks.unreadable", path=path)) from error
    columns = [column.to_pylist() for column in sheet.to_arrow().columns]
    for line, cells in enumerate(zip(*columns, strict=True), start=1):
        yield line, [cell or "" for cell in cells]
