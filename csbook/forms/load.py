"""TOML to forms: templates/*.toml and validations/*.toml become frozen Forms; every contradiction is reported at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from csbook import messages
from csbook.forms.contradictions import Contradictions, Report
from csbook.forms.draft import Draft
from csbook.forms.form import Form
from csbook.forms.sentences import lengths
from csbook.forms.spellings import read_spellings
from csbook.forms.stored import stored
from csbook.forms.vocabulary import VocabularyFiles, read_vocabulary
from csbook.lists import Vocabulary
from csbook.policy.spellings import Spellings
from csbook.privacy.masks import Mask
from csbook.rules.excel import CELL_FORMULA

# files of validations/ that are no forms
SHARED = frozenset({"lists", "masks", "words", "policy", "privacy", "frequent", "spellings", "followup"})


@dataclass(frozen=True)
class Definitions:
    """Everything the two folders declare, but for policy and privacy."""

    forms: Mapping[str, Form]
    vocabulary: Vocabulary
    masks: Mapping[str, Mask]
    spellings: Spellings = field(default_factory=Spellings)


def load(templates: Sequence[Path], validations: Sequence[Path]) -> Definitions:
    """Read both folders; earlier folders win file by file (a team's own before the shipped ones).

    A form is a file of the same name in both. Raises Contradictions naming file and key of everything that does not
    fit together.
    """
    report = Report()
    files = VocabularyFiles(*(_file(validations, name) for name in ("lists", "words", "masks")))
    names = _names(templates) | (_names(validations) - SHARED)
    vocabulary, masks = read_vocabulary(files, names, report)
    spellings = _file(validations, "spellings")
    written = read_spellings(spellings if os.path.lexists(spellings) else None, report)
    # what all forms share: without it every one of them would be told to be wrong
    if lost := [each for each in report.found if each.id == "no_toml"]:
        raise Contradictions(lost)
    forms = {}
    for name in sorted(names):
        form = Draft(name, _file(templates, name), _file(validations, name), vocabulary, masks, written, report).form()
        if form is not None:
            forms[name] = form
    if not forms:
        report.add(str(templates[0]) if templates else "", "", "no_forms")
    if not report.found:
        _compare(forms, validations, report)
        for name, form in forms.items():
            _measure(form, _file(validations, name), report)
    if report.found:
        raise Contradictions(report.found)
    return Definitions(forms, vocabulary, masks, written)


def _compare(forms: Mapping[str, Form], validations: Sequence[Path], report: Report) -> None:
    """Report each field that is of another stored type than the field of the same name in other forms; those that are fewer are told."""
    types: dict[str, dict[str, list[str]]] = {}
    for form, fields in ((name, stored(form)) for name, form in forms.items()):
        for name, type_ in fields.items():
            types.setdefault(name, {}).setdefault(type_, []).append(form)
    for name, by_type in types.items():
        common = max(by_type, key=lambda each: len(by_type[each]))
        for form, type_ in ((form, each) for each in by_type.keys() - {common} for form in by_type[each]):
            file = str(_file(validations, form))
            report.add(file, f"field.{name}", "two_types", field=name, type=type_, common=common, forms=", ".join(by_type[common]))


def _measure(form: Form, file: Path, report: Report) -> None:
    """Report each rule that does not fit into a cell's formula, in whichever language it is longest."""
    longest: dict[str, int] = {}
    for lang in messages.LOCALES:
        for rule, length in lengths(form, lang):
            longest[rule.id] = max(length, longest.get(rule.id, 0))
    for rule_id, length in longest.items():
        if length > CELL_FORMULA:
            report.add(str(file), f"rule.{rule_id}", "formula_too_long", rule=rule_id, length=length, limit=CELL_FORMULA)


def _names(folders: Sequence[Path]) -> set[str]:
    return {path.stem for folder in folders for path in folder.glob("*.toml")}


def _file(folders: Sequence[Path], name: str) -> Path:
    """The first folder's file of that name; where none has it, the path at which it is missed."""
    paths = [folder / f"{name}.toml" for folder in folders]
    return next((path for path in paths if os.path.lexists(path)), paths[0] if paths else Path(f"{name}.toml"))
