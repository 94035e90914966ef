"""Rules of one form: those its fields imply and those it declares, built from TOML tables."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from csbook.forms.contradictions import Report
from csbook.forms.form import DATES, FREE_TEXT, Field
from csbook.issues import Severity
from csbook.lists import ChoiceList, Phrases, Vocabulary
from csbook.privacy.masks import Mask
from csbook.rules import KINDS
from csbook.rules.condition import Condition, Every, Filled, Is, Mentions, Some
from csbook.rules.rule import Rule

T = TypeVar("T")


@dataclass(frozen=True)
class Rulebook:
    """What a rule may refer to while one form is read."""

    form: str
    fields: Mapping[str, Field]
    derived: Mapping[str, tuple[str, str]]
    vocabulary: Vocabulary
    masks: Mapping[str, Mask]
    report: Report

    @property
    def file(self) -> str:
        return f"validations/{self.form}.toml"

    def rules(self, declared: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
        """Implied rules in column order, then the declared ones; ids are unique."""
        built: dict[str, Rule] = {}
        tables = [*self._implied(), *declared]
        for table in tables:
            rule = self._rule(table)
            if rule is None:
                continue
            if rule.id in built:
                rule = dataclasses.replace(rule, id=".".join((str(table["kind"]), *rule.reads)))
            if rule.id in built:
                self.report.add(self.file, f"rule {rule.id}", "two_rules", rule=rule.id)
            built[rule.id] = rule
        return tuple(built.values())

    def _implied(self) -> Iterator[dict[str, Any]]:
        """The rule tables that a field's kind brings along."""
        parts = {part for pair in self.derived.values() for part in pair}
        for field in self.fields.values():
            of = {"field": field.name}
            if field.required:
                yield {"kind": "required", **of}
            if field.kind in DATES | {"whole", "references"}:
                yield {"kind": "readable", **of}
            if field.kind in DATES - {"due", "clock"} and field.name not in parts:
                yield {"kind": "past", **of}
            if field.kind == "choice":
                yield {"kind": "member", **of}
            if field.kind == "members":
                yield {"kind": "members", **of}
            if field.kind == "whole":
                yield {"kind": "range", **of, "low": field.low, "high": field.high}
            if field.kind == "transfers":
                yield {"kind": "transfers", **of}
            if field.kind == "references":
                yield {"kind": "known_reference", **of}
            if field.mask is not None:
                yield {"kind": "mask", **of, "mask": field.mask}
            if field.limit is not None:
                yield {"kind": "length", **of, "limit": field.limit}
            if field.kind in FREE_TEXT:
                yield {"kind": "private_refused", **of}
                yield {"kind": "private_masked", **of}
                yield {"kind": "redaction_mark", **of}
        for stamp in self.derived:
            yield {"kind": "past", "field": stamp}

    def _rule(self, table: Mapping[str, Any]) -> Rule | None:
        where = f"rule {table.get('kind', '?')}.{table.get('field', '?')}"
        kind = KINDS.get(str(table.get("kind")))
        if kind is None:
            self.report.add(self.file, where, "unknown_rule", kind=table.get("kind", ""), known=", ".join(KINDS))
            return None
        hints = typing.get_type_hints(kind)
        declared = {each.name: each for each in dataclasses.fields(kind) if each.name != "id"}
        needed = [name for name, each in declared.items() if each.default is dataclasses.MISSING and name != "choices"]
        if not self.report.keys(self.file, where, table, {"kind", *declared}, required=needed):
            return None
        values: dict[str, Any] = {key: self._value(hints[key], raw, where) for key, raw in table.items() if key in declared}
        if "choices" in declared:
            field = self.fields.get(str(table["field"]))
            values["choices"] = field.choices if field and field.choices else ChoiceList(name="", entries=())
        rule = kind(id=f"{table['kind']}.{table['field']}", **values)
        for name in rule.reads:
            if name not in self.fields and name not in self.derived:
                self.report.add(self.file, where, "unknown_field", field=name)
                return None
        lists = {name: field.choices for name, field in self.fields.items() if field.choices is not None}
        for contradiction in rule.contradictions(lists):
            self.report.add(self.file, where, **contradiction)
        return rule

    def _value(self, hint: Any, raw: Any, where: str) -> Any:
        """A TOML value as the type that the rule's dataclass field wants."""
        wanted = set(typing.get_args(hint)) or {hint}
        if Condition in wanted:
            return condition(raw, self, f"{self.file} {where}")
        if Mask in wanted:
            return self._named(self.masks, raw, where, "unknown_mask", "mask") or Mask(name=raw, hint=self.fields[next(iter(self.fields))].label)
        if Phrases in wanted:
            return self._named(self.vocabulary.phrases, raw, where, "unknown_words", "words") or Phrases(name=raw, phrases=())
        if Severity in wanted:
            return Severity(raw)
        return _frozen(raw)

    def _named(self, known: Mapping[str, T], name: str, where: str, id: str, word: str) -> T | None:
        if name not in known:
            self.report.add(self.file, where, id, **{word: name})
        return known.get(name)


def _frozen(raw: Any) -> Any:
    if isinstance(raw, list):
        return tuple(raw)
    if isinstance(raw, dict):
        return {key: _frozen(value) for key, value in raw.items()}
    return raw


def condition(table: Mapping[str, Any], book: Rulebook, where: str) -> Condition:
    """An inline table as a Condition: `is`, `filled`, `mentions`, `all` or `any`."""
    if "all" in table:
        return Every(tuple(condition(part, book, where) for part in table["all"]))
    if "any" in table:
        return Some(tuple(condition(part, book, where) for part in table["any"]))
    field = str(table.get("field", ""))
    if field not in book.fields and field not in book.derived:
        book.report.add(book.file, where.removeprefix(book.file).strip(), "unknown_field", field=field)
    if "is" in table:
        return Is(field, tuple(table["is"]))
    if "mentions" in table:
        phrases = book.vocabulary.phrases.get(table["mentions"])
        if phrases is None:
            book.report.add(book.file, where.removeprefix(book.file).strip(), "unknown_words", words=table["mentions"])
        return Mentions(field, phrases or Phrases(name="", phrases=()))
    if "filled" not in table:
        book.report.add(book.file, where.removeprefix(book.file).strip(), "unknown_condition", keys=", ".join(table))
    return Filled(field, bool(table.get("filled", True)))
