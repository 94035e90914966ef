"""Rows: a foreign table below its header as texts by field, as an agent would have typed them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from csbook.intake.cells import Fault
from csbook.intake.foreign.ids import source_ids
from csbook.intake.foreign.map import BOTH, ForeignMap, Origin
from csbook.intake.foreign.places import Place
from csbook.intake.recognising.headers import Header
from csbook.intake.recognising.table import ROW, SOURCE_ID, Table
from csbook.lists import bare

if TYPE_CHECKING:
    import pandas as pd


def rows(place: Place, wanted: ForeignMap) -> Table:
    """The filled rows below the header, as texts by field, each with its source id: `source:number`, or a hash of its key."""
    import numpy as np
    import pandas as pd

    from csbook.intake.normalising.texts import trimmed

    dated = {place.columns[heading] for heading in wanted.dated}
    body = place.sheet.since_1900(dated).slice(place.row + 1)
    cells = {heading: trimmed(pd.Series(body.column(column).combine_chunks(), dtype="str")) for heading, column in place.columns.items()}
    kept = pd.DataFrame(cells).notna().any(axis="columns").to_numpy(copy=True)
    kept[_headings_again(cells, place)] = False
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
    columns = {name: pa.array(column, pa.string()) for name, column in {**fields, SOURCE_ID: source_ids(chosen, wanted)}.items()}
    positions = {int(row): position for position, row in enumerate(numbers)}
    return Table(
        form=wanted.form,
        header=_header(place, wanted),
        cells=pa.table({**columns, ROW: pa.array(numbers + place.row + 2, pa.int64())}),
        faults=tuple(_faults(faults, positions, place, wanted)),
    )


def _headings_again(cells: Mapping[str, pd.Series], place: Place) -> list[int]:
    """Rows that repeat the headings, as a table of several printed pages does: each column has its own, or nothing."""
    wanted = {heading: bare(place.texts[column] or "") for heading, column in place.columns.items()}
    first = next((heading for heading, label in wanted.items() if label), None)
    if first is None:
        return []
    candidates = cells[first].index[cells[first] == (place.texts[place.columns[first]] or "").strip()]
    return [
        row
        for row in candidates
        if all(bare(text) == wanted[heading] for heading in wanted if isinstance(text := cells[heading][row], str))
    ]


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
    if origin.part:
        text = _part(text, origin.part)
    if origin.values:
        meant = {each: origin.values.get(bare(each), each) or None for each in text.dropna().unique()}
        text = text.map(meant).astype("str")
    return text if origin.default is None else text.fillna(origin.default)


def _joined(parts: Sequence[pd.Series], joint: str) -> pd.Series:
    """The filled parts of each row, dates and times as people write them."""
    import pandas as pd

    from csbook.intake.normalising.texts import readable

    shown = [pa.array(readable(part), pa.string()) for part in parts]
    # Arrow would leave out a row in which there is nothing to join
    nothing = pd.concat(parts, axis="columns").isna().all(axis="columns").to_numpy()
    shown[0] = pc.if_else(nothing, "", shown[0])
    joined = pd.Series(pc.binary_join_element_wise(*shown, joint, null_handling="skip"), dtype="str")
    return joined.where(joined != "")


def _dated(text: pd.Series, formats: Sequence[str]) -> pd.Series:
    """Texts in one of the formats as ISO dates and times; others as they are, to be read like any other date."""
    import pandas as pd

    from csbook.intake.normalising.texts import readable

    distinct = pd.Series(readable(text).dropna().unique(), dtype="str")
    known: dict[str, str] = {}
    for each in formats:
        stamps = pd.to_datetime(distinct, format=each, errors="coerce")
        written = stamps.dt.strftime(_iso(each))
        known |= {said: iso for said, iso in zip(distinct[stamps.notna()], written.dropna(), strict=True) if said not in known}
    shown = readable(text)
    return text.where(~shown.isin(list(known)), shown.map(known)).astype("str")


def _part(text: pd.Series, part: str) -> pd.Series:
    """The date or the time of day of texts that hold both; others as they are, so that no time is made up for a date alone."""
    import pandas as pd

    from csbook.intake.normalising.texts import readable

    shown = readable(text)
    halves = pc.struct_field(pc.extract_regex(pa.array(shown, pa.string()), BOTH), part)
    return pd.Series(halves, index=text.index, dtype="str").fillna(text)


def _iso(format_: str) -> str:
    """What is left of a format: a date, a time of day, or both."""
    date = any(code in format_ for code in ("%d", "%j", "%x", "%c", "%D", "%F", "%e"))
    clock = any(code in format_ for code in ("%H", "%I", "%X", "%c", "%T", "%R"))
    return " ".join(part for part, there in (("%Y-%m-%d", date), ("%H:%M:%S", clock or not date)) if there)
