"""Measure: how wide texts are, and how wide and high columns and rows must be for nothing to be cut."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.analysis.block import Column, Table

NARROWEST = 7.0
# room for the filter button and the cell's own margin
BUTTON, MARGIN = 2.0, 2.0
HEADER_LINES = 3
LINE_POINTS, PADDING_POINTS = 15.0, 4.0
# what stands before a line of totals
TOTALS = 17.0
KINDS = {"stamp": 16.0, "day": 12.0, "span": 13.0}


def width(text: str) -> int:
    """Characters that a text takes; a Chinese one takes two."""
    return sum(2 if character > "\u2e7f" else 1 for character in text)


def lines(text: str, room: float) -> int:
    """Rows that a text takes in a column of `room` characters: words are kept whole, Chinese breaks anywhere."""
    used, count = 0.0, 1
    for word in _words(text):
        size = width(word)
        if used and used + size > room:
            used, count = 0.0, count + 1
        if size > room:
            count += math.ceil(size / room) - 1
            size = size % max(int(room), 1)
        used += size
    return count


def _words(text: str) -> Iterable[str]:
    word = ""
    for character in text:
        if character > "\u2e7f" or character in " -/":
            yield from (part for part in (word, character) if part)
            word = ""
        else:
            word += character
    yield word


def column_width(table: Table, column: Column) -> float:
    """The width of one column of one table: values on one line (texts as far as they may), headers on at most three."""
    if column.kind in KINDS:
        return KINDS[column.kind]
    shown = table.frame[column.name]
    if column.kind == "text":
        need = 1.0 + float(_sizes(shown).max(initial=0))
    else:
        largest = pd.to_numeric(shown, errors="coerce").abs().max()
        if table.totals.get(column.name) == "sum":
            largest = pd.to_numeric(shown, errors="coerce").abs().sum()
        need = 0.0 if pd.isna(largest) else len(f"{largest:,.0f}") + 2.0
    header = width(column.header)
    half = header / HEADER_LINES
    longest = max((width(word) for word in _words(column.header)), default=0)
    return float(max(column.width, min(max(NARROWEST, need + MARGIN, half + BUTTON, longest + BUTTON), column.widest)))


def column_widths(tables: Iterable[Table]) -> list[float]:
    """Widths of a sheet's columns: the widest of all its tables at that place."""
    widths: list[float] = []
    for table in tables:
        for place, column in enumerate(table.columns):
            need = max(column_width(table, column), TOTALS if table.totals and not place else 0.0)
            if place == len(widths):
                widths.append(need)
            widths[place] = max(widths[place], need)
    return widths


def header_points(table: Table, widths: list[float]) -> float:
    """The height of a table's header row."""
    most = max(lines(column.header, room - BUTTON + 1) for column, room in zip(table.columns, widths, strict=False))
    return most * LINE_POINTS + PADDING_POINTS


def row_points(table: Table, widths: list[float]) -> dict[int, float]:
    """Rows (by position) that need more than one line, and their height."""
    most = np.ones(len(table.frame))
    for column, room in zip(table.columns, widths, strict=False):
        if column.kind == "text" and len(table.frame):
            sizes = _sizes(table.frame[column.name])
            most = np.maximum(most, np.where(sizes <= room - 1, 1, np.ceil(sizes / (room - 3))))
    points = most * LINE_POINTS + PADDING_POINTS
    return {row: float(points[row]) for row in np.flatnonzero(most > 1).tolist()}


def _sizes(texts: pd.Series) -> np.ndarray:
    """Characters that each text takes, one that is not of ASCII two, a missing one none; what many rows share is measured once."""
    found = pa.array(texts.astype("str"), pa.string(), from_pandas=True).dictionary_encode()
    sizes = pc.add(pc.utf8_length(found.dictionary), pc.count_substring_regex(found.dictionary, r"[^\x00-\x7f]"))
    return np.asarray(pc.fill_null(sizes.take(found.indices), 0))
