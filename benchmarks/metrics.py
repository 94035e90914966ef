"""How long a ledger takes to become an analysis workbook, beside the obvious build, on the same ledger in one run.

`python -m benchmarks.metrics FOLDER [RECORDS [OBVIOUS]] [--encrypted]`. csbook is timed as a whole process, `csbook analyze -o x.xlsx`,
over the whole span of the ledger, which costs most. The obvious build (benchmarks.obvious) is what is written without it; it takes
minutes, so that it may get a ledger of fewer records (OBVIOUS), and both are then told per record. Its tables are compared with those of
`csbook analyze --json`, figure by figure. Ledgers are made once in the folder: see benchmarks.large; one record in five was handed in
more than once.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import large

KEY = "a key for a benchmark"
KEYS = {  # of a table, where its name does not say what they are
    "overview": (), "clocks": ("clock",), "clocks_by_level": ("clock", "form", "level"), "stages": ("category", "stage"),
    "ageing": ("band",), "weekday_hour": ("weekday", "hour"), "satisfaction": ("field", "form", "level"),
    "by_form_category": ("form", "category"), "by_week": ("week_start",), "by_month": ("month_start",),
}  # fmt: skip
Row = dict[str, Any]


def main() -> None:
    folder = Path(sys.argv[1])
    numbers = [int(each) for each in sys.argv[2:] if each.isdigit()]
    records, obvious = (*numbers, *(1_000_000, 100_000)[len(numbers) :])
    folder.mkdir(parents=True, exist_ok=True)
    ledger = large.ledger_of(records, folder)
    mine = told(f"csbook, {records:,} records", analyze(ledger, folder), records)
    if "--encrypted" in sys.argv:
        place = _workspace(folder, large.encrypted(ledger, KEY))
        told(f"csbook, {records:,} records, encrypted", analyze(ledger, folder, "--workspace", str(place)), records)
    if not obvious:
        return
    few = large.ledger_of(obvious, folder)
    ours = told(f"csbook, {obvious:,} records", analyze(few, folder), obvious) if obvious != records else mine
    took = timed([sys.executable, "-m", "benchmarks.obvious", str(few), as_of(few), str(folder / "obvious.xlsx")])
    theirs = told(f"obvious build, {obvious:,} records", took, obvious)
    print(f"csbook is {theirs / ours:.1f} times as fast on {obvious:,} records; per record, on {records:,}, {theirs / mine:.1f} times")
    print(compared(few, folder, json.loads(took[3])))


Took = tuple[float, float, float, str]  # seconds by the clock, seconds of the processor, peak MB, what was printed


def timed(command: list[str]) -> Took:
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=large.ROOT)
    printed = process.stdout.read() if process.stdout else ""
    _, status, usage = _wait(process)
    if status:
        raise SystemExit(f"{command}: {status}")
    wall = time.perf_counter() - clock
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, usage / 1024, printed


def _wait(process: subprocess.Popen[str]) -> tuple[int, int, int]:
    """Peak memory of this child alone: that of all children is the largest of any."""
    number, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return number, process.returncode, usage.ru_maxrss


def analyze(ledger: Path, folder: Path, *options: str) -> Took:
    book = folder / "analysis.xlsx"
    where = options or ("--ledger", str(ledger))
    return timed([sys.executable, "-m", "csbook", "--quiet", *where, "analyze", "-o", str(book), "--as-of", as_of(ledger)])


def _workspace(folder: Path, encrypted: Path) -> Path:
    """A workspace whose ledger is under the key."""
    place = folder / "workspace"
    place.mkdir(exist_ok=True)
    key = place / "key"
    key.write_text(KEY, "utf-8")
    key.chmod(0o600)  # one that others can read is refused
    (place / "csbook.toml").write_text(f'ledger = "{encrypted.resolve().as_posix()}"\nledger_key_file = "key"\n', "utf-8")
    return place


def as_of(ledger: Path) -> str:
    """A moment after every stamp, so that two runs tell the same."""
    with sqlite3.connect(ledger) as connection:
        (last,) = connection.execute("SELECT max(max(raised_at), coalesce(max(resolved_at), '')) FROM record").fetchone()
    return f"{dt.datetime.fromisoformat(last) + dt.timedelta(days=1):%Y-%m-%d} 00:00"


def told(what: str, took: Took, records: int) -> float:
    """Prints it; seconds a record."""
    wall, processor, peak, _ = took
    print(f"{what}: {wall:.1f} s, {processor:.1f} s of the processors, {peak:.0f} MB")
    return wall / records


def compared(ledger: Path, folder: Path, theirs: dict[str, Any]) -> str:
    """How many figures of the obvious build are csbook's, to 12 digits."""
    command = [sys.executable, "-m", "csbook", "--quiet", "--ledger", str(ledger), "analyze", "--json", "--as-of", as_of(ledger)]
    ours = json.loads(subprocess.run(command, cwd=folder, env=None, check=True, capture_output=True, text=True).stdout)["tables"]
    pairs = [pair for table, rows in theirs.items() for pair in _pairs(table, ours[table], rows)]
    differing = [each for each in pairs if not _equal(each[1], each[2])]
    published = sum(len(row) - len(_keys(name)) for name in theirs for row in ours[name])
    return (
        f"{len(pairs)} figures compared of the {published} that csbook has in these tables, {len(differing)} differ {differing[:5] or ''}"
    )


def _pairs(table: str, ours: list[Row], theirs: list[Row]) -> Iterator[tuple[str, Any, Any]]:
    keys = _keys(table)
    known, others = ({_key(row, keys): row for row in rows} for rows in (ours, theirs))
    for key in known.keys() | others.keys():
        row = others.get(key, {})
        for name in (row or known[key]).keys() - {*keys}:
            yield f"{table} {key} {name}", known.get(key, {}).get(name, "no such row"), row.get(name, "no such row")


def _keys(table: str) -> tuple[str, ...]:
    return KEYS.get(table, (table.removeprefix("by_"),))


def _key(row: Row, keys: tuple[str, ...]) -> tuple[Any, ...]:
    """Names of agents without `*`, as csbook shows the commonest spelling; of stamps the day."""
    return tuple(value.replace("*", "").partition("T")[0] if isinstance(value := row[key], str) else value for key in keys)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str) or one is None or other is None:
        return bool(one == other)
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


if __name__ == "__main__":
    main()
