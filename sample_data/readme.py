"""README.md of the sample: what the folder holds, every planted fault with its cell, and the spellings that are repaired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sample_data.filled import Filled
from sample_data.people import places
from sample_data.planted import Planted
from sample_data.timing import CUT, TIMING

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

HEAD = """# Sample data

Filled workbooks of {desks} desks in {teams} teams, all five forms, {first} to {last}: {records} records, {share:.1%} of them with a planted
fault. Every person, customer, number and text is made up. `python -m sample_data.make` writes this folder again, byte for byte (texts and
faults stand in `corpus/*.toml`); it has to run after a change of a template or of the workbook writer.

Worth looking for: desk A05 in the week of 14 September (an app release went wrong: more cases, all of them slow), double charges
for memberships early in September, stuck parcels around the National Day holidays, presale questions from 18 October, and the
overdue tail of every desk. Nothing is later than {cut:%Y-%m-%d %H:%M}, save the planted slips of the year.
"""
FAULTS = """
## Planted faults

Found by `csbook ingest sample_data` at these cells ({errors} errors, {warnings} warnings), and nothing else. A row that breaks several
rules stands here several times. Raw phone numbers begin with a head that is not assigned (154), ids name a region that does not exist
(659999), cards are published test numbers. `REFERENCE_UNKNOWN` needs the ledger: `csbook check` says nothing of it.

"""
FILES = """
## Whole files at fault

"""
REPAIRED = """
## Spellings that are repaired

Typed as people type them, accepted without a word: text dates, full width, outer blanks, aliases of list entries.

"""


def text(workbooks: Sequence[Filled], planted: Sequence[Planted]) -> str:
    """The whole README, in English; cells are named as Excel names them."""
    return "".join((*_head(workbooks, planted), *_planted(planted)))


def _head(workbooks: Sequence[Filled], planted: Sequence[Planted]) -> Iterator[str]:
    """What the folder holds: totals, and rows by desk and form."""
    forms = sorted({each.form.name for each in workbooks})
    rows: Counter[tuple[str, str]] = Counter()
    for each in workbooks:
        rows[each.place.desk, each.form.name] += len(each.typed)
    faulty = {(each.path, each.cell.lstrip(LETTERS)) for each in planted if each.cell and each.code}
    teams = len({place.team for place in places()})
    span = {"first": TIMING["first"], "last": TIMING["last"], "cut": CUT}
    yield HEAD.format(desks=len(places()), teams=teams, records=rows.total(), share=len(faulty) / rows.total(), **span)
    lines = [
        (place.desk, place.agent.replace("*", "\\*"), place.team, *(str(rows[place.desk, form] or "") for form in forms))
        for place in places()
    ]
    totals = (str(sum(rows[place.desk, form] for place in places())) for form in forms)
    yield "\n" + _table(("desk", "agent", "team", *forms), (*lines, ("", "", "", *totals)))


def _planted(planted: Sequence[Planted]) -> Iterator[str]:
    """Every fault and every repaired spelling with its cell."""
    faults = [each for each in planted if each.cell and each.code]
    severities = Counter(each.severity for each in faults)
    yield FAULTS.format(errors=severities["error"], warnings=severities["warning"])
    heads = ("workbook", "sheet", "cell", "field", "kind of rule", "code", "severity", "what was done")
    yield _table(heads, ((*_cell(each), each.rule, f"`{each.code}`", each.severity, each.note) for each in faults))
    yield FILES
    files = (each for each in planted if not each.cell)
    yield _table(
        ("file", "code", "severity", "what it is"), ((f"`{each.path}`", f"`{each.code}`", each.severity, each.note) for each in files)
    )
    yield REPAIRED
    repaired = (each for each in planted if not each.code)
    yield _table(("workbook", "sheet", "cell", "field", "typed as"), ((*_cell(each), each.note) for each in repaired))


def _cell(planted: Planted) -> tuple[str, str, str, str]:
    return f"`{planted.path}`", planted.sheet, planted.cell, f"`{planted.field}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
