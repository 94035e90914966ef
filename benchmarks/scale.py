"""How cost grows with the ledger: one fixed batch into ledgers of growing size, and the figures of each, in one run.

`python -m benchmarks.scale [--folder DIR] [--sizes 10000 100000 1000000] [--wide 10000000] [--bound 4GB]`. Ledgers are made once into DIR
(benchmarks/large.py), the batch is FILES flat workbooks (benchmarks/handed.py) that no ledger knows. Each ingest works on a fresh copy with
a backup of the hour beside it, as every batch but the first of an hour finds it; what that backup takes stands in a column of its own. The
`wide` ledger lies in Parquet, copied from the largest of the others, and is computed under a bound on memory.
Whole processes: seconds by the clock, of the processors, and the greatest memory of the main one.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import handed, large
from benchmarks.took import Took, adopt, run

FILES = 100
CSBOOK = sys.executable, "-m", "csbook", "--quiet"
EXPORT = "ledger", "export", "--role", "internal"
# one copy of an exported ledger: (folder, what differs)
COPIED = {
    "records": "id + {k} * {n} AS id, record_no || '+{k}' AS record_no, source_id || '+{k}' AS source_id, "
    "customer || '{k}' AS customer, description || ' {k}' AS description",
    "revisions": "record_id + {k} * {n} AS record_id, record_no || '+{k}' AS record_no",
}


@dataclass
class Growth:
    """What was measured of ledgers by their records."""

    ingest: dict[int, Took] = field(default_factory=dict)
    backup: dict[int, Took] = field(default_factory=dict)
    analyze: dict[int, Took] = field(default_factory=dict)
    megabytes: dict[int, float] = field(default_factory=dict)

    def report(self) -> None:
        """A line a size; behind each figure how much more it is than that of the size before."""
        print(f"| records | MB | ingest of {FILES * handed.ROWS} rows | backup of the hour | analyze | memory |")
        print("| --- | --- | --- | --- | --- | --- |")
        for size in sorted(self.megabytes):
            cells = [f"{size:,}", f"{self.megabytes[size]:,.0f}"]
            cells += [_grown(column, size) for column in (self.ingest, self.backup, self.analyze)]
            cells.append(f"{self.analyze[size].memory:,} MB" if size in self.analyze else "–")
            print(f"| {' | '.join(cells)} |", flush=True)
        for name, column in (("ingest", self.ingest), ("analyze", self.analyze)):
            if len(column) < 2:
                continue
            print(f"{name}: cost ~ records^{_exponent(column):.2f} in seconds of the processors, least to most")


def _grown(column: dict[int, Took], size: int) -> str:
    if size not in column:
        return "–"
    took, before = column[size], [column[each] for each in sorted(column) if each < size]
    return f"{took.wall:.1f} s (CPU {took.cpu:.1f})" + (f", ×{took.cpu / before[-1].cpu:.2f}" if before else "")


def _exponent(column: dict[int, Took]) -> float:
    least, most = min(column), max(column)
    return math.log(column[most].cpu / column[least].cpu) / math.log(most / least)


def batch_of(folder: Path) -> Path:
    """The fixed batch."""
    batch = folder / f"batch-{FILES}"
    if not batch.is_dir():
        batch.mkdir()
        for path in sorted(handed.flats(folder).glob("*.xlsx"))[:FILES]:
            shutil.copy(path, batch)
    return batch


def measure(growth: Growth, folder: Path, size: int) -> None:
    """Ingest, backup and figures of a ledger in a file."""
    made, batch = large.ledger_of(size, folder), batch_of(folder)
    growth.megabytes[size] = made.stat().st_size / 1e6
    with tempfile.TemporaryDirectory(dir=folder) as name:
        ledger = Path(shutil.copy(made, name)) if size else Path(name) / "ledger.sqlite"
        os.sync()  # or the first commit waits until the copy lies on the disk
        ours = (*CSBOOK, "--workspace", name, "--ledger", ledger)
        growth.backup[size] = run([*ours, "ledger", "backup"])
        growth.ingest[size] = run([*ours, "ingest", batch], fine=(0, 1))  # some rows are faulty, on purpose
        growth.analyze[size] = run([*ours, "analyze", "-o", Path(name) / "report.xlsx", "--as-of", AS_OF])
    print(f"{size:,}: ingest {growth.ingest[size]} · backup {growth.backup[size]} · analyze {growth.analyze[size]}", flush=True)


AS_OF = "2026-11-20"


def wide(growth: Growth, folder: Path, size: int, source: int, bound: str) -> None:
    """The figures of a ledger in Parquet, the engine bound to so much memory."""
    made = _copied(folder, size, source)
    growth.megabytes[size] = sum(path.stat().st_size for path in made.rglob("*.parquet")) / 1e6
    with tempfile.TemporaryDirectory(dir=folder) as name:
        engine = f"duckdb://?memory_limit={bound}&temp_directory={name}"
        asked = ("--ledger", made, "analyze", "-o", Path(name) / "report.xlsx", "--as-of", AS_OF, "--engine", engine)
        growth.analyze[size] = run([*CSBOOK, "--workspace", name, *asked])
    print(f"{size:,} in Parquet: analyze {growth.analyze[size]}", flush=True)


def _copied(folder: Path, size: int, source: int) -> Path:
    import duckdb

    made, exported = folder / f"wide-{size}", folder / f"exported-{source}"
    if not exported.is_dir():
        run([*CSBOOK, "--workspace", folder, "--ledger", large.ledger_of(source, folder), *EXPORT, "-o", exported])
    if not made.is_dir():
        making = shutil.copytree(exported, folder / "wide.making", ignore=shutil.ignore_patterns(*COPIED), dirs_exist_ok=True)
        for table, other in COPIED.items():
            for path in (exported / table).rglob("*.parquet"):
                place = making / path.relative_to(exported).parent
                place.mkdir(parents=True, exist_ok=True)
                for k in range(size // source):
                    read = f"SELECT * REPLACE ({other.format(k=k, n=source)}) FROM read_parquet('{path}', hive_partitioning = false)"
                    duckdb.sql(f"COPY ({read}) TO '{place / f'{path.stem}-{k}.parquet'}' (FORMAT parquet, COMPRESSION zstd)")
        making.rename(made)
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "csbook-bench")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--wide", type=int, default=10_000_000, help="0: none")
    parser.add_argument("--bound", default="4GB", help="what DuckDB may take of memory for the wide ledger")
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    adopt()
    print(json.dumps({"processors": os.cpu_count(), "load": os.getloadavg()[0]}), flush=True)
    growth = Growth()
    for size in asked.sizes:
        measure(growth, asked.folder, size)
    if asked.wide:
        wide(growth, asked.folder, asked.wide, max(asked.sizes), asked.bound)
    growth.report()


if __name__ == "__main__":
    main()
