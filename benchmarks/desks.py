"""Templates for many desks, whole process and forced to disk, beside a plain loop of csbook.template.write in the same run.

`python -m benchmarks.desks [1000 5000]` prints seconds on the clock and of the processor for each number of desks (5 forms for the
last), and how many times as long the plain loop takes for one file.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from csbook import forms, policy, template
from csbook.desks import Desk

ROOT = Path(__file__).parents[1]
FORM = "response"
PLAIN = 15


@contextmanager
def timed(found: dict[str, float], who: int) -> Iterator[None]:
    """Seconds on the clock and of the processor into `found`."""
    before, start = resource.getrusage(who), time.perf_counter()
    yield
    after = resource.getrusage(who)
    found["clock"] = time.perf_counter() - start
    found["cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(folder: Path, count: int, names: list[str]) -> dict[str, float]:
    """The command line, from start to exit."""
    listed = folder / f"desks-{count}.csv"
    listed.write_text("desk,agent,team\n" + "".join(f"A{n:04d},客服小{n},{n % 9}组\n" for n in range(count)), "utf-8")
    out, found = folder / f"out-{count}-{len(names)}", dict[str, float]()
    with timed(found, resource.RUSAGE_CHILDREN):
        subprocess.run(
            [sys.executable, "-m", "csbook", "--quiet", "template", *names, "--desks", str(listed), "-o", str(out)], check=True, cwd=ROOT
        )
    assert len(list(out.iterdir())) == count * len(names)
    return found


def plain(folder: Path) -> dict[str, float]:
    """One workbook after the other, each built anew."""
    definitions = forms.load([ROOT / "templates"], [ROOT / "validations"])
    rules, found = policy.load(ROOT / "validations" / "policy.toml"), dict[str, float]()
    with timed(found, resource.RUSAGE_SELF):
        for number in range(PLAIN):
            desk = Desk(f"A{number:04d}", f"客服小{number}", "1组")
            template.write(definitions.forms[FORM], folder / f"{number}.xlsx", desk=desk, policy=rules)
    return found


def main() -> None:
    few, many = (int(each) for each in sys.argv[1:] or (1000, 5000))
    every = sorted(path.stem for path in (ROOT / "templates").glob("*.toml"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        naive = plain(folder)
        for count, names in ((few, [FORM]), (many // len(every), every)):
            found, files = ours(folder, count, names), count * len(names)
            ratios = " · ".join(f"{which} {naive[which] / PLAIN / (found[which] / files):.0f}" for which in ("clock", "cpu"))
            spent = f"{found['clock']:.1f} s, processor {found['cpu']:.1f} s"
            print(f"{files} files, {len(names)} form(s): {spent}; a file of the plain loop takes times {ratios}")
    print(f"plain loop: {naive['clock'] / PLAIN:.3f} s a file, processor {naive['cpu'] / PLAIN:.3f} s")


if __name__ == "__main__":
    main()
