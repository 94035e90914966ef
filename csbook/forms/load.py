"""TOML to forms: templates/*.toml and validations/*.toml become frozen Forms; every contradiction is reported at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbook.forms.contradictions import Contradictions, Report
from csbook.forms.form import Field, Form, Number, Script, State
from csbook.forms.rulebook import Rulebook, condition
from csbook.forms.vocabulary import bilingual, read_masks, read_vocabulary
from csbook.lists import ChoiceList, Entry, Vocabulary
from csbook.privacy.masks import Mask

KINDS = (
    "auto", "choice", "suggest", "members", "text", "masked", "date", "clock",
    "moment", "moment_or_date", "due", "whole", "transfers", "references",
)  # fmt: skip
NEEDS_LIST = frozenset({"choice", "suggest", "members"})
SHARED = frozenset({"lists", "masks", "words", "policy", "privacy", "frequent"})
FIELD_KEYS = frozenset({"kind", "required", "list", "entries", "limit", "low", "high", "mask", "default"})
COLUMN_KEYS = frozenset({"field", "zh", "en", "aliases", "width", "prompt", "example"})
RULES_KEYS = frozenset(
    {"version", "day", "number", "state", "derived", "computed", "promises", "filled_at_merge", "field", "rule"}
)
LAYOUT_KEYS = frozenset({"source", "title", "help", "column", "script", "example"})


@dataclass(frozen=True)
class Definitions:
    """Everything the two folders declare, but for policy and privacy."""

    forms: Mapping[str, Form]
    vocabulary: Vocabulary
    masks: Mapping[str, Mask]


def load(templates: Sequence[Path], validations: Sequence[Path]) -> Definitions:
    """Read both folders; earlier folders win file by file (a team's own before the shipped ones).

    Raises Contradictions naming file and key of everything that does not fit together.
    """
    report = Report()
    layouts, rules = _files(templates), _files(validations)
    vocabulary = read_vocabulary(
        report.read(rules.pop("lists", None), "lists.toml"), report.read(rules.pop("words", None), "words.toml"), report
    )
    masks = read_masks(report.read(rules.pop("masks", None), "masks.toml"), report)
    names = [name for name in rules if name not in SHARED]
    forms = {}
    for name in sorted(set(names) | set(layouts)):
        layout = report.read(layouts.get(name), f"templates/{name}.toml")
        rule = report.read(rules.get(name), f"validations/{name}.toml")
        if layout and rule:
            forms[name] = _Draft(name, layout, rule, vocabulary, masks, report).form()
    if report.found:
        raise Contradictions(report.found)
    return Definitions({name: form for name, form in forms.items() if form}, vocabulary, masks)


def _files(folders: Iterable[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, path)
    return found


class _Draft:
    """One form while it is being read; reports instead of raising, so that all faults come at once."""

    def __init__(
        self, name: str, layout: Mapping[str, Any], rules: Mapping[str, Any], vocabulary: Vocabulary, masks: Mapping[str, Mask], report: Report
    ) -> None:
        self.name, self.layout, self.rules = name, layout, rules
        self.vocabulary, self.masks, self.report = vocabulary, masks, report
        self.rules_file, self.layout_file = f"validations/{name}.toml", f"templates/{name}.toml"

    def form(self) -> Form | None:
        known = self.report.keys(self.rules_file, "", self.rules, RULES_KEYS, required=("version", "day", "number", "state", "field"))
        known &= self.report.keys(self.layout_file, "", self.layout, LAYOUT_KEYS, required=("source", "title", "help", "column"))
        if not known:
            return None
        fields = self._fields()
        derived = {stamp: (str(parts["date"]), str(parts["clock"])) for stamp, parts in self.rules.get("derived", {}).items()}
        by_name = {each.name: each for each in fields}
        self._references(by_name, derived)
        rulebook = Rulebook(self.name, by_name, derived, self.vocabulary, self.masks, self.report)
        state = self.rules["state"]
        return Form(
            name=self.name,
            version=str(self.rules["version"]),
            source=self.layout["source"],
            title=bilingual(self.layout["title"]),
            help=bilingual(self.layout["help"]),
            fields=tuple(fields),
            rules=rulebook.rules(self.rules.get("rule", [])),
            number=Number(self.rules["number"]["pattern"], self.rules["number"].get("digits", 3)),
            state=State(
                condition(state["resolved"], rulebook, f"{self.rules_file} state.resolved"),
                condition(state["withdrawn"], rulebook, f"{self.rules_file} state.withdrawn") if "withdrawn" in state else None,
            ),
            day=self.rules["day"],
            derived=derived,
            computed={name: tuple(pair) for name, pair in self.rules.get("computed", {}).items()},
            promises=self.rules.get("promises", {}),
            filled_at_merge={name: tuple(needs) for name, needs in self.rules.get("filled_at_merge", {}).items()},
            scripts=tuple(
                Script(bilingual(each["title"]), tuple(bilingual(line) for line in each["lines"])) for each in self.layout.get("script", [])
            ),
            examples=tuple(self.layout.get("example", [])),
        )

    def _fields(self) -> list[Field]:
        declared: Mapping[str, Any] = self.rules["field"]
        fields, seen = [], set()
        for column in self.layout["column"]:
            name = column.get("field", "?")
            where = f"column {name}"
            self.report.keys(self.layout_file, where, column, COLUMN_KEYS, required=("field", "zh", "en"))
            if name in seen:
                self.report.add(self.layout_file, where, "two_columns")
            elif name not in declared:
                self.report.add(self.layout_file, where, "column_without_field", file=self.rules_file)
            else:
                fields.append(self._field(name, column, declared[name]))
            seen.add(name)
        for name in declared.keys() - seen:
            self.report.add(self.rules_file, f"field.{name}", "field_without_column", file=self.layout_file)
        labels: dict[str, str] = {}
        for each in fields:
            for spelling in (each.label.zh, *each.aliases):
                if labels.setdefault(spelling, each.name) != each.name:
                    self.report.add(self.layout_file, f"column {each.name}", "two_labels", label=spelling, other=labels[spelling])
        return fields

    def _field(self, name: str, column: Mapping[str, Any], declared: Mapping[str, Any]) -> Field:
        where = f"field.{name}"
        self.report.keys(self.rules_file, where, declared, FIELD_KEYS, required=("kind",))
        kind = declared.get("kind", "text")
        if kind not in KINDS:
            self.report.add(self.rules_file, where, "unknown_kind", kind=kind, known="、".join(KINDS))
        if kind == "text" and "limit" not in declared:
            self.report.add(self.rules_file, where, "text_without_limit")
        if kind == "masked" and declared.get("mask") not in self.masks:
            self.report.add(self.rules_file, where, "unknown_mask", mask=declared.get("mask", ""))
        for example in self.layout.get("example", []):
            for unknown in example.keys() - self.rules["field"].keys():
                self.report.add(self.layout_file, f"example.{unknown}", "unknown_field", field=unknown)
        return Field(
            name=name,
            kind=kind,
            label=bilingual(column),
            aliases=tuple(column.get("aliases", ())),
            width=column.get("width", 12),
            prompt=bilingual(column["prompt"]) if "prompt" in column else None,
            example=column.get("example", ""),
            required=declared.get("required", False),
            choices=self._choices(where, declared) if kind in NEEDS_LIST else None,
            limit=declared.get("limit"),
            low=declared.get("low"),
            high=declared.get("high"),
            mask=declared.get("mask"),
            default=declared.get("default"),
        )

    def _choices(self, where: str, declared: Mapping[str, Any]) -> ChoiceList | None:
        """The list of a field, cut to the form's entries with the form's own labels."""
        name = declared.get("list", "")
        if name not in self.vocabulary.lists:
            self.report.add(self.rules_file, where, "missing_list", list=name)
            return None
        entries: dict[str, Entry] = {each.key: each for each in self.vocabulary.lists[name].entries}
        chosen = declared.get("entries", list(entries))
        for key in chosen:
            if key not in entries:
                self.report.add(self.rules_file, where, "unknown_entry", key=key, list=name)
        own = [entries[key].of_form(self.name) for key in chosen if key in entries]
        return ChoiceList(name=name, entries=tuple(own))

    def _references(self, fields: Mapping[str, Field], derived: Mapping[str, tuple[str, str]]) -> None:
        """Every field that a section names must exist."""
        named = [("day", self.rules["day"])]
        for section in ("computed", "filled_at_merge"):
            for name, others in self.rules.get(section, {}).items():
                named += [(section, name), *((section, other) for other in others)]
        named += [("derived", part) for parts in derived.values() for part in parts]
        named += [("promises", name) for name in self.rules.get("promises", {})]
        for section, name in named:
            if name not in fields and name not in derived:
                self.report.add(self.rules_file, section, "unknown_field", field=name)
