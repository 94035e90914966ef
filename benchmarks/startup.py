"""How long `csbook --help` takes beside a bare click command, in one run: prints both medians and their ratio."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

BARE = "import click; click.command()(lambda: None).main(['--help'], standalone_mode=False)"
OURS = "from csbook.cli import run; run(['--help'])"
ROUNDS = 15


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    pairs = [(seconds(BARE), seconds(OURS)) for _ in range(ROUNDS)]
    bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(mine / theirs for theirs, mine in pairs)
    print(f"bare click --help {bare:.3f} s · csbook --help {ours:.3f} s · ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
