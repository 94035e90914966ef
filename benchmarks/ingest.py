"""Ingest beside the usual build, whole processes from files to a committed ledger, imports included, in one run.

`python -m benchmarks.ingest [--folder DIR] [--rounds N] [--part flat|templates|large|safety|peers] [--write]` makes the workbooks
once into DIR (benchmarks/handed.py, benchmarks/planted.py) and prints seconds on the clock and of the processors, workers included, the
least of N rounds, what each safety costs (left out by a stub, here only), other programs that check workbooks, and the greatest memory of
the main process. The usual build reads few files and is scaled. `--write` puts the table of `peers` into the READMEs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import beside, handed, peers, planted
from benchmarks.took import Took, adopt, run

# one csbook command in its own process; `{stub}` leaves something out
OURS = """
def main():
    {stub}
    from csbook.__main__ import main as command_line
    command_line()
if __name__ == "__main__":
    main()
"""
HERE = """
    from csbook.intake.workers import pool
    class Here(pool.Here):
        def __init__(self, *_): pass
        def __enter__(self): return self
        def __exit__(self, *_): pass
    pool.Workers = Here"""
STUBS: Mapping[str, str] = {
    "workers": HERE,
    "privacy": """
    import pandas
    import pyarrow
    from csbook import privacy
    privacy.suspects = lambda *_: pyarrow.array([], pyarrow.large_string())
    privacy.redact = lambda frame, *_: (frame, pandas.DataFrame(index=frame.index))""",
    "validation": """
    import pandas
    from csbook import validation
    validation.validate = lambda rows, now: pandas.DataFrame(columns=list(validation.FINDINGS))""",
    "history": """
    from csbook.ledger.audit import seal
    from csbook.ledger.merging import merge, state_rows
    state_rows._revisions = lambda *_: ()
    state_rows.digests = lambda *_: {}
    seal.Sealing.add = lambda *_: None
    merge._conserve = lambda *_: None""",
    "backup": """
    from csbook.ledger.ledger import Ledger
    Ledger.back_up_if_due = lambda *_, **__: None""",
}


PARTS = ("flat", "templates", "large", "safety", "peers")
FEW, SOME = 10, 110  # files from which the usual build's time for all is reckoned; its imports count once


class Bench:
    """One run over a folder of workbooks."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self.folder, self.rounds = folder, rounds
        self.scripts = Path(tempfile.mkdtemp())
        self.ledger = self.scripts / "ledger" / "ledger.sqlite"

    def least(self, command: Sequence[object], fine: Sequence[int] = (0,)) -> Took:
        """The best of a few rounds, each with a new ledger; a command that ends in no `fine` way is no measure."""
        found = []
        for _ in range(self.rounds):
            shutil.rmtree(self.ledger.parent, ignore_errors=True)
            self.ledger.parent.mkdir()
            found.append(run(command, fine))
        return min(found)

    def ours(self, *args: object, stub: str = "pass") -> Took:
        """One csbook command."""
        script = self.scripts / "ours.py"
        script.write_text(OURS.format(stub=stub.strip()), "utf-8")
        findings = (0, 1)  # rows that are not accepted are no failure
        return self.least([sys.executable, script, "--quiet", "--workspace", self.scripts, "--ledger", self.ledger, *args], findings)

    def other(self, way: str, source: Path) -> Took:
        """A way in benchmarks/usual.py."""
        return self.least([sys.executable, "-m", "benchmarks.usual", way, source, self.ledger])

    def usual(self, source: Path) -> Took:
        """The usual build, reckoned from some of the files."""
        few, some = (self.other("usual", self._first(source, count)) for count in (FEW, SOME))
        more = (handed.FILES - FEW) / (SOME - FEW)
        return Took(few.wall + more * (some.wall - few.wall), few.cpu + more * (some.cpu - few.cpu))

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

    def beside(self, *, write: bool) -> None:
        """Other programs on one workbook, as the table of the READMEs."""
        book, told = planted.workbook(self.folder), planted.rules(self.scripts / "rules.json")
        lines = [
            beside.of_csbook("csbook check", self.ours("check", "--json", book)),
            beside.of_csbook("csbook ingest", self.ours("ingest", "--json", book)),
            beside.of_rows("pandas + openpyxl + pandera + SQLite", self.other("usual", book.parent)),
        ]
        for name in peers.REQUIREMENTS:
            lines.append(beside.of_rows(name, self.least([peers.python(name, self.folder), peers.__file__, name, book, told])))
            print(name, lines[-1].took, flush=True)
        beside.show(lines, write=write)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "csbook-bench")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--write", action="store_true", help="put the table of other programs into the READMEs")
    asked = parser.parse_args()
    adopt()
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
        bench.beside(write=asked.write)


if __name__ == "__main__":
    main()
