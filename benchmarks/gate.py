"""The gate beside the parser it guards, and each hostile case in a process of its own, in one run.

`python -m benchmarks.gate` prints how long the gate takes in parts of fastexcel's parse of the same files (50,000 rows × 19 columns,
and 500 templates of our own with 300 rows), and case, code, milliseconds and peak memory for every hostile workbook.
`python -m benchmarks.gate CASE` is one such process.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import fastexcel
import xlsxwriter

from csbook import forms, template
from csbook.desks import Desk
from csbook.intake import gate
from csbook.intake.recognising.recognise import is_looked_at
from csbook.intake.refusal import Refused
from tests.intake.hostile import CASES

ROOT = Path(__file__).parents[1]
ROWS, COLUMNS, FILES, ROUNDS = 50_000, 19, 500, 3
SHEET = "记录"
KIB = 1024
CLEAR = Path("/proc/self/clear_refs")


def large(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        for row in range(ROWS):
            sheet.write_row(row, 0, [f"客户反馈订单{row * COLUMNS + column}延迟发货" if column % 3 else row for column in range(COLUMNS)])
    return path


def small(folder: Path) -> list[Path]:
    form = forms.load([ROOT / "templates"], [ROOT / "validations"]).forms["response"]
    one = folder / "one.xlsx"
    template.write(form, one, desk=Desk("A07", "客服小李", "一组"))
    return [one] * FILES


def parsed(data: bytes) -> None:
    fastexcel.read_excel(data).load_sheet(SHEET, header_row=None, skip_rows=0, dtypes="string").to_arrow_with_errors()


def seconds(work: Callable[[bytes], object], files: Sequence[bytes]) -> float:
    start = time.perf_counter()
    for data in files:
        work(data)
    return time.perf_counter() - start


def ratio(name: str, files: Sequence[bytes]) -> None:
    """The least of a few rounds that take turns, as the machine is never quiet."""
    rounds = [(seconds(lambda data: gate.opened(data, is_looked_at), files), seconds(parsed, files)) for _ in range(ROUNDS)]
    ours, theirs = (min(each) for each in zip(*rounds, strict=True))
    print(f"{name}: gate {ours:.2f} s, fastexcel {theirs:.2f} s, ratio {ours / theirs:.2f}", flush=True)


def peak() -> int:
    """The most memory that this process has held, in KiB; ru_maxrss begins with that of the process that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(next(line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM")).split()[1])


def forget_peak() -> None:
    """Making a case may have taken more memory than looking at it: count from now on, where the system can."""
    if CLEAR.exists():
        CLEAR.write_text("5", "utf-8")


def alone(case: str) -> None:
    """One hostile case; the peak counts from what is in memory once the bytes are."""
    data = CASES[case][0]()
    forget_peak()
    before, start = peak(), time.perf_counter()
    try:
        gate.opened(data, is_looked_at)
        code = "accepted"
    except Refused as refusal:
        code = str(refusal.code)
    spent, after = time.perf_counter() - start, peak()
    print(f"| {case} | {code} | {spent * 1000:.1f} | {(after - before) / KIB:.1f} |")


def main() -> None:
    if len(sys.argv) > 1:
        alone(sys.argv[1])
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ratio(f"{ROWS} rows × {COLUMNS}", [large(folder / "large.xlsx").read_bytes()])
        ratio(f"{FILES} templates", [path.read_bytes() for path in small(folder)])
    print("| case | code | ms | peak MiB |\n| --- | --- | --- | --- |", flush=True)
    for case in CASES:
        subprocess.run([sys.executable, "-m", "benchmarks.gate", case], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
