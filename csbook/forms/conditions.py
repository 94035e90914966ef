"""Conditions: an inline table of TOML as a Condition of csbook.rules, its faults reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from csbook.forms.contradictions import Report
from csbook.forms.shapes import FLAG, SOME_TABLES, SOME_TEXTS, TEXT, Shape
from csbook.lists import ChoiceList, Phrases
from csbook.rules.condition import Every, Filled, Is, Mentions, Some
from csbook.rules.includes import Includes
from csbook.rules.rule import Condition

# what the one key besides `field` that says which condition it is may hold
SAYS: dict[str, Shape] = {
    "all": SOME_TABLES,
    "any": SOME_TABLES,
    "is": SOME_TEXTS,
    "includes": SOME_TEXTS,
    "mentions": TEXT,
    "filled": FLAG,
}
GROUPS: dict[str, type[Every | Some]] = {"all": Every, "any": Some}


@dataclass(frozen=True)
class Conditions:
    """Reads the conditions of one form: `names` are its fields and stamps, `lists` its fields' lists."""

    file: str
    names: AbstractSet[str]
    phrases: Mapping[str, Phrases]
    report: Report
    lists: Mapping[str, ChoiceList] = field(default_factory=dict)

    def checked(self, table: Mapping[str, Any], where: str) -> Condition:
        """The condition, its fields and list entries compared with those of the form."""
        made = self.read(table, where)
        self.known(made.fields(), where)
        self.compare(made.contradictions(self.lists), where)
        return made

    def known(self, fields: Iterable[str], where: str) -> bool:
        """Are all of these fields or stamps of the form? Reported where not."""
        unknown = [name for name in dict.fromkeys(fields) if name not in self.names]
        for name in unknown:
            self.report.add(self.file, where, "unknown_field", field=name)
        return not unknown

    def compare(self, contradictions: Iterable[Mapping[str, object]], where: str) -> None:
        """Report what a rule or a condition found not to fit the lists."""
        for found in contradictions:
            self.report.add(self.file, where, str(found["id"]), **{word: value for word, value in found.items() if word != "id"})

    def read(self, table: Mapping[str, Any], where: str) -> Condition:
        """The condition as it stands, not compared with the form; a stand-in that is always true where it cannot be read."""
        says = [key for key in SAYS if key in table]
        if len(says) != 1:
            self.report.add(self.file, where, "unknown_condition", keys=", ".join(table), known=", ".join(SAYS))
            return Every(())
        said = says[0]
        grouped = said in GROUPS
        shapes = {said: SAYS[said]} if grouped else {"field": TEXT, said: SAYS[said]}
        known = self.report.fitting(self.file, where, table, shapes, required=shapes)
        if known.keys() != shapes.keys():
            return Every(())
        if grouped:
            return GROUPS[said](tuple(self.read(part, where) for part in known[said]))
        return self._single(said, known["field"], known[said], where)

    def _single(self, said: str, name: str, value: Any, where: str) -> Condition:
        match said:
            case "is":
                return Is(name, tuple(value))
            case "includes":
                return Includes(name, tuple(value))
            case "mentions":
                return Mentions(name, self.words(value, where))
            case _:
                return Filled(name, value)

    def words(self, name: str, where: str) -> Phrases:
        """A word list by its name; an empty stand-in where it is unknown."""
        if name not in self.phrases:
            self.report.add(self.file, where, "unknown_words", words=name, known=", ".join(sorted(self.phrases)))
        return self.phrases.get(name, Phrases(name=name, phrases=()))
