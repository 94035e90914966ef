"""How long 10,000 changed rows take into a ledger of 1,000,000 records, beside a bare SQLite upsert with history, in one run.

`python -m benchmarks.upsert [RECORDS [CHANGED]]`. Both sides write to the same file with the same settings and cache, each to
other records, in turns, either first. The bare side gets finished tuples and writes `INSERT … ON CONFLICT DO UPDATE` and one row of
history each, in one transaction; csbook recognises every row, compares it with its history, keeps old → new, seals what it wrote, checks
conservation and commits. The ledger is made by copying one record, once, and kept in the temporary folder (`--prepare` does no more);
each run works on a fresh copy, which the system then has in memory. With `--profile` it says where csbook's time goes.
"""

from __future__ import annotations

import contextlib
import cProfile
import functools
import gc
import pstats
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from csbook.cli import GARBAGE
from csbook.ledger import open_ledger
from csbook.ledger.database.engine import SETTINGS
from tests.ledger.workbooks import SOLVED, Office, Workbook, batch, case, saved

ROUNDS = 5


def ledger_of(records: int) -> Path:
    """A ledger of so many open records in one revision each."""
    path = Path(tempfile.gettempdir()) / f"csbook-bench-{records}.sqlite"
    if path.exists():
        return path
    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    Office(making).hand_in(Workbook([case("A07-5KQ2M-1", customer="CUST00")]))
    with contextlib.closing(sqlite3.connect(making)) as connection, connection:
        numbers = f"WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {records})"
        for table, own in (
            (
                "record",
                {
                    "id": "n",
                    "record_no": "'2023'||n",
                    "source_id": "'A07-5KQ2M-'||n",
                    "customer": "'CUST0'||n",
                    "facts": "replace(facts, 'cust00', 'cust0'||n)",
                },
            ),
            ("revision", {"record_id": "n", "content": "replace(content, 'CUST00', 'CUST0'||n)"}),
            ("alias", {"record_id": "n", "source_key": "'A07-5KQ2M-'||n"}),
        ):
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            copied = ", ".join(own.get(name, f'"{name}"') for name in names)
            connection.execute(f"{numbers} INSERT INTO {table} SELECT {copied} FROM numbers, (SELECT * FROM {table} LIMIT 1)")
        connection.execute("UPDATE number_sequence SET last_number = ? WHERE form = '' AND period = 'record'", (records,))
    return making.rename(path)


Took = tuple[float, float]  # seconds by the clock, seconds of the processor


@contextlib.contextmanager
def measured(into: list[Took]) -> Iterator[None]:
    clock, processor = time.perf_counter(), time.process_time()
    yield
    into.append((time.perf_counter() - clock, time.process_time() - processor))


def ours(path: Path, chosen: range, day: int, into: list[Took]) -> None:
    rows = [{**case(f"A07-5KQ2M-{n}"), **SOLVED, "customer": f"CUST0{n}", "solution": f"告知会员折扣规则{day}"} for n in chosen]
    handed_in = batch(Workbook(rows, modified=saved(day)))
    with open_ledger(path) as ledger, measured(into):
        merged = ledger.merge(handed_in)
    assert merged.totals.updated == len(rows)


@contextlib.contextmanager
def driver_as_it_comes() -> Iterator[None]:
    """Without what csbook tells SQLite's driver about None (csbook.ledger.database.engine.missing_values)."""
    told = type(None), sqlite3.PrepareProtocol
    adapter = sqlite3.adapters.pop(told)
    yield
    sqlite3.adapters[told] = adapter


def bare(path: Path, chosen: range, into: list[Took]) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in SETTINGS:
            connection.execute(f"PRAGMA {pragma}")
        which = ", ".join(str(n) for n in chosen)
        names, records = _rows(connection, f"SELECT * FROM record WHERE id IN ({which})")
        last = "(SELECT max(seq) FROM revision WHERE record_id = r.record_id)"
        of, revisions = _rows(connection, f"SELECT * FROM revision r WHERE record_id IN ({which}) AND seq = {last}")
        changed = [
            tuple(
                {
                    **row,
                    "state": "resolved",
                    "resolved_at": "2023-10-01 09:20:00.000000",
                    "solution": "告知会员折扣规则",
                    "seq": row["seq"] + 1,
                }.values()
            )
            for row in records
        ]
        history = [tuple({**row, "seq": row["seq"] + 1, "state": "resolved", "changed": row["content"]}.values()) for row in revisions]
        keys = {"form", "record_no"}
        upsert = (
            f"INSERT INTO record ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) ON CONFLICT (form, record_no) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys | {"id"})
        )
        with driver_as_it_comes(), measured(into):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(upsert, changed)
            connection.executemany(f"INSERT INTO revision ({', '.join(of)}) VALUES ({', '.join('?' * len(of))})", history)
            connection.execute("COMMIT")


def _rows(connection: sqlite3.Connection, query: str) -> tuple[list[str], list[dict[str, Any]]]:
    found = connection.execute(query)
    names = [each[0] for each in found.description]
    return names, [dict(zip(names, row, strict=True)) for row in found]


def main() -> None:
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    records, changed = (*numbers, *(1_000_000, 10_000)[len(numbers) :])
    made = ledger_of(records)
    gc.set_threshold(*GARBAGE)  # as the program does
    if "--prepare" not in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(shutil.copy(made, folder)), records, changed)


def compare(path: Path, records: int, changed: int) -> None:
    step = records // changed
    theirs, mine, profile = list[Took](), list[Took](), cProfile.Profile()
    for turn in range(ROUNDS):
        first, day = 2 + turn % (step // 2 - 1 or 1) * 2, int(time.time()) % 1_000_000 // 10 + turn
        jobs = [
            functools.partial(bare, path, range(first, records, step), theirs),
            functools.partial(ours, path, range(first + 1, records, step), day, mine),
        ]
        if "--profile" in sys.argv and turn == ROUNDS - 1:
            jobs[1] = functools.partial(profile.runcall, jobs[1])
        for job in jobs[:: -1 if turn % 2 else 1]:
            job()
        print(f"  bare {said(theirs[-1])} · csbook {said(mine[-1])} · {mine[-1][0] / theirs[-1][0]:.2f} times")
    pairs = list(zip(mine, theirs, strict=True))
    clock, processor = (statistics.median(one[place] / other[place] for one, other in pairs) for place in (0, 1))
    size = path.stat().st_size / 1e6
    print(f"{changed} into {records} ({size:.0f} MB): {clock:.2f} times by the clock, {processor:.2f} in CPU-seconds (medians of {ROUNDS})")
    if "--profile" in sys.argv:
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)


def said(took: Took) -> str:
    return f"{took[0]:.2f} s ({took[1]:.2f} CPU)"


if __name__ == "__main__":
    main()
