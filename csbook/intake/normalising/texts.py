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
# but for tab and line ends
CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"
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
    stripped = pc.utf8_trim(_array(column), BLANKS)
    return _series(pc.if_else(pc.equal(stripped, ""), pa.scalar(None, pa.string()), stripped), column)


def bare_ends(column: pd.Series) -> pd.Series:
    """Without outer line ends, tabs and other blanks, which come with what is pasted; what is nothing else stays as typed."""
    array = _array(column)
    stripped = pc.utf8_trim_whitespace(array)
    return _series(pc.if_else(pc.equal(stripped, ""), array, stripped), column)


def without_controls(column: pd.Series) -> pd.Series:
    """Without control signs, which other programs leave behind: no key types them, a terminal obeys them, no PostgreSQL stores U+0000."""
    array = _array(column)
    if not pc.any(pc.match_substring_regex(array, CONTROLS)).as_py():
        return column
    return trimmed(_series(pc.replace_substring_regex(array, CONTROLS, ""), column))


def readable(column: pd.Series) -> pd.Series:
    """Dates and times of cells as people write them: 2023-10-01 14:30, 2023-10-01, 9:05 as 09:05."""
    array = _array(column)
    stamps = pc.fill_null(pc.match_substring_regex(array, STAMP), fill_value=False)
    short = array.filter(stamps)
    if not len(short):
        return column
    for pattern, replacement in SHORT:
        short = pc.replace_substring_regex(short, pattern, replacement)
    return _series(pc.replace_with_mask(array, stamps, short), column)


def as_shown(column: pd.Series) -> pd.Series:
    """Numbers of more digits than Excel writes out as it shows them: 1E+300."""
    texts = _array(column)
    long = texts.filter(pc.greater_equal(pc.binary_length(texts), LONG)).unique()  # lengths first: they cost a tenth of a pattern
    numbers = long.filter(pc.match_substring_regex(long, LONG_NUMBER)).to_pylist()
    shown = {text: f"{float(text):.15G}" for text in numbers if f"{float(text):.0f}" == text}
    return column.where(~column.isin(list(shown)), column.map(shown)) if shown else column


def half_width(column: pd.Series) -> pd.Series:
    """Full-width signs made half width one for one, as the template does in masked columns; everything else as typed."""
    return column.str.translate(HALVES) if pc.any(pc.match_substring_regex(pa.array(column, pa.string()), WIDE)).as_py() else column


def folded(column: pd.Series) -> pd.Series:
    """Trimmed and full width made half width (NFKC), where codes are meant. What holds but other blanks (U+00A0) is not blank."""
    each = _array(column).dictionary_encode()
    halved = trimmed(pd.Series(pc.utf8_normalize(each.dictionary, "NFKC"), dtype="str"))
    known = pc.coalesce(_array(halved), each.dictionary)
    return _series(known.take(each.indices), column)


def _array(column: pd.Series) -> pa.Array:
    array = pa.array(column, pa.string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _series(array: pa.Array, like: pd.Series) -> pd.Series:
    return pd.Series(array, dtype="str", index=like.index)
