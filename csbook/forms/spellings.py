"""How people write dates, times and promises: validations/spellings.toml as a frozen value."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from csbook.forms.contradictions import Report
from csbook.forms.shapes import SOME_TEXTS, TABLE, Shape
from csbook.lists import bare
from csbook.policy.spellings import LATER, MARKS, WORDS, Spellings

DATE = Shape("date", lambda value: isinstance(value, dt.date) and not isinstance(value, dt.datetime))


def read_spellings(path: Path | None, report: Report) -> Spellings:
    """`[range]` earliest and latest, `[headers]` marks, `[words]` one list a name of WORDS. Without the file, figures alone are read."""
    if path is None:
        return Spellings()
    file, tables = str(path), report.read(path) or {}
    known = report.fitting(file, "", tables, {"range": TABLE, "headers": TABLE, "words": TABLE}, required=("range", "words"))
    ends = dict.fromkeys(("earliest", "latest"), DATE)
    limits = report.fitting(file, "range", known.get("range", {}), ends, required=ends)
    words = report.fitting(
        file, "words", known.get("words", {}), dict.fromkeys(WORDS, SOME_TEXTS), required=[name for name in WORDS if name not in LATER]
    )
    headers = report.fitting(file, "headers", known.get("headers", {}), {"marks": SOME_TEXTS})
    marks = tuple(bare(mark) for mark in headers.get("marks", MARKS))
    return Spellings(words={name: tuple(spelled) for name, spelled in words.items()}, marks=marks, **limits)
