"""Values: typed columns as the plain values that the ledger stores, and back."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.ledger.database.schema import CLOCK, STAMP, WHOLE

FILES = 4_096  # whose stamps are kept spelled
Value = str | int | None
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def arrow(column: pd.Series) -> pa.Array:
    """A column as one Arrow array."""
    array = pa.array(column, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def spellings(column: pd.Series, type_: str) -> pa.LargeStringArray:
    """A typed column as texts: stamps `2023-10-01 09:00:00`, clocks `09:00:00`, whole numbers in digits; null for missing."""
    array = arrow(column)
    if type_ == CLOCK:
        array = array.cast(pa.duration("s"), safe=False).cast(pa.int64()).cast(pa.int32()).cast(pa.time32("s"))
    elif type_ == STAMP:
        array = array.cast(pa.timestamp("s"), safe=False)
    elif type_ == WHOLE:
        array = array.cast(pa.int64())
    return array.cast(pa.large_string())


def plain(column: pd.Series, type_: str) -> list[Value]:
    """A typed column as JSON values: stamps, clocks and texts as `spellings` has them, whole numbers; None for missing."""
    if type_ == WHOLE:
        values: list[Value] = arrow(column).cast(pa.int64()).to_pylist()
        return values
    return shared(spellings(column, type_))


def shared(array: pa.LargeStringArray) -> list[Value]:
    """Texts, None for null; equal ones are one object, which spares memory and is spelled in UTF-8 only once."""
    encoded = array.dictionary_encode("encode")
    known: list[Value] = encoded.dictionary.to_pylist()
    return list(map(known.__getitem__, encoded.indices.to_pylist()))


def texts(column: pd.Series) -> list[Any]:
    """A text column as texts; None for missing."""
    values: list[str | None] = pa.array(column, pa.string(), from_pandas=True).to_pylist()
    return values


def column(values: list[Any], type_: str, index: pd.Index) -> pd.Series:
    """The typed column that such values stand for."""
    if type_ == STAMP:
        return pd.Series(pd.to_datetime(pd.Series(values, index=index, dtype="str"), format="%Y-%m-%d %H:%M:%S"), dtype="datetime64[us]")
    if type_ == CLOCK:
        return pd.to_timedelta(pd.Series(values, index=index, dtype="str")).astype("timedelta64[us]")
    return pd.Series(values, index=index, dtype="Int64" if type_ == WHOLE else "str")


@functools.lru_cache(FILES)  # of a file, asked for again and again
def stamp(moment: dt.datetime | None) -> str | None:
    """A moment as SQLAlchemy spells it for SQLite; PostgreSQL reads the same."""
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def cells(column: pd.Series, type_: str) -> list[Value]:
    """A typed column as the values of a database column."""
    if type_ != STAMP:
        return plain(column, type_)
    return shared(pc.binary_join_element_wise(spellings(column, type_), *(pa.scalar(text, pa.large_string()) for text in (".000000", ""))))


def filled(names: Iterable[str], values: Iterable[Any]) -> dict[str, Any]:
    """Without the blank fields: a blank cell and no cell are one content."""
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def dumps(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Canonical JSON: one spelling for one content. Texts, whole numbers, True, False and None; no floats, whose spellings differ."""
    if not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # half a surrogate pair, a number beyond 64 bits
        return _ENCODER.encode(value)


def loads(text: str) -> Any:
    """What stands behind a stored JSON text; its whole numbers fit into 64 bits, as those of a column do."""
    if text == "{}":
        return {}
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # half a surrogate pair
        return json.loads(text)


def codes(column: pd.Series) -> np.ndarray[Any, np.dtype[Any]]:
    """A number for each text of a column, the same for the same one, from 0; missing ones share a number."""
    found: np.ndarray[Any, np.dtype[Any]] = arrow(column).dictionary_encode("encode").indices.to_numpy()
    return found


def digest(*parts: str) -> str:
    """Hash of texts: blake2b, 128 bits, hexadecimal."""
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
