"""Faults: per field the texts of the rules that a row breaks, as formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from csbook import messages
from csbook.forms import Field
from csbook.forms.form import FREE_TEXT
from csbook.forms.say import FormSay
from csbook.forms.sentences import blame, fault_text, of_row, said, sentence
from csbook.issues import Code, Severity
from csbook.rules.excel import quoted
from csbook.rules.required import Required
from csbook.rules.rule import Cells, Rule, Words
from csbook.rules.unseen import seen, seen_in_codes
from csbook.template.grid import FIRST_ROW, Grid
from csbook.template.selfcheck.draft import FILLED, Draft

# rules share a cell up to here: Excel's other limit, 16,384 bytes once parsed, stays far (two a character of a text, seven a cell)
FAIR = 4_000

# what a cell with an error value is mirrored as, since an error would run through every formula that looks at it
ERROR_SIGN = "#\u26a0ERROR\u26a0#"
# and a number that no longer holds the digits that were typed (csbook.intake.cells), where a text is wanted
LOST_SIGN = "#\u26a0DIGITS\u26a0#"
EXACT = "1000000000000000"
# kinds of which no rule refuses an error value
TAKES_ANY = FREE_TEXT | {"due"}


class Stated(Protocol):
    """A condition on a row."""

    def formula(self, at: Cells) -> str | None:
        """TRUE where it holds."""


@dataclass(frozen=True)
class Unlike:
    """The cell is not mirrored as `sign`; at ingest the reader sees what that stands for."""

    field: str
    sign: str

    def formula(self, at: Cells) -> str:
        return f"{at.cell(self.field)}<>{quoted(self.sign)}"


@dataclass(frozen=True)
class Visible:
    """No sign that nobody sees stands in the cell, in a free text none in a code; at ingest the reader sees that."""

    field: Field

    def formula(self, at: Cells) -> str:
        return seen_in_codes(at, self.field.name, self.field.limit or 1) if self.field.kind == "text" else seen(at, self.field.name)


# a condition, and the string literal that is said where it does not hold
Text = tuple[Stated, str]


def errors(draft: Draft, more: Iterable[str] = ()) -> None:
    """The column `error`: the empty cells that must be filled as one list, every other fault in the order of the fields, `more` columns."""
    gaps = draft.joined(_columns(draft, _missing(draft)))
    before, after = (quoted(piece) for piece in draft.grid.text("missing", labels="\0").split("\0"))
    listed = draft.add(lambda row: f'IF(LEN({gaps}{row})=0,"",{before}&{gaps}{row}&{after})')
    draft.joined([listed, *_columns(draft, _faults(draft, Severity.ERROR)), *more], str(Severity.ERROR))


def warnings(draft: Draft, more: Iterable[str] = ()) -> None:
    """The column `warning`: every doubt in the order of the fields, then `more` columns."""
    draft.joined([*_columns(draft, _faults(draft, Severity.WARNING)), *more], str(Severity.WARNING))


def _always(rule: Rule) -> bool:
    """Must the column be filled whatever else the row says? Then its name alone tells what is wrong."""
    return isinstance(rule, Required) and rule.when is None and rule.severity is Severity.ERROR


def _missing(draft: Draft) -> Iterator[Text]:
    """The rules that want a cell filled, and the name of its column."""
    form, lang = draft.grid.form, draft.grid.lang
    for rule in form.rules:
        if _always(rule):
            yield rule, quoted(blame(lang, rule.severity, form.label(rule.reads[0], lang)))


def _faults(draft: Draft, severity: Severity) -> Iterator[Text]:
    """The other rules of a severity that have a formula, and what they say."""
    grid, say = draft.grid, FormSay(draft.grid.form, draft.grid.lang)
    for field in grid.form.fields:
        if severity is Severity.ERROR and field.kind in TAKES_ANY:
            yield Unlike(field.name, ERROR_SIGN), quoted(blame(grid.lang, severity, field.label.in_(grid.lang)) + grid.text("cell_error"))
        if severity is Severity.ERROR and field.kind in FREE_TEXT:
            yield Unlike(field.name, LOST_SIGN), _found(grid, field, Code.DIGITS_LOST)
        if severity is Severity.ERROR and field.kind in TAKES_ANY | {"masked"}:
            yield Visible(field), _found(grid, field, Code.INVISIBLE_SIGN)
        for rule in grid.form.rules_of(field.name):
            if rule.severity is severity and not _always(rule) and rule.formula(draft.at(FIRST_ROW)) is not None:
                yield rule, sentence(rule, say)


def _found(grid: Grid, field: Field, code: Code) -> str:
    """What is said of a finding of the reader, as a string literal."""
    words = Words(*(messages.text(grid.lang, f"{code}.{part}") for part in Words._fields))
    return quoted(fault_text(grid.lang, Severity.ERROR, field.label.in_(grid.lang), words))


def _columns(draft: Draft, texts: Iterable[Text]) -> list[str]:
    """Columns with the texts of what a row breaks, as few as formulas of a fair length allow."""
    return [draft.add(lambda row, part=part: _spoken(draft, part, row)) for part in _parts(draft, texts)]  # type: ignore[misc]


def _spoken(draft: Draft, texts: Iterable[Text], row: int) -> str:
    return of_row(f"${FILLED}{row}", "&".join(said(each.formula(draft.at(row)), text) for each, text in texts))


def _parts(draft: Draft, texts: Iterable[Text]) -> Iterator[list[Text]]:
    """The rules in groups whose formula is of a fair length, or one rule alone, measured at the longest row number.

    That one rule alone is not too long for Excel was measured when the form was loaded.
    """
    last, group = draft.grid.last_row, list[Text]()
    for each in texts:
        if group and len(_spoken(draft, [*group, each], last)) > FAIR:
            yield group
            group = []
        group.append(each)
    if group:
        yield group
