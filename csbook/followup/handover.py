"""Hand-over: per department a letter of what is needed, notices to customers, agenda and minutes of meetings, all on A4."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from csbook.followup import listing
from csbook.followup.departments import by_department
from csbook.followup.paper import Column, Paper, new_book
from csbook.followup.plan import Plan
from csbook.followup.reminders import Made, under
from csbook.followup.words import Words
from csbook.workbook import Workbook

# no column of customers: who needs to ask them asks the contact in the team
LETTER = (
    Column("record_no", 15), Column("form", 11), Column("priority", 7), Column("next_due", 15, "stamp"), Column("description", 32),
    Column("demand", 14), Column("to_do", 30), Column("plan_agreed", 9), Column("handover_to", 11), Column("contact", 11),
    Column("reply", 16),
)  # fmt: skip
NOTICE = {"since": "raised_at", "what": "description", "scope": "scope", "doing": "action_plan", "until": "next_due"}
WIDTHS = 18.0, 74.0
MINUTES = 6.0  # lines left to write in
NAME = 31  # characters of a sheet's name
UNFIT = str.maketrans(dict.fromkeys("[]:*?/\\'", "-"))


def handovers(rows: pd.DataFrame, plan: Plan, words: Words) -> Iterator[Made]:
    """A workbook for each department with open records to act on, one at a time."""
    for name, own in by_department(_promised(under(rows, plan, "letter", "notice", "agenda")), words):
        book, letters = new_book(words.lang), under(own, plan, "letter")
        if len(letters):
            listing.write(book, words, "letter", letters, plan.of("letter"), LETTER, apart=True, name=name)
        for row in under(own, plan, "notice").to_dict("records"):
            _notice(book, words, row)
        for row in under(own, plan, "agenda").to_dict("records"):
            _meeting(book, words, row)
        yield Made(words.text("followup.file.handover", name=name, day=f"{words.as_of:%Y%m%d}"), book, len(own))


def _promised(rows: pd.DataFrame) -> pd.DataFrame:
    """With the moment that the customer was promised as the due one: a department is told by when it is needed, not by when the team had
    to begin."""
    if "due_at" not in rows:
        return rows
    due = rows["due_at"].fillna(rows["next_due"])
    return rows.assign(next_due=due).sort_values("next_due", kind="stable", na_position="last")


def _notice(book: Workbook, words: Words, row: dict[Any, Any]) -> None:
    """What customers are told: no names of people, no customer, nothing but the event."""
    paper = _page(book, words, "notice", row)
    for label, name in NOTICE.items():
        paper.answer(words.text(f"followup.notice.{label}"), words.cell(row, name), least=2 if name == "next_due" else 1)
    paper.answer(words.text("followup.notice.advice"), None, least=3)
    paper.answer(words.text("followup.notice.hotline"), None, least=2)
    paper.gap()
    paper.line(words.text("followup.notice.sorry"))
    paper.line(words.text("followup.notice.signed", day=f"{words.as_of:%Y-%m-%d}"), align="right")


def _meeting(book: Workbook, words: Words, row: dict[Any, Any]) -> None:
    """Agenda and minutes: what is known is filled in, what the meeting decides is left to be written."""
    paper = _page(book, words, "agenda", row)
    present = [str(each) for name in ("agent", "handover_to", "owner") if (each := words.cell(row, name))]
    paper.answer(words.text("followup.agenda.when"), None, least=1.5)
    paper.answer(words.text("followup.agenda.present"), "、".join(dict.fromkeys(present)), least=2)
    paper.line(words.text("followup.agenda.agenda"), "section", least=19)
    for name in ("description", "nature", "scope", "demand", "tried", "plan", "next_due"):
        paper.answer(words.column(name), words.cell(row, name), least=2 if name == "plan" else 1)
    paper.line(words.text("followup.agenda.minutes"), "section", least=19)
    paper.answer(words.column("minutes"), words.cell(row, "minutes"), least=MINUTES)
    for label in ("decided", "who", "until", "how"):
        paper.answer(words.text(f"followup.agenda.{label}"), None, least=3 if label == "decided" else 1.5)
    paper.gap()
    paper.line(words.text("followup.agenda.signed"))


def _page(book: Workbook, words: Words, kind: str, row: dict[Any, Any]) -> Paper:
    number = str(row["record_no"])
    paper = Paper(book, f"{words.text(f'followup.{kind}')} {number}".translate(UNFIT)[:NAME], WIDTHS, landscape=False)
    paper.line(words.text(f"followup.{kind}.title"), "title", least=34, align="center")
    paper.line(words.text(f"followup.{kind}.note", number=number, as_of=words.stamp(words.as_of)), "note")
    paper.gap()
    return paper
