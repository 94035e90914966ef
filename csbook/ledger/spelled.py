"""Spelled: the rows of typed columns as canonical JSON, and hashes of rows, both column by column: a tenth of the time by rows."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.ledger.schema import TEXT, WHOLE
from csbook.ledger.values import spellings

BLOCK = 10_000  # rows that are spelled at once


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
    parts: list[Any] = [pa.repeat(_constant(""), count)]
    for name in sorted(columns):
        column, type_ = columns[name]
        texts, mark = spellings(column, type_), "" if type_ == WHOLE else '"'
        there = [texts.is_valid()] if texts.null_count else []
        if texts.null_count < count:
            begin, end = (
                pc.if_else(*there, _constant(text), _constant("")) if there else _constant(text) for text in (f',"{name}":{mark}', mark)
            )
            parts += [begin, pc.fill_null(_escaped(texts) if type_ == TEXT else texts, ""), end]
    joined = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*parts, _constant("")), 1)  # without the first comma
    return pc.binary_join_element_wise(_constant("{"), joined, _constant("}"), _constant(""))


def _constant(text: str) -> pa.LargeStringScalar:
    """A text for every row: kernels want all their texts of one type."""
    return pa.scalar(text, pa.large_string())


def _escaped(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """Texts as they stand between the marks in JSON."""
    if not _special(_bytes(column)[1]):
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
    ends, data = _bytes(pc.binary_join_element_wise(*columns, _constant("\n")))
    blake2b = hashlib.blake2b
    return [blake2b(data[start:end], digest_size=16).hexdigest() for start, end in itertools.pairwise(ends)]


def _bytes(texts: pa.LargeStringArray) -> tuple[list[int], memoryview]:
    """The bytes of all texts, and where each begins and the last one ends."""
    _, places, data = texts.buffers()
    ends = np.frombuffer(places, "int64")[texts.offset : texts.offset + len(texts) + 1]
    return (ends - ends[0]).tolist(), memoryview(data or b"")[ends[0] : ends[-1]]
