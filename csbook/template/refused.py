"""Refused: the answer to a file of which nothing was read – what is wrong with it and what to do, among the other receipts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from csbook import messages
from csbook.desks import Desk
from csbook.forms import Form
from csbook.forms.say import FormSay, spoken
from csbook.issues import Issue
from csbook.policy import Policy
from csbook.template.reply import Answer, Reply
from csbook.workbook import Workbook


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The answer to one file; `form` where it was recognised. `at`: naive UTC; `when`: the same as the team's clock shows it."""

    file: str
    desk: Desk
    at: dt.datetime
    when: dt.datetime
    issues: tuple[Issue, ...]
    form: Form | None = None

    @property
    def to_mend(self) -> tuple[Issue, ...]:
        """What has to be put right before the file can be handed in again."""
        return self.issues

    def content(self, lang: str, _policy: Policy | None = None) -> bytes:
        """A workbook with the sheet of answers: a line for each fault, with its place, the rule and what to do."""
        first = messages.text(lang, "template.receipt.refused", file=self.file)
        second = messages.text(lang, "template.receipt.again", when=f"{self.when:%Y-%m-%d %H:%M}")
        book = Workbook(Path(self.file), lang=lang, created=self.at)
        book.properties(title=first, author=self.desk.agent)
        Reply(heading=(first, second), at=self.at, answers=tuple(self._answer(issue, lang) for issue in self.issues)).list_answers(book)
        return book.content()

    def _answer(self, issue: Issue, lang: str) -> Answer:
        words = FormSay(self.form, lang).issue(issue) if self.form else spoken(issue, lang)
        remark = messages.text(lang, "template.receipt.sentence", fault=words.fault, rule=words.prompt, remedy=words.remedy)
        return Answer(" ".join(part for part in (issue.sheet, issue.cell) if part), "", "refused", "", remark)
