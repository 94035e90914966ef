"""Entry: what acts while an agent types – one data validation and one prompt a column, put together from its rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from csbook.forms import Field
from csbook.forms.say import FormSay
from csbook.issues import Severity
from csbook.rules import excel
from csbook.rules.routing import Routing
from csbook.rules.rule import Entry, Rule
from csbook.template.cells import EntryCells
from csbook.template.grid import Grid
from csbook.workbook import ERROR_TEXT, PROMPT, VALIDATION_FORMULA, VALIDATION_TITLE, fitted

_CELL = re.compile(r"\b[A-Z]{1,3}[0-9]+\b")


@dataclass(frozen=True)
class Validation:
    """A column's data validation as XlsxWriter takes it ({} = none), and the rules that speak through it."""

    options: Mapping[str, Any]
    rules: frozenset[str]
    # of these, the rules of which typing sees a part only
    partly: frozenset[str] = frozenset()


def validation(field: Field, at: EntryCells, say: FormSay) -> Validation:
    """A list where the column has one, else the conditions that fit into Excel's 255 characters, errors before warnings."""
    rules = at.grid.form.rules_of(field.name)
    entries = [(rule, entry) for rule in rules if (entry := rule.entry(at)) is not None]
    chosen = _list(field, entries, at) or _conditions(entries, Severity.ERROR) or _conditions(entries, Severity.WARNING)
    speaking, act = chosen or ((), {"validate": "any"})
    prompt = _prompt(field, rules, say)
    # Office drops a validation that neither acts nor prompts
    options = {**act, **prompt, **_refusal(at.grid, field, speaking, say)} if chosen or prompt else {}
    partly = {rule.id for rule, entry in entries if not entry.whole}
    spoken = frozenset(rule.id for rule in speaking)
    return Validation(options, spoken, spoken & partly)


def _list(field: Field, entries: list[tuple[Rule, Entry]], at: EntryCells) -> tuple[tuple[Rule, ...], dict[str, Any]] | None:
    """A dropdown: the dependent one before the plain one; a suggestion offers and does not stop."""
    listed = sorted((pair for pair in entries if pair[1].kind == "list"), key=lambda pair: not isinstance(pair[0], Routing))
    if listed:
        rule, entry = listed[0]
        return (rule,), {"validate": "list", "source": f"={entry.source}", "error_type": _style(rule.severity)}
    if field.kind in ("suggest", "members"):
        return (), {"validate": "list", "source": f"={at.labels(field.name)}", "show_error": False}
    return None


def _conditions(entries: list[tuple[Rule, Entry]], severity: Severity) -> tuple[tuple[Rule, ...], dict[str, Any]] | None:
    """As many conditions of one severity as fit, in the rules' order."""
    speaking: list[Rule] = []
    conditions: list[str] = []
    for rule, entry in entries:
        if rule.severity is severity and len(excel.all_of([*conditions, entry.source])) <= VALIDATION_FORMULA:
            speaking.append(rule)
            conditions.append(entry.source)
    if not speaking:
        return None
    joined = excel.all_of(conditions)
    return tuple(speaking), {"validate": "custom", "value": f"={joined}", "error_type": _style(severity), "ignore_blank": _lone(joined)}


def _lone(condition: str) -> bool:
    """Does it read one cell only? Else Excel's "ignore blank" would let everything pass as soon as another cell is blank."""
    return len(set(_CELL.findall(condition))) <= 1 and ":" not in condition


def _style(severity: Severity) -> str:
    return "stop" if severity is Severity.ERROR else "warning"


def _prompt(field: Field, rules: Iterable[Rule], say: FormSay) -> dict[str, str]:
    """What stands beside the cell: the column's own prompt, then what its rules want."""
    own = [field.prompt.in_(say.lang)] if field.prompt else []
    wants = list(dict.fromkeys(rule.words(say).prompt for rule in rules))
    message = fitted([*own, *wants], PROMPT)
    return {"input_title": fitted([say.field(field.name)], VALIDATION_TITLE), "input_message": message} if message else {}


def _refusal(grid: Grid, field: Field, speaking: Iterable[Rule], say: FormSay) -> dict[str, str]:
    """What a refused value is answered with."""
    sentences = [grid.text("refusal", fault=words.fault, remedy=words.remedy) for rule in speaking for words in [rule.words(say)]]
    if not sentences:
        return {}
    title = fitted([grid.text("refused", label=say.field(field.name))], VALIDATION_TITLE)
    return {"error_title": title, "error_message": fitted(sentences, ERROR_TEXT)}
