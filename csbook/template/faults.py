"""Faults: per field the texts of the rules that a row breaks, as formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from csbook.forms import Field
from csbook.forms.form import FREE_TEXT
from csbook.forms.say import FormSay
from csbook.issues import Severity, UsageError
from csbook.rules.rule import Cells, Rule, Words
from csbook.template.draft import FILLED, Draft
from csbook.template.grid import FIRST_ROW, Grid
from csbook.workbook import CELL_FORMULA, literal

# rules share a cell up to here: Excel's other limit, 16,384 bytes once parsed, stays far (two a character of a text, seven a cell)
FAIR = 4_000
# the column that is blamed stands in corner brackets, so any other column named in the text must not
OTHER_QUOTES = str.maketrans("\u300c\u300d\u300e\u300f", "\u201c\u201d\u201c\u201d")

# what a cell with an error value is mirrored as, since an error would run through every formula that looks at it
ERROR_SIGN = "#\u26a0ERROR\u26a0#"
# kinds of which no rule refuses that sign
TAKES_ANY = FREE_TEXT | {"due"}


class Stated(Protocol):
    """A condition with a name."""

    @property
    def id(self) -> str:
        """Its name."""

    def formula(self, at: Cells) -> str | None:
        """TRUE where it holds."""


@dataclass(frozen=True)
class NoError:
    """The cell holds no error value; at ingest the reader sees that."""

    field: str

    @property
    def id(self) -> str:
        return f"no_error.{self.field}"

    def formula(self, at: Cells) -> str:
        return f"{at.cell(self.field)}<>{literal(ERROR_SIGN)}"


def blame(grid: Grid, severity: Severity, label: str) -> str:
    """The label in the brackets of its severity."""
    return grid.text(f"blame.{severity}", label=label)


def faults(draft: Draft, severity: Severity) -> Iterator[str]:
    """Columns with the fault texts of all rules of a severity, in the order of the fields, as few as formulas of a fair length allow."""
    form = draft.grid.form
    texts: list[tuple[Stated, str]] = []
    for field in form.fields:
        if severity is Severity.ERROR and field.kind in TAKES_ANY:
            texts.append((NoError(field.name), literal(_blamed(draft.grid, severity, field) + draft.grid.text("cell_error"))))
        rules = (rule for rule in form.rules_of(field.name) if rule.severity is severity and rule.formula(draft.at(FIRST_ROW)) is not None)
        texts += [(rule, _text(draft.grid, field, rule)) for rule in rules]
    for part in _parts(draft, texts):
        yield draft.add(lambda row, part=part: _guarded(draft, part, row))  # type: ignore[misc]


def _text(grid: Grid, field: Field, rule: Rule) -> str:
    """A rule's fault as a string literal."""
    return literal(fault_text(grid, rule.severity, field, rule.words(FormSay(grid.form, grid.lang))))


def fault_text(grid: Grid, severity: Severity, field: Field, words: Words) -> str:
    """What 自检 says of a fault, naming the column exactly as the header does."""
    fault, remedy = (part.translate(OTHER_QUOTES) for part in (words.fault, words.remedy))
    return _blamed(grid, severity, field) + grid.text("fault", fault=fault, remedy=remedy)


def _blamed(grid: Grid, severity: Severity, field: Field) -> str:
    return blame(grid, severity, field.label.in_(grid.lang))


def _guarded(draft: Draft, texts: Iterable[tuple[Stated, str]], row: int) -> str:
    """Nothing for an empty row; an error inside a rule's formula counts as a fault, never as silence."""
    said = "&".join(f'IF(IFERROR({rule.formula(draft.at(row))},FALSE),"",{text})' for rule, text in texts)
    return f'IF(${FILLED}{row}=0,"",{said})'


def _parts(draft: Draft, texts: list[tuple[Stated, str]]) -> Iterator[list[tuple[Stated, str]]]:
    """The rules in groups whose formula is of a fair length, or one rule alone, measured at the longest row number."""
    last, group = draft.grid.last_row, list[tuple[Stated, str]]()
    for rule, text in texts:
        if group and len(_guarded(draft, [*group, (rule, text)], last)) > FAIR:
            yield group
            group = []
        group.append((rule, text))
        if (length := len(_guarded(draft, group, last))) > CELL_FORMULA:
            raise UsageError(draft.grid.text("too_long", rule=rule.id, length=length, limit=CELL_FORMULA))
    if group:
        yield group
