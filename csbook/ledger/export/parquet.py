"""Parquet: records as the ledger holds them, keys and types, in one file or in a folder partitioned by form and month."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.parquet

from csbook import messages
from csbook.issues import UnfinishedError, UsageError
from csbook.workbook import replacing

MONTH = len("2023-10")
PARTS = pa.schema([("form", pa.string()), ("month", pa.string())])


def write(path: Path, batches: Iterator[pa.Table], lang: str) -> int:
    """One file; returns its records."""
    count, writer = 0, None
    with replacing(path, lang, private=True) as temporary:
        for table in batches:
            writer = writer or pyarrow.parquet.ParquetWriter(temporary, table.schema, compression="zstd")
            writer.write_table(table)
            count += table.num_rows
        if writer is None:
            pyarrow.parquet.write_table(pa.table({}), temporary)
        else:
            writer.close()
    return count


def folder(path: Path, batches: Iterator[pa.Table], lang: str) -> int:
    """A folder of `form=…/month=2023-10/part-0.parquet`, in place of one like it; returns its records.

    Raises UsageError where something else stands there, UnfinishedError where it cannot be written.
    """
    if path.exists() and (not path.is_dir() or any(not each.name.startswith("form=") for each in path.iterdir())):
        raise UsageError(messages.text(lang, "export.not_ours", path=path))
    counted = _Counted(batches)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        partitioning = pyarrow.dataset.partitioning(PARTS, flavor="hive")
        first = next(counted, None)
        if first is not None:
            pieces = (piece for table in _chained(first, counted) for piece in table.to_batches())
            pyarrow.dataset.write_dataset(
                pieces, temporary, schema=first.schema, format="parquet", partitioning=partitioning, use_threads=False,
                existing_data_behavior="overwrite_or_ignore",
            )  # fmt: skip
        shutil.rmtree(path, ignore_errors=True)
        temporary.rename(path)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise UnfinishedError(messages.text(lang, "workbook.not_saved", path=path, reason=error.strerror or error)) from error
    return counted.rows


class _Counted:
    """Tables with their month, their rows counted on the way."""

    def __init__(self, batches: Iterator[pa.Table]) -> None:
        self.rows, self._batches = 0, batches

    def __iter__(self) -> Iterator[pa.Table]:
        return self

    def __next__(self) -> pa.Table:
        table = next(self._batches)
        self.rows += table.num_rows
        return table.append_column("month", pc.utf8_slice_codeunits(table["raised_at"].cast(pa.string()), 0, MONTH))


def _chained(first: pa.Table, others: Iterator[pa.Table]) -> Iterator[pa.Table]:
    yield first
    yield from others
