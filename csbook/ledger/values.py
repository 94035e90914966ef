"""Values: typed columns as the plain values that the ledger stores, and back."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import pandas as pd
import pyarrow as pa

from csbook.ledger.schema import CLOCK, STAMP, WHOLE

Value = str | int | None
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(column: pd.Series, type_: str) -> list[Value]:
    """A typed column as JSON values: stamps `2023-10-01 09:00:00`, clocks `09:00:00`, whole numbers, texts; None for missing."""
    array = pa.array(column, from_pandas=True)
    if type_ == CLOCK:
        return array.cast(pa.duration("s"), safe=False).cast(pa.int64()).cast(pa.int32()).cast(pa.time32("s")).cast(pa.string()).to_pylist()  # type: ignore[no-any-return]
    if type_ == STAMP:
        array = array.cast(pa.timestamp("s"), safe=False)
    values: list[Value] = array.cast(pa.int64() if type_ == WHOLE else pa.string()).to_pylist()
    return values


def texts(column: pd.Series) -> list[str | None]:
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


def stamp(moment: dt.datetime | None) -> str | None:
    """A moment as SQLAlchemy spells it for SQLite; PostgreSQL reads the same."""
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def cells(column: pd.Series, type_: str) -> list[Value]:
    """A typed column as the values of a database column."""
    values = plain(column, type_)
    return values if type_ != STAMP else [None if value is None else f"{value}.000000" for value in values]


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


def digest(*parts: str) -> str:
    """Hash of texts: blake2b, 128 bits, hexadecimal."""
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
