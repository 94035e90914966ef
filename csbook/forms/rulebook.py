"""Rulebook: the rules of one form, built from their TOML tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from csbook.forms.conditions import Conditions
from csbook.forms.contradictions import Report, path_of
from csbook.forms.form import STAMPS, Field
from csbook.forms.parameters import parameters
from csbook.forms.shapes import bilingual
from csbook.issues import Code, Severity
from csbook.lists import ChoiceList, Phrases
from csbook.privacy.masks import Mask
from csbook.rules import KINDS
from csbook.rules.rule import Condition, Rule

# codes of rules that compare stamps
TIMES = frozenset({Code.OUT_OF_ORDER, Code.IN_FUTURE})
NO_CHOICES = ChoiceList(name="", entries=())


@dataclass(frozen=True)
class Rulebook:
    """Builds the rules of one form."""

    file: str
    fields: Mapping[str, Field]
    masks: Mapping[str, Mask]
    conditions: Conditions
    report: Report

    def rules(self, tables: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
        """The rules in the order of their tables. An id is `kind.field`, with the other fields where that stands already."""
        built: dict[str, Rule] = {}
        for table in tables:
            rule = self._rule(table)
            if rule is None:
                continue
            if rule.id in built:
                rule = dataclasses.replace(rule, id=".".join((str(table["kind"]), *dict.fromkeys(rule.reads))))
            if rule.id in built:
                self.report.add(self.file, f"rule.{rule.id}", "two_rules", rule=rule.id)
            built[rule.id] = rule
        return tuple(built.values())

    def _rule(self, table: Mapping[str, Any]) -> Rule | None:
        name = str(table.get("kind", "?"))
        where = f"rule.{name}.{table.get('field', '?')}"
        kind = KINDS.get(name)
        if kind is None:
            self.report.add(self.file, where, "unknown_rule", kind=name, known=", ".join(KINDS))
            return None
        takes = parameters(kind)
        known = self.report.fitting(self.file, where, table, takes.shapes, required=takes.needed)
        if not takes.needed <= known.keys():
            return None
        values = {each: self._value(wanted, known[each], path_of(where, each)) for each, wanted in takes.types.items() if each in known}
        if takes.takes_choices:
            field = self.fields.get(known["field"])
            values["choices"] = field.choices if field and field.choices else NO_CHOICES
        rule = kind(id=f"{name}.{known['field']}", **values)
        return rule if self._fits(rule, where) else None

    def _fits(self, rule: Rule, where: str) -> bool:
        """Is all there that the rule reads? Its own contradictions are reported."""
        known = self.conditions.known(rule.reads, where)
        timeless = [self.fields[name] for name in rule.reads if name in self.fields and self.fields[name].kind not in STAMPS | {"date"}]
        for field in timeless if rule.code in TIMES else ():
            self.report.add(self.file, where, "wrong_kind", field=field.name, kind=field.kind, wanted=", ".join(sorted(STAMPS)))
        if known:
            self.conditions.compare(rule.contradictions(self.conditions.lists), where)
        return known

    def _value(self, wanted: Any, raw: Any, where: str) -> Any:
        """A TOML value as the type that the rule wants; a stand-in where it names something unknown."""
        if wanted is Condition:
            return self.conditions.read(raw, where)
        if wanted is Phrases:
            return self.conditions.words(raw, where)
        if wanted is Mask:
            return self.masks.get(raw) or self._unknown_mask(raw, where)
        if wanted is Severity and raw not in list(Severity):
            self.report.add(self.file, where, "unknown_severity", severity=raw, known=", ".join(Severity))
            return Severity.ERROR
        return Severity(raw) if wanted is Severity else _frozen(raw)

    def _unknown_mask(self, name: str, where: str) -> Mask:
        self.report.add(self.file, where, "unknown_mask", mask=name, known=", ".join(self.masks))
        return Mask(name=name, hint=bilingual({}))


def _frozen(raw: Any) -> Any:
    if isinstance(raw, list):
        return tuple(raw)
    if isinstance(raw, dict):
        return {key: _frozen(value) for key, value in raw.items()}
    return raw
