"""The table of other programs beside csbook: what each took and which of the planted faults it found; also in the READMEs."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from benchmarks import planted
from benchmarks.took import ROOT, Took

READMES = "README.md", "README.zh-CN.md"
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"  # around the lines in a README; what stands beside them is in its language


@dataclass(frozen=True)
class Line:
    """One program: `found` are rows of the sheet."""

    name: str
    took: Took
    found: frozenset[int]

    def cells(self, ours: Took) -> list[str]:
        wall, cpu = self.took.wall / ours.wall, self.took.cpu / ours.cpu
        kinds, planted_rows = planted.rows(), frozenset().union(*planted.rows().values())
        found = "·".join("✓" if rows <= self.found else f"{len(rows & self.found)}/{len(rows)}" for rows in kinds.values())
        wrong = self.found - planted_rows
        return [
            self.name, f"{self.took.wall:.1f}", f"{self.took.cpu:.1f}", f"{wall:.1f}", f"{cpu:.1f}", f"{self.took.memory:,}",
            f"{len(self.found & planted_rows)} / {len(planted_rows)}", found.replace("0/100", "–"), str(len(wrong)),
        ]  # fmt: skip


def of_csbook(name: str, took: Took) -> Line:
    """What `--json` says."""
    return Line(name, took, frozenset(issue["row"] for issue in json.loads(took.said)["issues"] if issue["row"]))


def of_rows(name: str, took: Took) -> Line:
    """What others say: the rows as JSON, on a line of its own."""
    return Line(name, took, frozenset(json.loads(next(line for line in took.said.splitlines() if line.startswith("[")))))


def show(lines: Sequence[Line], *, write: bool) -> None:
    """The ratio of what stores is to csbook's ingest, of what only checks to its check, which are the first two lines."""
    check, ingest = lines[0].took, lines[1].took
    print(f"{planted.ROWS:,} rows of {planted.columns()} columns in one workbook, faults planted: {', '.join(planted.FAULTS)}")
    table = [machine(), *("| " + " | ".join(line.cells(ingest if line in lines[1:3] else check)) + " |" for line in lines)]
    print("\n".join(table))
    if write:
        for name in READMES:
            page = (ROOT / name).read_text("utf-8")
            (ROOT / name).write_text(_with(page, table), "utf-8")


def machine() -> str:
    """When and on what, the load before the run included: a line of the table without figures."""
    gigabytes = psutil.virtual_memory().total / 2**30
    return f"| {time.strftime('%Y-%m-%d')}, {os.cpu_count()} CPU, {gigabytes:.0f} GB |" + " |" * 8


def _with(page: str, table: Sequence[str]) -> str:
    """The page with these lines below the head of its table."""
    between = re.compile(f"({re.escape(BEGIN)}\n\n(?:\\|.*\n){{2}})(?:\\|.*\n)*(\n{re.escape(END)})")
    return between.sub(lambda found: found[1] + "".join(f"{line}\n" for line in table) + found[2], page)
