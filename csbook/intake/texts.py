"""Texts: columns of cell text made comparable or readable."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.rules.excel import BLANKS, TO_WIDE

WIDE = "[\uff01-\uff5e]"
HALVES = {ord(half) + TO_WIDE: half for half in map(chr, range(ord("!"), ord("~") + 1))}
# an integer that only a double of 1E21 and more can be
LONG = 22
LONG_NUMBER = f"^-?[0-9]{{{LONG},309}}$"
STAMP = "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
# date and time cells as the reader gives them, in the short form that people read
SHORT = (
    (rf"({STAMP})\.[0-9]+$", r"\1"),
    ("^1899-12-31 ([0-9]{2}:[0-9]{2})(:00)?", r"\1"),
    (rf"({STAMP.removesuffix(':[0-9]{2}')}):00$", r"\1"),
    ("^([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00$", r"\1"),
)


def trimmed(column: pd.Series) -> pd.Series:
    """Without outer blanks, missing where nothing else is left; inner characters stay as typed."""
    stripped = column.str.strip(BLANKS)
    return stripped.where(stripped != "")


def readable(column: pd.Series) -> pd.Series:
    """Dates and times of cells as people write them: 2023-10-01 14:30, 2023-10-01, 9:05 as 09:05."""
    array = pa.array(column, pa.string())
    if not pc.any(pc.match_substring_regex(array, STAMP)).as_py():
        return column
    for pattern, replacement in SHORT:
        array = pc.replace_substring_regex(array, pattern, replacement)
    return pd.Series(array, dtype="str", index=column.index)


def as_shown(column: pd.Series) -> pd.Series:
    """Numbers of more digits than Excel writes out as it shows them: 1E+300."""
    texts = pa.array(column, pa.string())
    long = texts.filter(pc.greater_equal(pc.binary_length(texts), LONG)).unique()  # lengths first: they cost a tenth of a pattern
    numbers = long.filter(pc.match_substring_regex(long, LONG_NUMBER)).to_pylist()
    shown = {text: f"{float(text):.15G}" for text in numbers if f"{float(text):.0f}" == text}
    return column.where(~column.isin(list(shown)), column.map(shown)) if shown else column


def half_width(column: pd.Series) -> pd.Series:
    """Full-width signs made half width one for one, as the template does in masked columns; everything else as typed."""
    return column.str.translate(HALVES) if pc.any(pc.match_substring_regex(pa.array(column, pa.string()), WIDE)).as_py() else column


def folded(column: pd.Series) -> pd.Series:
    """Trimmed and full width made half width (NFKC), where codes are meant. What holds but other blanks (U+00A0) is not blank."""
    halved = trimmed(pd.Series(pc.utf8_normalize(pa.array(column, pa.string()), "NFKC"), dtype="str", index=column.index))
    return halved.fillna(column)
