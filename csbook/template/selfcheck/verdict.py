"""Verdict: what 自检 shows for a row, and the ones and zeros that the head of the data sheet adds up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from csbook.forms.sentences import blame
from csbook.issues import Severity
from csbook.rules.excel import any_of, quoted
from csbook.template.selfcheck.draft import FILLED, ByRow, Draft
from csbook.template.selfcheck.due import Limit


def flags(draft: Draft, limits: Sequence[Limit]) -> None:
    """The columns `faulty`, `open` and `overdue`, and the names of the limits that are over (`late`) or `near`."""
    state, faults = draft.grid.form.state, draft.titles[str(Severity.ERROR)]
    draft.add(lambda row: f"IF(LEN({faults}{row})>0,1,0)", "faulty")
    draft.subject = "state"
    over = [state.resolved, *([state.withdrawn] if state.withdrawn else [])]
    done = draft.add(lambda row: f"IFERROR({any_of(each.formula(draft.at(row)) for each in over)},FALSE)")
    gone = draft.add(lambda row: f"IFERROR({state.withdrawn.formula(draft.at(row)) if state.withdrawn else 'FALSE'},FALSE)")
    draft.add(lambda row: f"IF(AND({FILLED}{row}=1,NOT({done}{row})),1,0)", "open")

    def named(limit: Limit, row: int, near: str) -> str:
        at, stopped = draft.at(row), gone if limit.after else done
        runs = f"AND(NOT({stopped}{row}),{limit.running(at)},{limit.due(at)}-NOW()<{near})"
        return f'IF(IFERROR({runs},FALSE),{_spent(draft, limit, row)},"")'

    def names(near: Callable[[Limit, int], str]) -> ByRow:
        return lambda row: f"TRIM({'&'.join(named(limit, row, near(limit, row)) for limit in limits) or quoted('')})"

    draft.subject = "clock"
    late = draft.add(names(lambda _limit, _row: "0"), "late")
    draft.add(names(lambda limit, row: limit.warned(draft.at(row))), "near")
    draft.add(lambda row: f"IF(LEN({late}{row})>0,1,0)", "overdue")


def _spent(draft: Draft, limit: Limit, row: int) -> str:
    """The limit's name and the time used of it; the name alone where the start is not known."""
    used, allowed = limit.spent(draft.at(row))
    before, between, after = (quoted(piece) for piece in draft.grid.text("spent", label=limit.label, used="\0", limit="\0").split("\0"))
    return f"IFERROR({before}&{used}&{between}&{allowed}&{after},{quoted(limit.label + ' ')})"


def verdict(draft: Draft) -> ByRow:
    """Nothing for an empty row, ready, or how many faults and each of them; then warnings and what is due."""
    grid, titles = draft.grid, draft.titles
    faults, doubts, late, near = (titles[title] for title in (str(Severity.ERROR), str(Severity.WARNING), "late", "near"))
    ready, doubtful, overdue, soon, end = (quoted(grid.text(f"verdict.{each}")) for each in ("ready", "doubtful", "overdue", "soon", "end"))
    wrong, colon = (quoted(piece) for piece in grid.text("verdict.wrong", count="\0").split("\0"))
    opening = quoted(blame(grid.lang, Severity.ERROR, "\0").split("\0")[0])

    def formula(row: int) -> str:
        fault, doubt = f"{faults}{row}", f"{doubts}{row}"
        count = f'LEN({fault})-LEN(SUBSTITUTE({fault},{opening},""))'
        return (
            f'IF({FILLED}{row}=0,"",'
            f"IF(LEN({fault})=0,{ready},{wrong}&{count}&{colon}&LEFT({fault},LEN({fault})-1))"
            f'&IF(LEN({doubt})=0,"",{doubtful}&LEFT({doubt},LEN({doubt})-1))'
            f'&IF(LEN({late}{row})>0,{overdue}&{late}{row}&{end},IF(LEN({near}{row})>0,{soon}&{near}{row}&{end},"")))'
        )

    return formula
