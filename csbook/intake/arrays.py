"""Arrays: Arrow from and to numpy by their memory, without pyarrow's way round by pandas, which would load all of pandas in a worker."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


@functools.cache
def empty_text() -> pa.StringScalar:
    """A text without a character. Made when first asked for: Arrow's allocator takes its address space only within a worker's limits."""
    return arrow_text("")


def arrow_text(value: str) -> pa.StringScalar:
    """A text as Arrow has it."""
    data = value.encode()
    return pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(np.array([0, len(data)], np.int32)), pa.py_buffer(data)])[0]


@functools.cache
def no_text() -> pa.StringScalar:
    """A text that is missing."""
    return pa.nulls(1, pa.string())[0]


def integers(values: npt.NDArray[np.int64]) -> pa.Array:
    """The numbers as Arrow has them."""
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(np.ascontiguousarray(values, np.int64))])


def booleans(values: npt.NDArray[np.bool_]) -> pa.Array:
    """The flags as Arrow has them."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(np.packbits(values, bitorder="little"))])


def flags(values: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Flags of which none is missing, as numpy has them."""
    bytes_ = pc.cast(values, pa.uint8()).combine_chunks()
    if not len(bytes_):
        return np.zeros(0, bool)
    return np.frombuffer(bytes_.buffers()[1], bool, len(bytes_), bytes_.offset).copy()
