"""One batch of a million rows into a ledger in a file and on PostgreSQL: seconds and the greatest memory of the main process.

`python -m benchmarks.batch [--folder DIR] [--workbooks 1 5 20] [--rows 49998] [--jobs N] [--server URL]`: that many flat workbooks in one
`csbook ingest`, each size into a new ledger; then the same once more, then every row corrected, then every row faulty. --server is a
PostgreSQL database of its own: it is emptied before each size. What a batch needs must not grow as it does: memory is given beside that
of the new rows and beside that of the smallest batch.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

from benchmarks import handed
from benchmarks.took import Took, adopt, run
from sample_data import flat

# what is handed in after the new rows: the day it was saved, patterns in its texts and what stands there instead
LATER: dict[str, tuple[str, dict[bytes, bytes]]] = {
    "again": ("", {}),
    "corrected": ("2026-01-02", {"(>第[0-9]+条 [^<]*)<".encode(): r"\g<1>，已核实<".encode()}),
    "faulty": ("2026-01-03", {">(?:电话|邮件|在线聊天)<".encode(): ">传真<".encode()}),
}
CSBOOK = sys.executable, "-m", "csbook", "--quiet"


def workbooks(folder: Path, count: int, rows: int, kind: str = "") -> Path:
    """The first `count` of the workbooks, each of another desk, no two rows alike, or of those handed in later; made once."""
    made, batch = folder / f"rows-{rows}{kind}", folder / f"rows-{rows}{kind}-{count}"
    made.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(batch, ignore_errors=True)
    batch.mkdir()
    for number, (place, _) in zip(range(count), handed.desks(count), strict=True):
        path = made / f"{place.desk}-response.xlsx"
        if not path.is_file():
            making = path.with_suffix(".making.xlsx")
            if kind:
                day, texts = LATER[kind]
                handed.handed_in_later(folder / f"rows-{rows}" / path.name, making, texts, day)
            else:
                flat.write(making, handed.many(rows, place.desk, first=number * rows))
            making.rename(path)
        os.link(path, batch / path.name)
    return batch


def ingest(source: Path, ledger: object, jobs: int) -> Took:
    """One whole process."""
    with tempfile.TemporaryDirectory() as workspace:
        return run([*CSBOOK, "--workspace", workspace, "--ledger", ledger, "ingest", "--jobs", jobs, source], fine=(0, 1), aloud=False)


def emptied(url: str) -> None:
    """A database without tables."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "csbook-bench")
    parser.add_argument("--workbooks", type=int, nargs="*", default=[1, 5, 20])
    parser.add_argument("--rows", type=int, default=49_998)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--server", help="an empty database, as sqlalchemy knows it: postgresql+psycopg://…")
    parser.add_argument("--no-file", action="store_true")
    asked = parser.parse_args()
    adopt()
    print("load", os.getloadavg()[0], flush=True)
    least: dict[tuple[str, str], int] = {}
    for count in asked.workbooks:
        for where in ([] if asked.no_file else ["file"]) + (["server"] if asked.server else []):
            with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
                if where == "server":
                    emptied(asked.server)
                ledger = asked.server if where == "server" else Path(folder) / "ledger.sqlite"
                new = 0
                for kind in ("new", *LATER):
                    source = workbooks(asked.folder, count, asked.rows, kind if any(LATER.get(kind, ())) else "")
                    took = ingest(source, ledger, asked.jobs)
                    new = new or took.memory
                    rows, grown = count * asked.rows, took.memory / least.setdefault((where, kind), took.memory)
                    words = f"memory ×{took.memory / new:.2f} of new rows, ×{grown:.2f} of the smallest batch"
                    print(f"{rows:,} rows, {kind}, into a {where}: {took}, {words}, {took.cpu / rows * 1e6:.0f} µs a row", flush=True)


if __name__ == "__main__":
    main()
