"""Moments: dates and times as cells hold them and as people write them, read in columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.policy.spellings import Spellings

DAY = pd.Timedelta(days=1)
# how the reader gives a date or time cell; a time alone lies on the day before Excel's first
CELL = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$"
TIME_ONLY = pd.Timestamp("1899-12-31")
# a number in a cell without a date format: days since, or a part of a day
SERIAL = r"^([0-9]{5}(\.[0-9]+)?|0|0?\.[0-9]+)$"
EPOCH = pd.Timestamp("1899-12-30")
# which of day, month and two-digit year comes first is anybody's guess
AMBIGUOUS = r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4}|[0-9]{1,2})([^0-9].*)?$"
# words become letters, so that one expression reads all languages
LETTERS = {
    "half_hour": "30n", "year": "y", "month": "m", "day": "d", "hour": "h", "minute": "n", "second": "s", "morning": "a", "afternoon": "p",
}  # fmt: skip
REWRITTEN = (
    (r"\s+", " "),
    (r"\s*([-/.:ymdhnsap])\s*", r"\1"),
    (r"^([0-9]{4})([0-9]{2})([0-9]{2})([^0-9]|$)", r"\1-\2-\3\4"),  # 20231001
    (r"^([0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2})([0-9]{2}:)", r"\1 \2"),  # 2023-10-0114:30, as the paper form prints it
    (r"([0-9])([ap])", r"\1 \2"),
    (r"h([0-9])", r":\1"),
    (r"h$", ":0"),
    (r"n([0-9]{1,2})s?$", r":\1"),
    (r"[ns]$", ""),
)
SPELLED = (
    r"^(?:(?P<year>[0-9]{4})[-/.y](?P<month>[0-9]{1,2})[-/.m](?P<day>[0-9]{1,2})(?:d ?|[ t]|$))?"
    r"(?P<clock>(?P<morning>a)?(?P<afternoon>p)?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2})(?:\.[0-9]+)?)?"
    r"(?P<later> ?p)?(?: ?a)?)?$"
)
NUMBERS = ("year", "month", "day", "hour", "minute", "second")


def read(texts: pd.Series, spellings: Spellings) -> pd.DataFrame:
    """What each text says, on the index of `texts` (str).

    Columns: day (datetime64[us] at midnight, missing where none is given), clock (timedelta64[us] to the second, up to and
    including 24:00, missing where none is given), cell (bool: a date cell, whose midnight is a date alone), ambiguous (bool).
    Day and clock are both missing where the text is no date or time, or lies outside the range that can be meant.
    """
    codes, distinct = pd.factorize(texts)
    array = pa.array(distinct, pa.string())
    cells, serials = _matches(array, CELL), _matches(array, SERIAL)
    words = ~(cells | serials)
    known = pd.Series(distinct, dtype="str")
    parts = pd.concat([_cells(known[cells]), _serials(known[serials]), _spelled(known[words], spellings)])
    parts["cell"] = (cells | serials)[parts.index]
    within = parts["day"].isna() | parts["day"].between(pd.Timestamp(spellings.earliest), pd.Timestamp(spellings.latest))
    parts.loc[~within, ["day", "clock"]] = pd.NaT
    parts = parts.reindex(codes).set_index(texts.index)
    flags = {name: parts[name].eq(other=True) for name in ("cell", "ambiguous")}
    return parts.astype({"day": "datetime64[us]", "clock": "timedelta64[us]"}).assign(**flags)


def _matches(array: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.match_substring_regex(array, pattern).to_numpy(zero_copy_only=False), dtype=bool)


def _cells(texts: pd.Series) -> pd.DataFrame:
    return _parts(pd.to_datetime(texts, format="ISO8601", errors="coerce"))


def _serials(texts: pd.Series) -> pd.DataFrame:
    days = texts.astype("float64")
    # less than a day is a time of day, which lies on TIME_ONLY
    return _parts(EPOCH + pd.to_timedelta(days + (days < 1), unit="D"))


def _parts(stamps: pd.Series) -> pd.DataFrame:
    """Stamps of cells, rounded to the second: binary fractions of a day are never exact."""
    seconds = stamps.dt.as_unit("us").dt.round("s")
    day = seconds.dt.normalize()
    return pd.DataFrame({"day": day.where(day != TIME_ONLY), "clock": seconds - day, "ambiguous": False})


def _spelled(texts: pd.Series, spellings: Spellings) -> pd.DataFrame:
    """Texts by SPELLED; both parts missing where either is impossible (30 February, 25:00)."""
    folded = _folded(pa.array(texts, pa.string()), spellings)
    groups = pc.extract_regex(folded, SPELLED)
    found = pd.DataFrame({name: pc.struct_field(groups, name).to_pandas() for name in groups.type.names}).set_index(texts.index)
    number = {name: pd.to_numeric(found[name], errors="coerce") for name in NUMBERS}
    dated, timed = found["year"].fillna("").ne(""), found["clock"].fillna("").ne("")
    day = pd.to_datetime(pd.DataFrame({name: number[name] for name in NUMBERS[:3]}), errors="coerce").dt.as_unit("us")
    afternoon = (found["afternoon"].fillna("") + found["later"].fillna("")).ne("") & (number["hour"] < 12)
    minutes = (number["hour"] + 12 * afternoon) * 60 + number["minute"]
    clock = pd.to_timedelta(minutes * 60 + number["second"].fillna(0), unit="s").dt.as_unit("us")
    possible = ~(dated & day.isna()) & ~(timed & ((clock > DAY) | (number["minute"] > 59) | (number["second"] > 59)))
    return pd.DataFrame(
        {"day": day.where(possible), "clock": clock.where(possible & timed), "ambiguous": _matches(folded, AMBIGUOUS)}, index=texts.index
    )


def _folded(texts: pa.Array, spellings: Spellings) -> pa.Array:
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(pc.utf8_normalize(texts, "NFKC")))
    words = tuple((spellings.any_of(name), letter) for name, letter in LETTERS.items() if name in spellings.words)
    for pattern, replacement in words + REWRITTEN:
        folded = pc.replace_substring_regex(folded, pattern, replacement)
    return folded
