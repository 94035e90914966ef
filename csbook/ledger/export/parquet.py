"""Parquet: records as the ledger holds them, keys and types, in one file, or tables in a folder, each partitioned by form and month."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Collection, Iterator
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
NOTHING = pa.schema([("id", pa.int64()), *((name, pa.string()) for name in ("form", "record_no", "source_id"))])


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


@contextlib.contextmanager
def folder(path: Path, contents: Collection[str], lang: str) -> Iterator[Path]:
    """A new folder, its owner's alone, that takes the place of one with such contents when the block ends without an exception.

    Raises UsageError where something else stands there, UnfinishedError where it cannot be written.
    """
    if path.exists() and (not path.is_dir() or any(each.name not in contents for each in path.iterdir())):
        raise UsageError(messages.text(lang, "export.not_ours", path=path))
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(mode=0o700)
        yield temporary
        shutil.rmtree(path, ignore_errors=True)
        temporary.rename(path)
    except OSError as error:
        raise UnfinishedError(messages.text(lang, "workbook.not_saved", path=path, reason=messages.reason(lang, error))) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def parts(path: Path, batches: Iterator[pa.Table], stamp: str) -> int:
    """Files `form=…/month=2023-10/part-0.parquet` in a new folder, by the month of a stamp; without rows one empty file, so that
    engines find columns. Returns the rows."""
    counted = _Counted(batches, stamp)
    first = next(counted, None)
    if first is None:
        path.mkdir()
        pyarrow.parquet.write_table(NOTHING.empty_table(), path / "part-0.parquet")
        return 0
    pieces = (piece for table in itertools.chain([first], counted) for piece in table.to_batches())
    pyarrow.dataset.write_dataset(
        pieces, path, schema=first.schema, format="parquet", partitioning=pyarrow.dataset.partitioning(PARTS, flavor="hive"),
        use_threads=False, existing_data_behavior="overwrite_or_ignore",
    )  # fmt: skip
    return counted.rows


class _Counted:
    """Tables with the month of a stamp, their rows counted on the way; tables without rows are left out."""

    def __init__(self, batches: Iterator[pa.Table], stamp: str) -> None:
        self.rows, self._batches, self._stamp = 0, (table for table in batches if table.num_rows), stamp

    def __iter__(self) -> Iterator[pa.Table]:
        return self

    def __next__(self) -> pa.Table:
        table = next(self._batches)
        self.rows += table.num_rows
        return table.append_column("month", pc.utf8_slice_codeunits(table[self._stamp].cast(pa.string()), 0, MONTH))
