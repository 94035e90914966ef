"""How long a ledger takes to become an analysis workbook, beside the obvious build, on the same ledger in one run.

`python -m benchmarks.metrics FOLDER [RECORDS [OBVIOUS]] [--encrypted]`. csbook is timed as a whole process, `csbook analyze -o x.xlsx`,
over the whole span of the ledger, which costs most. The obvious build is what is written without it: pandas.read_sql, business time row by
row, groupby.apply, pandas' own writer; it takes minutes, so that it may get a ledger of fewer records (OBVIOUS), and both are then told
per record. It computes far less than csbook; what it computes is compared with `csbook analyze --json`, figure by figure. Ledgers are
made once in the folder: see benchmarks.large; one record in five was handed in more than once.
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
DURATIONS = {"first_response": "raised_at", "resolution": "resolved_at"}
STATISTICS = ("n", "mean", "p50", "p90", "p95")


def main() -> None:
    folder = Path(sys.argv[1])
    numbers = [int(each) for each in sys.argv[2:] if each.isdigit()]
    records, obvious = (*numbers, *(1_000_000, 100_000)[len(numbers) :])
    if "--obvious" in sys.argv:
        print(json.dumps(figures_of(large.ledger_of(obvious, folder), folder)))
        return
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
    took = timed([sys.executable, "-m", "benchmarks.metrics", *sys.argv[1:2], str(records), str(obvious), "--obvious"])
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


def figures_of(ledger: Path, folder: Path) -> dict[str, Any]:
    """The obvious build: durations in calendar and business minutes by form, by type and by agent, verdicts of one clock, as a workbook."""
    import pandas as pd

    with sqlite3.connect(ledger) as connection:
        frame = pd.read_sql("SELECT * FROM record ORDER BY id", connection)
    for name in ("raised_at", "first_response_at", "resolved_at"):
        frame[name] = pd.to_datetime(frame[name])
    frame["answered_at"] = frame["first_response_at"].fillna(frame["raised_at"] + pd.to_timedelta(frame["online_seconds"], unit="s"))
    counts = (frame["state"] != "withdrawn") & ~_out_of_order(frame)
    hours = working_hours()
    for name, stop in (("first_response", "answered_at"), ("resolution", "resolved_at")):
        ended = frame[counts & frame[stop].notna() & ((frame["state"] == "resolved") | (name == "first_response"))]
        frame[name] = (ended[stop] - ended["raised_at"]).dt.total_seconds() / 60
        frame[f"{name}_business"] = ended.apply(lambda row, stop=stop: business_minutes(row["raised_at"], row[stop], hours), axis=1)
    tables = {key: frame.groupby(key).apply(_statistics, include_groups=False).reset_index() for key in ("form", "desk")}
    with pd.ExcelWriter(folder / "obvious.xlsx") as book:
        for name, table in tables.items():
            table.to_excel(book, sheet_name=name, index=False)
        frame.sort_values("raised_at", ascending=False).head(20_000).to_excel(book, sheet_name="records", index=False)
    return {f"by_{key}": json.loads(table.to_json(orient="records", double_precision=15)) for key, table in tables.items()}


def _out_of_order(frame: Any) -> Any:
    return (frame["resolved_at"] < frame["raised_at"]) | (frame["first_response_at"] < frame["raised_at"])


def _statistics(group: Any) -> Any:
    import pandas as pd

    found = {"n": len(group)}
    for name in ("first_response", "first_response_business", "resolution", "resolution_business"):
        values = group[name].dropna()
        found |= {f"{name}_n": len(values), f"{name}_mean": values.mean()}
        found |= {f"{name}_p{each}": values.quantile(each / 100) for each in (50, 90, 95)}
    return pd.Series(found)


def working_hours() -> Any:
    """Day → its periods, as the shipped policy has them."""
    from csbook.forms import load
    from csbook.workspace import shipped
    from sample_data import make

    load([shipped("templates")], [shipped("validations")])
    return make.clocks().calendar()


def business_minutes(start: Any, stop: Any, calendar: Any) -> float:
    """Day by day, as everybody writes it."""
    worked, day = dt.timedelta(), start.date()
    while day <= stop.date():
        midnight = dt.datetime.combine(day, dt.time())
        for opens, closes in calendar.hours(day):
            worked += max(dt.timedelta(), min(stop.to_pydatetime(), midnight + closes) - max(start.to_pydatetime(), midnight + opens))
        day += dt.timedelta(days=1)
    return worked.total_seconds() / 60


def compared(ledger: Path, folder: Path, theirs: dict[str, Any]) -> str:
    """How many figures of the obvious build are csbook's, to 12 digits."""
    command = [sys.executable, "-m", "csbook", "--quiet", "--ledger", str(ledger), "analyze", "--json", "--as-of", as_of(ledger)]
    ours = json.loads(subprocess.run(command, cwd=folder, env=None, check=True, capture_output=True, text=True).stdout)["tables"]
    pairs = list(_pairs(ours, theirs))
    differing = [each for each in pairs if not _equal(each[1], each[2])]
    return f"{len(pairs)} figures compared, {len(differing)} differ {differing[:5] or ''}"


def _pairs(ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for table, rows in theirs.items():
        key = table.removeprefix("by_")
        known = {row[key]: row for row in ours[table]}
        for row in rows:
            for name, value in row.items():
                if name != key:
                    yield f"{table} {row[key]} {name}", known[row[key]][name], value


def _equal(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is None  # csbook gives no p90 of fewer than ten
    return math.isclose(one, other, rel_tol=1e-12)


if __name__ == "__main__":
    main()
