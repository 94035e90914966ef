"""Fit: which helper formulas of an entry workbook pass Excel's limits, found before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from csbook.forms import Form
from csbook.forms.contradictions import Contradiction
from csbook.policy import Policy
from csbook.rules import excel
from csbook.template.grid import Grid
from csbook.template.listing import listing
from csbook.template.selfcheck.checks import checks
from csbook.template.selfcheck.due import limits

# rows are numbered up to here: no formula of a sheet is longer than in its last row
LAST_ROW = 1_048_576
# functions that Excel takes one inside the other
NESTED = 64
_LITERAL = re.compile(r'"[^"]*"')
_PAREN = re.compile(r"[A-Z]\(|[()]")


def misfits(form: Form, lang: str, policy: Policy | None = None) -> Iterator[Contradiction]:
    """Each part of the form whose formula on the self-check sheet is too long or nested too deep; the file is that of the form."""
    plan = checks(Grid(form, lang, 1), listing(form, lang, policy), tuple(limits(Grid(form, lang, 1), policy)))
    said: set[tuple[str, str]] = set()
    for letter, formula in plan.columns.items():
        text, about = formula(LAST_ROW), plan.subjects[letter]
        measured = (
            ("helper_too_long", excel.length(text), excel.CELL_FORMULA),
            ("helper_too_deep", depth(text), NESTED),
        )
        for message, length, limit in measured:
            if length > limit and (about, message) not in said:
                said.add((about, message))
                yield Contradiction(f"{form.name}.toml", about, message, {"rule": about, "length": length, "limit": limit})


def depth(formula: str) -> int:
    """How many functions stand one inside the other at most."""
    return max(accumulate(_steps(_LITERAL.sub("", formula))), default=0)


def _steps(formula: str) -> Iterator[int]:
    """1 where a function opens, -1 where it closes, 0 at a paren that only groups."""
    opened: list[int] = []
    for paren in _PAREN.findall(formula):
        if paren == ")":
            yield -opened.pop()
        else:
            opened.append(len(paren) - 1)
            yield opened[-1]
