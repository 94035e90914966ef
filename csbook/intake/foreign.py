"""Foreign workbooks: tables of other systems, read as rows of a form by a map (csbook.intake.mapping reads the map)."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from csbook.intake import headers
from csbook.intake.cells import Fault
from csbook.intake.headers import Header, Texts
from csbook.intake.headings import unmarked
from csbook.intake.reader import Book, Sheet
from csbook.intake.table import ROW, SOURCE_ID, Table
from csbook.lists import bare
from csbook.rows import FOREIGN

if TYPE_CHECKING:
    import pandas as pd

HIDDEN = "_"
LONGEST = 60  # characters of a number; a longer one is known by its hash
BYTES = 12  # of a hash
BETWEEN = "\x1f"  # columns of a key


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a field comes from: columns (joined with `joint`) or a constant; `values` by bare spelling, `default` for blanks."""

    field: str
    columns: tuple[str, ...] = ()
    joint: str = " "
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    formats: tuple[str, ...] = ()
    constant: str | None = None
    default: str | None = None


@dataclass(frozen=True, kw_only=True)
class ForeignMap:
    """How a foreign workbook becomes rows of `form`. `identity` are the columns that tell its rows apart: one number, or a key."""

    form: str
    source: str
    identity: tuple[str, ...]
    numbered: bool
    origins: tuple[Origin, ...]
    sheet: str = ""
    header_row: int | None = None  # as Excel counts
    desk: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Every column of the foreign table that is read, each once."""
        read = (column for origin in self.origins for column in origin.columns)
        return tuple(dict.fromkeys([*self.identity, *read]))


@dataclass(frozen=True, kw_only=True)
class Place:
    """A header row of a foreign table: heading of the map → column, counted from 0, and the headings that are not there."""

    sheet: Sheet
    row: int
    texts: Texts
    columns: Mapping[str, int]
    missing: tuple[str, ...]


def find(book: Book, wanted: ForeignMap) -> list[Place]:
    """The sheets that have every column of the map; without one the sheet that has most, if any has one."""
    names = [name for name in book.names if not name.startswith(HIDDEN) and wanted.sheet in ("", name)]
    places = [place for name in names if (place := _place(book.sheet(name), wanted)) is not None]
    whole = [place for place in places if not place.missing]
    return whole or sorted(places, key=lambda place: len(place.missing))[:1]


def _place(sheet: Sheet, wanted: ForeignMap) -> Place | None:
    rows = headers.top(sheet)
    numbers = range(len(rows)) if wanted.header_row is None else range(wanted.header_row - 1, min(wanted.header_row, len(rows)))
    found = [_named(sheet, number, rows[number], wanted.headings) for number in numbers]
    best = min(found, key=lambda place: len(place.missing), default=None)
    return best if best is not None and best.columns else None


def _named(sheet: Sheet, row: int, texts: Texts, headings: Sequence[str]) -> Place:
    labels: dict[str, int] = {}
    for column, text in enumerate(texts):
        labels.setdefault(unmarked(text or "", ()), column)
    columns = {heading: labels[label] for heading in headings if (label := unmarked(heading, ())) in labels}
    return Place(sheet=sheet, row=row, texts=texts, columns=columns, missing=tuple(each for each in headings if each not in columns))


def rows(place: Place, wanted: ForeignMap) -> Table:
    """The filled rows below the header, as texts by field, each with its source id: `source:number`, or a hash of its key."""
    import numpy as np
    import pandas as pd

    from csbook.intake.texts import trimmed

    body = place.sheet.cells.slice(place.row + 1)
    cells = {heading: trimmed(pd.Series(body.column(column).combine_chunks(), dtype="str")) for heading, column in place.columns.items()}
    kept = pd.DataFrame(cells).notna().any(axis="columns").to_numpy(copy=True)
    found = place.sheet.faults(set(place.columns.values())).items()
    faults = {(row - place.row - 1, column): fault for (row, column), fault in found if row > place.row}
    for (row, column), fault in faults.items():
        if fault.shown is not None:
            kept[row] = True
            # a value that is wrong or lost is nobody's value, and no number of a row
            for heading in (each for each, at in place.columns.items() if at == column):
                cells[heading].iloc[row] = None
    numbers = np.flatnonzero(kept)
    chosen = {heading: column.iloc[numbers].reset_index(drop=True) for heading, column in cells.items()}
    fields = {origin.field: _said(origin, chosen, len(numbers)) for origin in wanted.origins}
    columns = {name: pa.array(column, pa.string()) for name, column in {**fields, SOURCE_ID: _ids(chosen, wanted)}.items()}
    positions = {int(row): position for position, row in enumerate(numbers)}
    return Table(
        form=wanted.form,
        header=_header(place, wanted),
        cells=pa.table({**columns, ROW: pa.array(numbers + place.row + 2, pa.int64())}),
        faults=tuple(_faults(faults, positions, place, wanted)),
    )


def _faults(
    faults: Mapping[tuple[int, int], Fault], positions: Mapping[int, int], place: Place, wanted: ForeignMap
) -> Iterator[tuple[int, str, Fault]]:
    """What was found in a cell is said of every field that is read from it."""
    for (row, column), fault in faults.items():
        for origin in wanted.origins:
            if row in positions and any(place.columns[heading] == column for heading in origin.columns):
                yield positions[row], origin.field, fault


def _header(place: Place, wanted: ForeignMap) -> Header:
    headings = tuple((text or "").strip() for text in place.texts)
    used = set(place.columns.values())
    return Header(
        sheet=place.sheet.name,
        letters=place.sheet.letters,
        headings=headings,
        row=place.row,
        fields={origin.field: place.columns[origin.columns[0]] for origin in wanted.origins if origin.columns},
        twice=(),
        unknown=tuple(column for column, text in enumerate(headings) if text and column not in used),
    )


def _said(origin: Origin, cells: Mapping[str, pd.Series], count: int) -> pd.Series:
    """One field of all rows, as an agent would have typed it."""
    import pandas as pd

    if origin.constant is not None:
        return pd.Series(origin.constant, index=range(count), dtype="str")
    text = cells[origin.columns[0]] if len(origin.columns) == 1 else _joined([cells[column] for column in origin.columns], origin.joint)
    if origin.formats:
        text = _dated(text, origin.formats)
    if origin.values:
        meant = {each: origin.values.get(bare(each), each) or None for each in text.dropna().unique()}
        text = text.map(meant).astype("str")
    return text if origin.default is None else text.fillna(origin.default)


def _joined(parts: Sequence[pd.Series], joint: str) -> pd.Series:
    """The filled parts of each row, dates and times as people write them."""
    import pandas as pd

    from csbook.intake.texts import readable

    shown = [pa.array(readable(part), pa.string()) for part in parts]
    joined = pd.Series(pc.binary_join_element_wise(*shown, joint, null_handling="skip"), dtype="str")
    return joined.where(joined != "")


def _dated(text: pd.Series, formats: Sequence[str]) -> pd.Series:
    """Texts in one of the formats as ISO dates and times; others as they are, to be read like any other date."""
    import pandas as pd

    from csbook.intake.texts import readable

    distinct = pd.Series(readable(text).dropna().unique(), dtype="str")
    known: dict[str, str] = {}
    for each in formats:
        stamps = pd.to_datetime(distinct, format=each, errors="coerce")
        written = stamps.dt.strftime(_iso(each))
        known |= {said: iso for said, iso in zip(distinct[stamps.notna()], written.dropna(), strict=True) if said not in known}
    shown = readable(text)
    return text.where(~shown.isin(list(known)), shown.map(known)).astype("str")


def _iso(format_: str) -> str:
    """What is left of a format: a date, a time of day, or both."""
    date = any(code in format_ for code in ("%d", "%j", "%x", "%c", "%D", "%F", "%e"))
    clock = any(code in format_ for code in ("%H", "%I", "%X", "%c", "%T", "%R"))
    return " ".join(part for part, there in (("%Y-%m-%d", date), ("%H:%M:%S", clock or not date)) if there)


def _ids(cells: Mapping[str, pd.Series], wanted: ForeignMap) -> pd.Series:
    """`source:number`; a key of several columns as a hash, so that nothing private stands in it. Missing where the cells are blank."""
    import pandas as pd

    from csbook.intake.texts import folded, readable

    parts = [folded(readable(cells[heading])) for heading in wanted.identity]
    joined = parts[0].fillna("")
    for part in parts[1:]:
        joined = joined + BETWEEN + part.fillna("")
    there = pd.concat(parts, axis="columns").notna().any(axis="columns")
    plain = joined.str.len().le(LONGEST) if wanted.numbered else pd.Series(False, index=joined.index)
    ids: pd.Series = (wanted.source + FOREIGN + joined.where(plain, joined.map(digest))).where(there).astype("str")
    return ids


def digest(text: str) -> str:
    """What stands for a key that must not or cannot be written out."""
    return hashlib.blake2b(text.encode(), digest_size=BYTES).hexdigest()


def without_private(ids: pd.Series, redacted: pd.Series) -> pd.Series:
    """Source ids in which the redaction found personal data, with a hash instead of what stands behind the source."""
    import pandas as pd

    changed = ids.notna() & (ids != redacted) & ids.str.contains(FOREIGN, regex=False).fillna(False).astype(bool)
    if not changed.any():
        return ids
    hashed = {each: f"{each.partition(FOREIGN)[0]}{FOREIGN}{digest(each.partition(FOREIGN)[2])}" for each in ids[changed].unique()}
    return pd.Series(ids.map(hashed).where(changed, ids), dtype="str")
