"""Sentences: what 自检 says of a broken rule, as part of a cell's formula, and how long that formula gets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from csbook import messages
from csbook.forms.form import Form
from csbook.forms.say import FormSay
from csbook.issues import Severity
from csbook.rules import excel
from csbook.rules.rule import Rule, Words

EPOCH = dt.date(1899, 12, 30)
# a clock that runs five minutes ahead is no lie
NOW = "NOW()+5/1440"
# the column that is blamed stands in corner brackets, so any other column named in the text must not
OTHER_QUOTES = str.maketrans("\u300c\u300d\u300e\u300f", "\u201c\u201d\u201c\u201d")
# the longest that a sheet of any size has: the name of a typed cell, another cell, one held in its column
NAME, CELL, HELD = "_XFD", "XFD1048576", "$XFD1048576"


def blame(lang: str, severity: Severity, label: str) -> str:
    """A column's label in the brackets of its severity."""
    return messages.text(lang, f"template.blame.{severity}", label=label)


def fault_text(lang: str, severity: Severity, label: str, words: Words) -> str:
    """What 自检 says of a fault, naming the column exactly as its header does, and what to do."""
    fault, remedy = (part.translate(OTHER_QUOTES) for part in (words.fault, words.remedy))
    return blame(lang, severity, label) + messages.text(lang, "template.fault", fault=fault, remedy=remedy)


def sentence(rule: Rule, say: FormSay) -> str:
    """The text of a broken rule as a string literal."""
    return excel.quoted(fault_text(say.lang, rule.severity, say.field(rule.reads[0]), rule.words(say)))


def said(condition: str | None, text: str) -> str:
    """The text where the condition does not hold; an error inside it counts as a fault, never as silence."""
    return f'IF(IFERROR({condition},FALSE),"",{text})'


def of_row(filled: str, text: str) -> str:
    """Nothing for a row in which nothing is typed."""
    return f'IF({filled}=0,"",{text})'


@dataclass(frozen=True)
class Farthest:
    """The `Cells` of csbook.rules in the far corner of the largest sheet: no formula of a template is longer than with these."""

    say: FormSay

    def cell(self, field: str) -> str:
        return NAME if self.say.form.by_name[field].typed else CELL

    def stamp(self, field: str) -> str:  # noqa: ARG002 - each has a column of its own
        return CELL

    def parts(self, field: str) -> tuple[str, ...]:  # noqa: ARG002
        return (CELL, CELL)

    def surely_before(self, later: str, earlier: str) -> str:
        return f"{self.stamp(later)}<{self.stamp(earlier)}"

    def label(self, field: str, key: str) -> str:
        return self.say.entry(field, key)

    def labels(self, field: str) -> str:
        choices = self.say.form.by_name[field].choices
        return max(f"list_{choices.name if choices else field}", f"list_{field}", key=len)

    def options(self, field: str) -> str:
        return self.labels(field)

    def chosen(self, field: str) -> str:  # noqa: ARG002
        return CELL

    def dates(self) -> tuple[int, int]:
        written = self.say.form.spellings
        return (written.earliest - EPOCH).days, (written.latest - EPOCH).days

    def default(self, field: str) -> str | None:
        return "desk_agent" if self.say.form.by_name[field].default else None

    def now(self) -> str:
        return NOW


def lengths(form: Form, lang: str) -> Iterator[tuple[Rule, int]]:
    """Each rule with a formula and the characters of the cell that holds it alone, on the largest sheet."""
    say = FormSay(form, lang)
    at = Farthest(say)
    for rule in form.rules:
        if (condition := rule.formula(at)) is not None:
            yield rule, excel.length(of_row(HELD, said(condition, sentence(rule, say))))
