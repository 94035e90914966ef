"""Departments: rows by the department that has to act, under one name whatever each form calls it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from csbook.followup.words import Words


def by_department(rows: pd.DataFrame, words: Words) -> Iterator[tuple[str, pd.DataFrame]]:
    """Name and rows, by name; rows without a department are left out."""
    held = rows[rows["department"].notna()] if "department" in rows else rows.head(0)
    names = [words.department(form, key) for form, key in zip(held["form"], held["department"], strict=True)]
    for name, own in held.groupby(pd.Series(names, index=held.index, dtype="str"), sort=True):
        yield str(name), own
