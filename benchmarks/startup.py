"""How long csbook takes to begin: `csbook --help` beside a bare click command, and `csbook check` of one workbook of the samples.

`python -m benchmarks.startup [--rounds N]`: whole processes, imports and readers included, one after the other in one run; prints medians,
and the seconds of the processors, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence

from benchmarks.took import ROOT, Took, adopt, run

BARE = "import click; click.command()(lambda: None).main(['--help'], standalone_mode=False)"
OURS = ("-m", "csbook", "--help")
WORKBOOK = ROOT / "sample_data" / "A07" / "A07-hotline.xlsx"


def median(found: Sequence[Took]) -> Took:
    """By the clock and by the processors, each for itself."""
    return Took(
        statistics.median(each.wall for each in found), statistics.median(each.cpu for each in found), max(each.memory for each in found)
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    adopt()
    print("load", os.getloadavg()[0], flush=True)
    helps = [(run([sys.executable, "-c", BARE]), run([sys.executable, *OURS])) for _ in range(rounds)]
    bare, ours = map(median, zip(*helps, strict=True))
    ratio = f"{ours.wall / bare.wall:.2f} times (processors {ours.cpu / bare.cpu:.2f})"
    print(f"bare click --help {bare} · csbook --help {ours} = {ratio}, wanted 2 at most", flush=True)
    with tempfile.TemporaryDirectory() as workspace:
        check = [sys.executable, "-m", "csbook", "--workspace", workspace, "check", WORKBOOK]
        print(f"csbook check {WORKBOOK.name} {median([run(check, fine=(0, 1)) for _ in range(rounds)])}, wanted 2 s at most")


if __name__ == "__main__":
    main()
