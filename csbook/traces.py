"""Traces: where an unexpected error came from, for whoever mends csbook; never what it says, which may be somebody's data."""

from __future__ import annotations

import traceback
from types import FrameType

DEEPEST = 4  # places told: the innermost, and those of csbook on the way there
OURS = "csbook"


def trace(error: BaseException) -> str:
    """`KeyError @ csbook.intake.recognising.table:88 rows < csbook.intake.examined:120`: kinds of errors and places, nothing else."""
    kinds = [_kind(error)]
    cause = error.__cause__ or error.__context__
    if cause is not None:
        kinds.append(_kind(cause))
    places = [_place(frame, line) for frame, line in traceback.walk_tb(error.__traceback__)][::-1]
    told = [place for number, place in enumerate(places) if not number or place.startswith(OURS)]
    return f"{' ← '.join(kinds)} @ {' < '.join(told[:DEEPEST]) or '?'}"


def _kind(error: BaseException) -> str:
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _place(frame: FrameType, line: int) -> str:
    return f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
