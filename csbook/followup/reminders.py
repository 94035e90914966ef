"""Reminders: a workbook for every owner, one for every department, one for the supervisor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from csbook.followup import listing
from csbook.followup.departments import by_department
from csbook.followup.paper import Column, new_book
from csbook.followup.plan import Plan
from csbook.followup.words import Words
from csbook.workbook import Workbook

FIRST = (Column("record_no", 15), Column("form", 11), Column("reasons", 14))
DUE = (Column("raised_at", 15, "stamp"), Column("next_due", 15, "stamp"), Column("left", 12))
OWNER = (
    *FIRST, *DUE, Column("priority", 7), Column("category", 9), Column("customer", 11), Column("description", 30), Column("to_do", 28),
    Column("times", 10, "count"),
)  # fmt: skip
DEPARTMENT = (
    *FIRST, *DUE, Column("priority", 7), Column("description", 30), Column("demand", 12), Column("to_do", 26), Column("owner", 11),
    Column("times", 10, "count"),
)  # fmt: skip
ESCALATION = (
    *FIRST, *DUE, Column("owner", 11), Column("department", 11), Column("emotion", 14), Column("demand", 14),
    Column("escalation_reason", 12), Column("description", 34), Column("to_do", 26), Column("times", 10, "count"),
)  # fmt: skip
REVIEW = (
    Column("record_no", 15), Column("form", 11), Column("raised_at", 15, "stamp"), Column("resolved_at", 15, "stamp"), Column("agent", 12),
    Column("category", 10), Column("description", 32), Column("solution", 36), Column("satisfaction", 14),
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A workbook's file name without its ending, whom it is for, and how many records it shows."""

    stem: str
    book: Workbook
    count: int


def reminders(rows: pd.DataFrame, plan: Plan, words: Words) -> Iterator[Made]:
    """The workbooks, one at a time; nobody gets an empty one but the supervisor, to whom nothing says: all is well."""
    day = f"{words.as_of:%Y%m%d}"
    headings = plan.of("owner")
    for owner, own in _named(under(rows, plan, "owner"), "owner", words):
        book = new_book(words.lang)
        listing.write(book, words, "owner", own, headings, OWNER, name=owner)
        yield Made(words.text("followup.file.owner", name=owner.replace("*", ""), day=day), book, len(own))
    for name, own in by_department(under(rows, plan, "department"), words):
        book = new_book(words.lang)
        listing.write(book, words, "department", own, plan.of("department"), DEPARTMENT, name=name)
        yield Made(words.text("followup.file.department", name=name, day=day), book, len(own))
    book, escalated, unreviewed = new_book(words.lang), under(rows, plan, "supervisor"), under(rows, plan, "review")
    listing.write(book, words, "supervisor", escalated, plan.of("supervisor"), ESCALATION)
    listing.write(book, words, "review", unreviewed, plan.of("review"), REVIEW)
    yield Made(words.text("followup.file.supervisor", day=day), book, len(escalated) + len(unreviewed))


def under(rows: pd.DataFrame, plan: Plan, *pages: str) -> pd.DataFrame:
    """The rows that stand under a heading of these pages."""
    names = [heading.name for heading in plan.of(*pages)]
    return rows[rows[names].any(axis="columns")]


def _named(rows: pd.DataFrame, column: str, words: Words) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows by person; those of nobody are told to nobody in particular."""
    names = rows[column].fillna(words.text("followup.nobody"))
    for name, own in rows.groupby(names, sort=True):
        yield str(name), own
