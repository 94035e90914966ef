"""Ingest beside the usual build, whole processes from files to a committed ledger, imports included, in one run.

`python -m benchmarks.ingest [--folder DIR] [--rounds N] [--part flat|templates|large|safety|peers]` makes the workbooks once into DIR
(benchmarks/handed.py) and prints seconds on the clock and of the processors, workers included, the least of N rounds, what each safety
costs (left out by a stub, here only), other programs that check workbooks, and the greatest memory of the main process. The usual build
reads few files and is scaled.
Linux only: it becomes the parent of processes that lost theirs, to count them.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import handed, peers

ROOT = Path(__file__).parents[1]
# one csbook command in its own process; `{stub}` leaves something out
OURS = """
import sys
def main():
    {stub}
    from csbook.cli import run
    code = run(sys.argv[1:])
    sys.exit(2 if code > 1 else 0)
if __name__ == "__main__":
    main()
"""
HERE = """
    from csbook.intake import workers
    class Here(workers.Here):
        def __init__(self, *_): pass
        def __enter__(self): return self
        def __exit__(self, *_): pass
    workers.Workers = Here"""
STUBS: Mapping[str, str] = {
    "workers": HERE,
    "privacy": """
    import pandas
    from csbook import privacy
    privacy.redact = lambda frame, columns, profile: (frame, pandas.DataFrame(index=frame.index))""",
    "validation": """
    import pandas
    from csbook import validation
    validation.validate = lambda rows, now: pandas.DataFrame(columns=list(validation.FINDINGS))""",
    "history": """
    from csbook.ledger import merge, write
    write._revisions, write.digests = lambda *_: (), lambda *_: {}
    merge._conserve = lambda *_: None
    merge._seal = lambda *_: {}""",
    "backup": """
    from csbook.ledger.ledger import Ledger
    Ledger.back_up_if_due = lambda *_, **__: None""",
}


PARTS = ("flat", "templates", "large", "safety", "peers")
FEW, SOME = 4, 28  # files from which the usual build's time for all is reckoned; its imports count once
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of <linux/prctl.h>


@dataclass(frozen=True, order=True)
class Took:
    """Seconds on the clock, seconds of the processors, MB of the main process."""

    wall: float
    cpu: float
    memory: int = 0

    def __str__(self) -> str:
        return f"{self.wall:.2f} s (processors {self.cpu:.2f} s{f', {self.memory} MB' if self.memory else ''})"

    def times(self, ours: Took) -> str:
        """How many times ours this is, by the clock and by the processors."""
        return f"{self.wall / ours.wall:.1f} times (processors {self.cpu / ours.cpu:.1f})"

    def scaled(self, some: Took) -> Took:
        """What all files take, by what FEW (this) and SOME take."""
        more = (handed.FILES - FEW) / (SOME - FEW)
        return Took(self.wall + more * (some.wall - self.wall), self.cpu + more * (some.cpu - self.cpu))


def run(command: Sequence[object]) -> Took:
    """One command until every process it began has ended."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    wall, cpu, memory, start = 0.0, 0.0, 0, time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=env, stdout=said)
        while True:
            try:
                pid, status, usage = os.wait4(-1, 0)
            except ChildProcessError:
                return Took(wall, cpu, memory)
            cpu += usage.ru_utime + usage.ru_stime
            if pid == process.pid:
                wall, memory = time.perf_counter() - start, usage.ru_maxrss // 1024
                process.returncode = os.waitstatus_to_exitcode(status)
                if process.returncode:
                    raise subprocess.CalledProcessError(process.returncode, command)


class Bench:
    """One run over a folder of workbooks."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self.folder, self.rounds = folder, rounds
        self.scripts = Path(tempfile.mkdtemp())
        self.ledger = self.scripts / "ledger" / "ledger.sqlite"

    def least(self, command: Sequence[object]) -> Took:
        """The best of a few rounds, each with a new ledger."""
        found = []
        for _ in range(self.rounds):
            shutil.rmtree(self.ledger.parent, ignore_errors=True)
            self.ledger.parent.mkdir()
            found.append(run(command))
        return min(found)

    def ours(self, *args: object, stub: str = "pass") -> Took:
        """One csbook command."""
        script = self.scripts / "ours.py"
        script.write_text(OURS.format(stub=stub.strip()), "utf-8")
        return self.least([sys.executable, script, "--quiet", "--workspace", self.scripts, "--ledger", self.ledger, *args])

    def other(self, way: str, source: Path) -> Took:
        """A way in benchmarks/usual.py."""
        return self.least([sys.executable, "-m", "benchmarks.usual", way, source, self.ledger])

    def usual(self, source: Path) -> Took:
        """The usual build, reckoned from some of the files."""
        return self.other("usual", self._first(source, FEW)).scaled(self.other("usual", self._first(source, SOME)))

    def _first(self, source: Path, count: int) -> Path:
        folder = self.scripts / f"{source.name}-{count}"
        folder.mkdir()
        for path in sorted(source.glob("*.xlsx"))[:count]:
            shutil.copy(path, folder)
        return folder

    def many(self, source: Path, wanted: int) -> None:
        """500 workbooks of 60 rows."""
        took, usual, bare = self.ours("ingest", source), self.usual(source), self.other("bare", source)
        print(f"{source.name}: csbook {took} · usual build, {SOME} files scaled to {handed.FILES}, {usual} = {usual.times(took)},", end=" ")
        print(f"wanted {wanted} · bare fastexcel, one transaction {bare} = {bare.times(took)}", flush=True)

    def safety(self, source: Path) -> None:
        """What each safety costs."""
        took = self.ours("ingest", source)
        print(f"{source.name}, every safety on: {took}", flush=True)
        for left_out, stub in STUBS.items():
            without = self.ours("ingest", source, stub=stub)
            cost = f"{took.wall - without.wall:+.2f} s (processors {took.cpu - without.cpu:+.2f} s)"
            print(f"  without {left_out}: {without}, so it costs {cost}", flush=True)

    def one(self, rows: int = 49_998) -> None:
        """One workbook of as many rows as the gate lets through, title and header included."""
        path = handed.large(self.folder, rows)
        bare = self.other("calamine", path)
        for name, wanted in (("check", 2.5), ("ingest", 4.5)):
            took = self.ours(name, path)
            print(f"{rows} rows, {name}: {took} = {took.times(bare)} bare calamine {bare}, wanted {wanted}", flush=True)

    def peers(self) -> None:
        """One workbook of 20,000 rows: csbook, the usual build, and other programs that check workbooks, as a table."""
        path, rules = handed.large(self.folder, peers.ROWS, titled=False), handed.rules(self.scripts / "rules.json")
        alone = self.scripts / "alone"
        alone.mkdir()
        shutil.copy(path, alone / "D22-response.xlsx")
        print(f"{peers.ROWS:,} rows of 22 columns in one workbook, {os.cpu_count()} processors, {time.strftime('%Y-%m-%d')}")
        print("| program | seconds | of the processors | ratio | memory | what it does not check |\n| --- | --- | --- | --- | --- | --- |")
        check, stored = self.ours("check", path), self.ours("ingest", path)
        _line("csbook check", check, check, "–")
        _line("csbook ingest, stored with history and backup", stored, stored, "–")
        _line("usual build, stored", self.other("usual", alone), stored, peers.UNCHECKED["usual build"])
        for name in peers.REQUIREMENTS:
            try:
                other = self.least([peers.python(name, self.folder), peers.__file__, name, path, rules])
            except subprocess.CalledProcessError as error:
                print(f"| {name} | cannot be run here ({error.returncode}) | | | | |", flush=True)
                continue
            _line(name, other, check, peers.UNCHECKED[name])


def _line(name: str, took: Took, ours: Took, unchecked: str) -> None:
    """A line of the table; the ratio is to csbook's same job."""
    ratio = f"{took.wall / ours.wall:.1f} (processors {took.cpu / ours.cpu:.1f})"
    print(f"| {name} | {took.wall:.1f} | {took.cpu:.1f} | {ratio} | {took.memory:,} MB | {unchecked} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "csbook-bench")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--part", choices=PARTS, action="append")
    asked = parser.parse_args()
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    bench, parts = Bench(asked.folder, asked.rounds), asked.part or PARTS
    print("load", os.getloadavg()[0])
    if "large" in parts:
        bench.one()
    if "flat" in parts:
        bench.many(handed.flats(asked.folder), 10)
    if "templates" in parts:
        bench.many(handed.templates(asked.folder), 12)
    if "safety" in parts:
        bench.safety(handed.flats(asked.folder))
    if "peers" in parts:
        bench.peers()


if __name__ == "__main__":
    main()
