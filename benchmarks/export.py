"""How long an export of 100,000 records × 20 columns takes beside XlsxWriter writing the same cells, in one run.

`python -m benchmarks.export [ROWS [ROUNDS]]`: csbook reads the ledger, turns keys into labels and stamps into typed cells; XlsxWriter gets
the finished values, row by row in constant memory. Prints seconds, their ratio, and the memory that each has taken at most.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # each side is loaded by its own process, and counted there
    from csbook.forms.form import Form
    from csbook.ledger.export import Plan
    from csbook.ledger.export.columns import Column

COLUMNS = 20
Cost = tuple[float, float, float]  # seconds by the clock, seconds of the processor, MB at most
Work = Callable[..., float]


def fill(path: Path, rows: int) -> None:
    """A ledger of response records, all fields filled; made by copying one record, as fast as the database can."""
    import sqlite3

    from tests.ledger.workbooks import SOLVED, Office, Workbook, case

    Office(path).hand_in(Workbook([{**case(), **SOLVED, "reviewer": "*主管王姐", "contact_name": "*女士"}]))
    with sqlite3.connect(path) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(record)")]
        own = {"id": "n", "record_no": "'2023'||n", "source_id": "'A07-'||n", "description": "description||n"}
        copied = ", ".join(own.get(name, name) for name in names)
        numbers = f"WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})"
        connection.execute(f"{numbers} INSERT INTO record SELECT {copied} FROM numbers, record WHERE id = 1")
    connection.close()


def plan(path: Path) -> Plan:
    from csbook.ledger.export import Layout, Plan
    from tests.ledger.workbooks import form

    class Twenty(Layout):
        def columns(self, form: Form) -> tuple[Column, ...]:
            return super().columns(form)[:COLUMNS]

    return Plan(target=path, format=path.suffix[1:], forms={"response": form()}, layout=Twenty())


def ours(ledger: Path, out: Path) -> float:
    from csbook.ledger import open_ledger

    wanted = plan(out)
    start = time.perf_counter()
    with open_ledger(ledger) as opened:
        opened.export(wanted)
    return time.perf_counter() - start


def bare(ledger: Path, out: Path) -> float:
    import pyarrow as pa
    import xlsxwriter

    from csbook.ledger import open_ledger
    from csbook.workbook.serial import counted

    with open_ledger(ledger) as opened:
        table: pa.Table = opened.records()
    wanted = plan(out)
    columns = wanted.layout.columns(wanted.forms["response"])
    rows = list(zip(*(counted(each.cells(table)).to_pylist() for each in columns), strict=True))
    numeric = [each.kind != "text" for each in columns]
    start = time.perf_counter()
    with xlsxwriter.Workbook(str(out), {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values):
                if value is None:
                    continue
                if numeric[column]:
                    sheet.write_number(row, column, value, day)
                else:
                    sheet.write_string(row, column, value)
    return time.perf_counter() - start


def apart(work: Work, *args: Path) -> Cost:
    """See measured, in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measured, (work, *args))


def measured(work: Work, *args: Path) -> Cost:
    """Seconds by the clock, seconds of the processor (imports included on either side), MB at most."""
    seconds = work(*args)
    return seconds, time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    rows, rounds = (*map(int, sys.argv[1:]), *(100_000, 3)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger = folder / "ledger.sqlite"
        fill(ledger, rows)
        pairs = [(apart(bare, ledger, folder / "bare.xlsx"), apart(ours, ledger, folder / "ours.xlsx")) for _ in range(rounds)]
        for theirs, mine in pairs:
            print(f"  XlsxWriter {theirs[0]:.1f} s · csbook {mine[0]:.1f} s · {mine[0] / theirs[0]:.2f} times")
        clock = statistics.median(mine[0] / theirs[0] for theirs, mine in pairs)
        memory = max(mine[2] for _, mine in pairs)
        print(f"{rows} × {COLUMNS}: {clock:.2f} times by the clock (median of {rounds}), at most {memory:.0f} MB")
        for ending in ("csv", "parquet"):
            seconds, _, memory = apart(ours, ledger, folder / f"ours.{ending}")
            print(f"{ending}: {seconds:.1f} s, at most {memory:.0f} MB")


if __name__ == "__main__":
    main()
