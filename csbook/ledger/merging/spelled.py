"""Spelled: the rows of typed columns as canonical JSON, and hashes of rows, both column by column: a tenth of the time by rows."""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.ledger.database.schema import TEXT, WHOLE
from csbook.ledger.database.values import spellings

BLOCK = 10_000  # rows that are spelled at once

Places = np.ndarray[Any, np.dtype[np.int64]]


def objects(columns: Mapping[str, tuple[pd.Series, str]], count: int) -> pa.ChunkedArray:
    """Per row of `count` the filled fields of such typed columns, by name → column and type, as `dumps` spells them; in blocks."""
    blocks = [
        _objects(
            {name: (column.iloc[start : start + BLOCK], type_) for name, (column, type_) in columns.items()}, min(BLOCK, count - start)
        )
        for start in range(0, count, BLOCK)
    ]
    return pa.chunked_array(blocks, pa.large_string())


def _objects(columns: Mapping[str, tuple[pd.Series, str]], count: int) -> pa.LargeStringArray:
    fields: list[Any] = []
    for name in sorted(columns):
        column, type_ = columns[name]
        texts, mark = spellings(column, type_), "" if type_ == WHOLE else '"'
        if texts.null_count < count:
            begin, end = (_constant(text) for text in (f'"{name}":{mark}', mark))
            fields.append(pc.binary_join_element_wise(begin, _escaped(texts) if type_ == TEXT else texts, end, _constant("")))
    if all(field.null_count for field in fields):
        # Arrow would leave out a row in which there is nothing to join
        nothing = functools.reduce(pc.and_, (field.is_null() for field in fields), pa.repeat(True, count))
        fields.append(pc.if_else(nothing, _constant(""), pa.scalar(None, pa.large_string())))
    joined = pc.binary_join_element_wise(*fields, _constant(","), null_handling="skip")
    return pc.binary_join_element_wise(_constant("{"), joined, _constant("}"), _constant(""))


def _constant(text: str) -> pa.LargeStringScalar:
    """A text for every row: kernels want all their texts of one type."""
    return pa.scalar(text, pa.large_string())


def _escaped(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """Texts as they stand between the marks in JSON."""
    if not _special(_bytes(column)):
        return column
    special = pc.fill_null(pc.match_substring_regex(column, r'["\\\x00-\x1f]'), False)
    escaped = [orjson.dumps(text).decode()[1:-1] for text in column.filter(special).to_pylist()]
    return pc.replace_with_mask(column, special, pa.array(escaped, column.type))


def _special(data: memoryview) -> bool:
    """Is any byte of these one that JSON escapes?"""
    read = np.frombuffer(data, "uint8")
    return bool(((read < ord(" ")) | (read == ord('"')) | (read == ord("\\"))).any())


def digests(*parts: pa.LargeStringArray | str) -> list[str]:
    """Per row `digest` of these columns, or of a text that is the same for all."""
    columns = [_constant(part) if isinstance(part, str) else part.cast(pa.large_string()) for part in parts]
    joined = pc.binary_join_element_wise(*columns, _constant("\n"))
    ends, data, blake2b = _ends(joined), _bytes(joined), hashlib.blake2b
    places = itertools.pairwise((ends - ends[0]).tolist())
    return [blake2b(data[start:end], digest_size=16).hexdigest() for start, end in places]


def _ends(texts: pa.LargeStringArray) -> Places:
    """Where each text begins in the buffer, and the last one ends."""
    return np.frombuffer(texts.buffers()[1], "int64")[texts.offset : texts.offset + len(texts) + 1]


def _bytes(texts: pa.LargeStringArray) -> memoryview:
    """The bytes of all texts."""
    ends = _ends(texts)
    return memoryview(texts.buffers()[2] or b"")[ends[0] : ends[-1]]
