"""Folded: frames that lie compressed until somebody looks at them, so that a batch of a million rows does not fill the memory."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from csbook.rows import Rows

if TYPE_CHECKING:
    import pandas as pd

OPEN = 4  # frames that were looked at last lie open
CODEC = "zstd"


class Folded:
    """A frame, compressed in memory, never on disk."""

    def __init__(self, frame: pd.DataFrame) -> None:
        table, sink = pa.Table.from_pandas(frame), pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=CODEC)) as stream:
            stream.write_table(table)
        self._data = sink.getvalue()

    @functools.lru_cache(maxsize=OPEN)  # noqa: B019 - a few of them on purpose
    def open(self) -> pd.DataFrame:
        """The frame as it was; not to be changed."""
        frame: pd.DataFrame = pa.ipc.open_stream(self._data).read_pandas()
        return frame


@dataclass(frozen=True, kw_only=True)
class FoldedRows(Rows):
    """Rows whose frames lie folded: every look at `frame` and `texts` opens them, so that whoever goes through many goes one by one."""

    def __post_init__(self) -> None:
        for name in ("frame", "texts"):
            self.__dict__[f"_{name}"] = Folded(self.__dict__.pop(name))

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name not in {"frame", "texts"}:
            raise AttributeError(name)
        folded: Folded = self.__dict__[f"_{name}"]
        return folded.open()


def fold(rows: Rows) -> FoldedRows:
    """The same rows, folded."""
    if isinstance(rows, FoldedRows):
        return rows
    return FoldedRows(form=rows.form, frame=rows.frame, texts=rows.texts, places=rows.places, blocks=rows.blocks)
