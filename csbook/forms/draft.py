"""Draft: one form while it is being read; it reports instead of raising, so that all faults come at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbook.forms.columns import Columns
from csbook.forms.conditions import Conditions
from csbook.forms.contradictions import Report
from csbook.forms.form import Field, Form, Listed, Number, Script, State
from csbook.forms.implied import implied, promised
from csbook.forms.rulebook import Rulebook
from csbook.forms.shapes import BILINGUAL, BILINGUALS, TABLE, TABLE_OF_TEXT, TABLES, TEXT, WHOLE, bilingual
from csbook.forms.stamps import Stamps
from csbook.lists import Vocabulary
from csbook.policy.spellings import Spellings
from csbook.privacy.masks import Mask
from csbook.rules.condition import Every

LAYOUT = {"source": TEXT, "title": BILINGUAL, "short": BILINGUAL, "help": BILINGUAL, "column": TABLES, "script": TABLES, "example": TABLES}
LAYOUT_NEEDS = ("source", "title", "help", "column")
RULES = {
    "version": TEXT,
    "day": TEXT,
    "number": TABLE,
    "state": TABLE,
    "derived": TABLE,
    "computed": TABLE,
    "promises": TABLE_OF_TEXT,
    "filled_at_merge": TABLE,
    "listed": TABLE,
    "cases": TABLE,
    "field": TABLE,
    "rule": TABLES,
}
RULES_NEED = ("version", "day", "number", "state", "field")
NUMBER = {"pattern": TEXT, "digits": WHOLE}
# text, at most one period that restarts the serial, and the serial once
PATTERN = re.compile(r"[^{}]*(?:\{(?:day|year)\}[^{}]*)?\{serial\}[^{}]*")
STATE = {"resolved": TABLE, "withdrawn": TABLE}
LISTED = {"zh": TEXT, "en": TEXT, "when": TABLE}
SCRIPT = {"title": BILINGUAL, "lines": BILINGUALS}


@dataclass(frozen=True)
class Draft:
    """The two files of one form and what they may refer to."""

    name: str
    layout_file: Path
    rules_file: Path
    vocabulary: Vocabulary
    masks: Mapping[str, Mask]
    spellings: Spellings
    report: Report

    def form(self) -> Form | None:
        """The form; whatever cannot be read is reported and left out. None where a file cannot be read at all."""
        tables = self.report.read(self.layout_file), self.report.read(self.rules_file)
        if tables[0] is None or tables[1] is None:
            return None
        layout = self.report.fitting(str(self.layout_file), "", tables[0], LAYOUT, required=LAYOUT_NEEDS)
        rules = self.report.fitting(str(self.rules_file), "", tables[1], RULES, required=RULES_NEED)
        return self._form(layout, rules)

    def _form(self, layout: Mapping[str, Any], rules: Mapping[str, Any]) -> Form:
        file = str(self.rules_file)
        columns = Columns(self.name, str(self.layout_file), file, self.vocabulary, self.masks, self.report)
        fields = {each.name: each for each in columns.read(layout.get("column", ()), rules.get("field", {}))}
        stamps = Stamps(file, fields, self.report)
        derived = dict(stamps.derived(rules.get("derived", {})))
        promises = stamps.promises(rules.get("promises", {}), derived.keys())
        lists = {name: each.choices for name, each in fields.items() if each.choices is not None}
        names = fields.keys() | derived.keys() | set(promises.values())
        conditions = Conditions(file, names, self.vocabulary.phrases, self.report, lists)
        rulebook = Rulebook(file, fields, self.masks, conditions, self.report)
        return Form(
            name=self.name,
            version=rules.get("version", ""),
            source=layout.get("source", ""),
            title=bilingual(layout.get("title", {})),
            short=bilingual(layout.get("short") or layout.get("title", {})),
            help=bilingual(layout.get("help", {})),
            fields=tuple(fields.values()),
            rules=rulebook.rules((*implied(fields.values(), derived), *promised(rules.get("rule", ()), fields))),
            number=self._number(rules.get("number", {})),
            state=self._state(rules.get("state", {}), conditions),
            day=stamps.day(rules.get("day", ""), derived.keys()) if "day" in rules else "",
            derived=derived,
            computed=dict(stamps.computed(rules.get("computed", {}), derived.keys())),
            promises=promises,
            filled_at_merge=dict(stamps.filled_at_merge(rules.get("filled_at_merge", {}))),
            spellings=self.spellings,
            cases=conditions.checked(rules["cases"], "cases") if "cases" in rules else None,
            listed=tuple(self._listed(rules.get("listed", {}), conditions)),
            scripts=tuple(self._scripts(layout.get("script", ()))),
            examples=tuple(self._examples(layout.get("example", ()), fields)),
        )

    def _number(self, table: Mapping[str, Any]) -> Number:
        known = self.report.fitting(str(self.rules_file), "number", table, NUMBER, required=("pattern",))
        if not PATTERN.fullmatch(known.get("pattern", "{serial}")):
            self.report.add(str(self.rules_file), "number.pattern", "wrong_pattern", pattern=known["pattern"])
        return Number(known.get("pattern", ""), known.get("digits", 3))

    def _state(self, table: Mapping[str, Any], conditions: Conditions) -> State:
        known = self.report.fitting(str(self.rules_file), "state", table, STATE, required=("resolved",))
        read = {name: conditions.checked(known[name], f"state.{name}") for name in known}
        return State(read.get("resolved", Every(())), read.get("withdrawn"))

    def _listed(self, section: Mapping[str, Any], conditions: Conditions) -> Iterator[Listed]:
        for name, table in self.report.entries(str(self.rules_file), "listed", section, TABLE):
            where = f"listed.{name}"
            known = self.report.fitting(str(self.rules_file), where, table, LISTED, required=LISTED)
            if "when" in known:
                yield Listed(name, bilingual(known), conditions.checked(known["when"], f"{where}.when"))

    def _scripts(self, tables: Iterable[Mapping[str, Any]]) -> Iterator[Script]:
        for place, table in enumerate(tables, start=1):
            known = self.report.fitting(str(self.layout_file), f"script.{place}", table, SCRIPT, required=SCRIPT)
            yield Script(bilingual(known.get("title", {})), tuple(bilingual(line) for line in known.get("lines", ())))

    def _examples(self, tables: Iterable[Mapping[str, Any]], fields: Mapping[str, Field]) -> Iterator[Mapping[str, str]]:
        """Rows as typed: a key is a column that the agent types."""
        for place, table in enumerate(tables, start=1):
            row = dict(self.report.entries(str(self.layout_file), f"example.{place}", table, TEXT))
            for name in sorted(row.keys() - {each.name for each in fields.values() if each.typed}):
                self.report.add(str(self.layout_file), f"example.{place}.{name}", "unknown_field", field=name)
            yield row
