"""Receipt: the answer to a workbook handed in – the rows to mend as an entry workbook, and what became of every row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from csbook import messages
from csbook.desks import Desk
from csbook.forms import Form
from csbook.forms.say import FormSay
from csbook.issues import STAND_INS, Code, Issue, Severity
from csbook.policy import Policy
from csbook.rules.mask import Masked as MaskRule
from csbook.rules.rule import Words
from csbook.template import stamp
from csbook.template.carried import carried, relabelled
from csbook.template.cells import EntryCells
from csbook.template.entry_book import EntryBook
from csbook.template.grid import RECORD_NO, SOURCE_ID, Grid
from csbook.template.listing import listing
from csbook.template.records import VERDICT_WIDTH
from csbook.template.reply import Answer, Note, Reply, joined
from csbook.template.selfcheck.told import Told
from csbook.template.stamp import Stamp, new_issue_code
from csbook.template.typed import as_typed
from csbook.workbook import Value, Workbook, lines

ACCEPTED = frozenset({"new", "updated", "unchanged"})
MEND = frozenset({"quarantined", "conflict"})
# what a row is recognised by, on the sheet of answers
SUMMARY = ("raised_date", "raised_at", "customer", "contact_name", "description")
VERDICT_LINE = 13  # points a line of 自检
LEAST_HEIGHT = 26
LONGEST = 60  # characters of a value repeated in a sentence

# what a cell hides from formulas
UNSEEN = STAND_INS.keys() | {Code.FORMULA_CHANGES, Code.CELL_CUT, Code.INVISIBLE_SIGN}


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A row handed in and what became of it.

    sheet, row: where it stood (Excel's row). outcome: as the ledger names it. number: of its record. source_id: the id under which
    a row to mend is handed in again. values: fields as handed in, redacted texts; a field without an entry had no column.
    stored: what the ledger holds of the record a row to mend is about (see csbook.template.carried), empty for none;
    differs: the fields in which the row says something else.
    """

    sheet: str
    row: int
    outcome: str
    number: str = ""
    source_id: str = ""
    values: Mapping[str, str | None] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    stored: Mapping[str, Any] = field(default_factory=dict)
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The answer to the rows of one form in one file. `at`: naive UTC; `when`: the same as the team's clock shows it."""

    form: Form
    desk: Desk
    file: str
    batch: str
    at: dt.datetime
    when: dt.datetime
    rows: tuple[Returned, ...]
    issue_code: str = ""

    @property
    def to_mend(self) -> tuple[Returned, ...]:
        """Rows that are not accepted, in their order."""
        return tuple(row for row in self.rows if row.outcome in MEND)

    def mark(self, lang: str) -> Stamp:
        """The stamp under which it is handed in again: the one of the workbook that it answers."""
        return Stamp.of(self.form, self.desk, self.issue_code or new_issue_code(), lang)

    def content(self, lang: str, policy: Policy | None = None) -> bytes:
        """The workbook: with rows to mend the form's own entry workbook, else the sheet of answers alone."""
        writer = _Writer(self, lang)
        if not self.to_mend:
            return writer.answers_alone()
        book = EntryBook(form=self.form, lang=lang, rows=len(self.to_mend), policy=policy)
        return book.content(self.mark(lang), [writer.prefilled(row) for row in self.to_mend], writer.reply())


@dataclass(frozen=True)
class _Writer:
    """A receipt in one language."""

    receipt: Receipt
    lang: str

    def __post_init__(self) -> None:
        form = self.receipt.form
        object.__setattr__(self, "say", FormSay(form, self.lang))
        object.__setattr__(self, "cells", EntryCells(Grid(form, self.lang, 1), listing(form, self.lang)))

    say: FormSay = field(init=False)
    cells: EntryCells = field(init=False)

    def text(self, message: str, **words: object) -> str:
        return messages.text(self.lang, f"template.receipt.{message}", **words)

    def answers_alone(self) -> bytes:
        book = Workbook(Path(self.receipt.file), lang=self.lang, created=self.receipt.at)
        book.properties(title=self.receipt.form.title.in_(self.lang), author=self.receipt.desk.agent)
        self.reply().list_answers(book)
        stamp.write(book, Grid(self.receipt.form, self.lang, 1), self.receipt.mark(self.lang))
        return book.content()

    def prefilled(self, row: Returned) -> dict[str, Value]:
        """The row as handed in; a field that its sheet had no column for as the ledger holds it, since a blank cell would clear it."""
        values = {name: value for name, value in carried(self.receipt.form, row.stored, self.lang).items() if name not in row.values}
        values.pop(RECORD_NO, None)
        typed = {name: self.typed(row, name) for name, value in row.values.items() if value is not None}
        return values | typed | {SOURCE_ID: row.source_id}

    def typed(self, row: Returned, name: str) -> Value:
        """What stands in the cell: what was handed in, a list entry in the words of this workbook."""
        field, value = self.receipt.form.by_name.get(name), row.values.get(name)
        return value if field is None or value is None else as_typed(field.kind, relabelled(field, value, self.lang))

    def reply(self) -> Reply:
        receipt = self.receipt
        counts = {
            "read": len(receipt.rows),
            "accepted": sum(row.outcome in ACCEPTED for row in receipt.rows),
            "mend": len(receipt.to_mend),
            "stale": sum(row.outcome == "stale" for row in receipt.rows),
        }
        first = self.text("first", **counts) + (self.text("stale", **counts) if counts["stale"] else "")
        words = {
            "title": receipt.form.title.in_(self.lang),
            "file": receipt.file,
            "batch": receipt.batch,
            "when": f"{receipt.when:%Y-%m-%d %H:%M}",
        }
        second = self.text("second", **words) + (self.text("how") if counts["mend"] else self.text("nothing"))
        return Reply(
            heading=(first, second),
            at=receipt.at,
            answers=tuple(self.answer(row) for row in receipt.rows),
            notes=tuple(joined(note for place, row in enumerate(receipt.to_mend) for note in self.notes(place, row))),
            heights=tuple(self.height(row) for row in receipt.to_mend),
            told=tuple(told for place, row in enumerate(receipt.to_mend) for told in self.told(place, row)),
        )

    def answer(self, row: Returned) -> Answer:
        form = self.receipt.form
        summary = " · ".join(_short(text) for name in SUMMARY if (text := row.values.get(name)))
        remarks = [self.sentence(issue) + self.masked(row, issue) for issue in row.issues]
        if row.outcome == "stale" and not remarks:
            remarks.append(self.text("why_stale"))
        if row.outcome == "conflict":
            remarks += [f"「{form.label(name, self.lang)}」{self.difference(row, value).fault}" for name, value in self.differences(row)]
        where = self.text("row", sheet=row.sheet, row=row.row)
        return Answer(where, row.number, row.outcome, summary, "\n".join(remarks))

    def notes(self, place: int, row: Returned) -> Iterator[Note]:
        """Where the row stood; on each cell what is wrong with it; beside a value in conflict the one that the ledger holds."""
        yield Note(place, RECORD_NO, self.text("origin", sheet=row.sheet, row=row.row))
        for issue in row.issues:
            yield Note(place, self.column(issue), self.sentence(issue, named=False) + self.masked(row, issue))
        for name, value in self.differences(row):
            yield Note(place, name, self.difference(row, value).fault)

    def masked(self, row: Returned, issue: Issue) -> str:
        """Where privacy has written the mask that was missing, the cell is right by now: it only wants a look."""
        value = row.values.get(issue.field or "")
        rule = self.say.rules.get(issue.rule or "")
        right = isinstance(rule, MaskRule) and value and rule.mask.accepts(pd.Series([value], dtype="str")).all()
        return self.text("masked", value=value) if right else ""

    def height(self, row: Returned) -> float:
        """Points that 自检 needs to show everything it says of the row."""
        blamed = [(issue.field, self.say.issue(issue)) for issue in row.issues if issue.field]
        blamed += [(name, self.difference(row, value)) for name, value in self.differences(row)]
        said = "".join(f"{self.say.field(name)}{words.fault}{words.remedy}" for name, words in blamed)
        return max(LEAST_HEIGHT, VERDICT_LINE * (1 + lines(said, VERDICT_WIDTH)))

    def told(self, place: int, row: Returned) -> Iterator[Told]:
        """Errors that no formula sees, and where a row in conflict differs."""
        for issue in row.issues:
            if issue.severity is Severity.ERROR and issue.field and self.unseen(issue):
                yield self._told(place, row, self.column(issue), Severity.ERROR, self.say.issue(issue))
        for name, value in self.differences(row):
            yield self._told(place, row, name, Severity.WARNING, self.difference(row, value))

    def _told(self, place: int, row: Returned, name: str, severity: Severity, words: Words) -> Told:
        return Told(place=place, field=name, severity=severity, words=words, value=self.typed(row, name))

    def unseen(self, issue: Issue) -> bool:
        """Would 自检 stay silent? It refuses the mark that stands for what privacy removed by itself."""
        if issue.code in UNSEEN:
            return True
        rule = self.say.rules.get(issue.rule or "")
        return rule is not None and rule.code is not Code.PRIVATE_REFUSED and rule.formula(self.cells) is None

    def column(self, issue: Issue) -> str:
        return self.receipt.form.column(issue.field).name if issue.field else RECORD_NO

    def sentence(self, issue: Issue, *, named: bool = True) -> str:
        """Fault, rule and remedy; `named`: with the column before them."""
        words = self.say.issue(issue)
        column = f"「{self.say.field(issue.field)}」" if named and issue.field else ""
        return column + self.text("sentence", fault=words.fault, rule=words.prompt, remedy=words.remedy)

    def differences(self, row: Returned) -> Iterator[tuple[str, Value]]:
        """Fields in which a row in conflict differs from its record, with the record's value."""
        if row.outcome != "conflict":
            return
        held = carried(self.receipt.form, row.stored, self.lang)
        yield from ((name, held.get(name)) for name in row.differs)

    def difference(self, row: Returned, value: Value) -> Words:
        said = self.text("blank") if value is None else _short(f"{value:%Y-%m-%d %H:%M}" if isinstance(value, dt.datetime) else str(value))
        return Words("", self.text("held", number=row.number or "–", value=said), self.text("decide"))


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
