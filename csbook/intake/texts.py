"""Texts: columns of cell text made comparable or readable."""

from __future__ import annotations

import functools
import unicodedata

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.rules.excel import WIDE_SPACE

# the one notion of blank (DESIGN, section 2)
BLANKS = " " + WIDE_SPACE
STAMP = "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
# date and time cells as the reader gives them, in the short form that people read
SHORT = (
    (rf"({STAMP})\.[0-9]+$", r"\1"),
    ("^1899-12-31 ([0-9]{2}:[0-9]{2})(:00)?", r"\1"),
    (rf"({STAMP.removesuffix(':[0-9]{2}')}):00$", r"\1"),
    ("^([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00$", r"\1"),
)


def filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Per cell: is it not blank?"""
    return pc.fill_null(pc.not_equal(pc.utf8_trim(column, BLANKS), ""), fill_value=False)


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


def folded(column: pd.Series) -> pd.Series:
    """Trimmed and full width made half width (NFKC), where codes are meant."""
    return trimmed(pd.Series(pc.utf8_normalize(pa.array(column, pa.string()), "NFKC"), dtype="str", index=column.index))


@functools.lru_cache(maxsize=10_000)
def bare(text: str) -> str:
    """A label or list entry as it is compared: NFKC, no blanks, no case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
