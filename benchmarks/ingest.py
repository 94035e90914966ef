"""Ingest beside the usual build, whole processes from files to a committed ledger, imports included, in one run.

`python -m benchmarks.ingest [--folder DIR] [--rounds N]` makes the workbooks once into DIR (benchmarks/handed.py) and prints seconds
on the clock, the least of N rounds, what each safety costs (left out by a stub, here only), and the greatest memory of the main process.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import handed

ROOT = Path(__file__).parents[1]
# one csbook command in its own process; `{stub}` leaves something out, the last line says the greatest memory in MB
OURS = """
import resource, sys
def main():
    {stub}
    from csbook.cli import run
    code = run(sys.argv[1:])
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
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
    write._revisions = lambda *_: ()
    merge._conserve = lambda *_: None
    merge._seal = lambda *_: {}""",
    "backup": """
    from csbook.ledger.ledger import Ledger
    Ledger.back_up_if_due = lambda *_, **__: None""",
}


def seconds(command: Sequence[object], rounds: int, fresh: Path | None = None) -> tuple[float, str]:
    """The least time of a few runs and what the last one printed; `fresh` is deleted before each."""
    times, said = [], ""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(rounds):
        for left in fresh.parent.glob(fresh.name + "*") if fresh else ():
            if left.is_file():
                left.unlink()
        start = time.perf_counter()
        said = subprocess.run([str(part) for part in command], check=True, cwd=ROOT, env=env, capture_output=True, text=True).stdout
        times.append(time.perf_counter() - start)
    return min(times), said


class Bench:
    """One run over a folder of workbooks."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self.folder, self.rounds = folder, rounds
        self.scripts = Path(tempfile.mkdtemp())
        self.ledger = self.scripts / "ledger.sqlite"

    def ours(self, *args: object, stub: str = "pass") -> tuple[float, int]:
        """Seconds and MB of one csbook command."""
        script = self.scripts / "ours.py"
        script.write_text(OURS.format(stub=stub.strip()), "utf-8")
        command = [sys.executable, script, "--quiet", "--workspace", self.scripts, "--ledger", self.ledger, *args]
        took, said = seconds(command, self.rounds, self.ledger)
        return took, int(said.split()[-1])

    def other(self, way: str, source: Path) -> float:
        """Seconds of a way in benchmarks/usual.py."""
        return seconds([sys.executable, "-m", "benchmarks.usual", way, source, self.ledger], self.rounds, self.ledger)[0]

    def many(self) -> None:
        """500 workbooks of 60 rows, flat and our own."""
        for name, source, wanted in (("flat", handed.flats(self.folder), 10), ("own templates", handed.templates(self.folder), 12)):
            (took, memory), usual, bare = self.ours("ingest", source), self.other("usual", source), self.other("bare", source)
            print(
                f"{name}: csbook {took:.2f} s, {memory} MB · usual build {usual:.2f} s = {usual / took:.1f} times (wanted {wanted})", end=""
            )
            print(f" · bare fastexcel, one transaction {bare:.2f} s = {bare / took:.2f} times")
            for left_out, stub in STUBS.items():
                without, _ = self.ours("ingest", source, stub=stub)
                print(f"  without {left_out}: {without:.2f} s, so it costs {took - without:+.2f} s")

    def one(self, rows: int = 49_998) -> None:
        """One workbook of as many rows as the gate lets through, title and header included."""
        path = handed.large(self.folder, rows)
        bare = self.other("calamine", path)
        for name, wanted in (("check", 2.5), ("ingest", 4.5)):
            took, memory = self.ours(name, path)
            print(f"{rows} rows, {name}: {took:.2f} s, {memory} MB = {took / bare:.1f} times bare calamine {bare:.2f} s (wanted {wanted})")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "csbook-bench")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    bench = Bench(asked.folder, asked.rounds)
    bench.many()
    bench.one()


if __name__ == "__main__":
    main()
