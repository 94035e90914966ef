"""Forms and fields: what templates/*.toml and validations/*.toml declare, as frozen values."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from csbook.lists import Bilingual, ChoiceList
from csbook.rules.condition import Condition
from csbook.rules.rule import Rule

STAMPS = frozenset({"moment", "moment_or_date", "due"})
DATES = frozenset({"date", "clock"}) | STAMPS
FREE_TEXT = frozenset({"text", "suggest", "transfers", "references"})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column of a form. `kind` is one of KINDS in csbook/forms/load.py."""

    name: str
    kind: str
    label: Bilingual
    aliases: tuple[str, ...] = ()
    width: float = 12
    prompt: Bilingual | None = None
    example: str = ""
    required: bool = False
    choices: ChoiceList | None = None
    limit: int | None = None
    low: int | None = None
    high: int | None = None
    mask: str | None = None
    default: str | None = None

    @property
    def typed(self) -> bool:
        """Does the agent type it? Auto columns are filled by the workbook or at merge."""
        return self.kind != "auto"


@dataclass(frozen=True)
class Number:
    """How official numbers look: `pattern` holds {serial} and at most one of {day}, {year}, which restarts it."""

    pattern: str
    digits: int = 3

    @property
    def restarts(self) -> str | None:
        return next((period for period in ("day", "year") if "{" + period + "}" in self.pattern), None)


@dataclass(frozen=True)
class State:
    """When a record counts as resolved or withdrawn; else it is open. Withdrawn wins."""

    resolved: Condition
    withdrawn: Condition | None = None


@dataclass(frozen=True)
class Script:
    """A block of advice on the 填写说明 sheet."""

    title: Bilingual
    lines: tuple[Bilingual, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A record form: its columns in order, its rules, and how its rows become records."""

    name: str
    version: str
    source: str
    title: Bilingual
    help: Bilingual
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    number: Number
    state: State
    # the field that supplies the day of a stamp typed as a time of day
    day: str
    # derived stamp -> (date field, clock field)
    derived: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    # auto column of minutes -> (start stamp, stop stamp)
    computed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    # text field -> stamp that a promise in it gives
    promises: Mapping[str, str] = field(default_factory=dict)
    # stamp set at merge -> fields that must stand for it
    filled_at_merge: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scripts: tuple[Script, ...] = ()
    # complete rows by field, as typed
    examples: tuple[Mapping[str, str], ...] = ()

    @functools.cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {each.name: each for each in self.fields}

    def column(self, name: str) -> Field:
        """The visible column that a field or derived stamp is blamed on."""
        return self.by_name[self.derived[name][0] if name in self.derived else name]

    def label(self, name: str, lang: str) -> str:
        return self.column(name).label.in_(lang)

    def rules_of(self, column: str) -> tuple[Rule, ...]:
        """Rules blamed on one visible column."""
        return tuple(rule for rule in self.rules if self.column(rule.reads[0]).name == column)
