"""Forms and fields: what templates/*.toml and validations/*.toml declare, as frozen values."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from csbook.lists import Bilingual, ChoiceList
from csbook.policy import Known
from csbook.policy.spellings import Spellings
from csbook.rules.rule import Condition, Rule

STAMPS = frozenset({"moment", "moment_or_date", "due"})
DATES = frozenset({"date", "clock"}) | STAMPS
FREE_TEXT = frozenset({"text", "suggest", "transfers", "references"})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column of a form. `kind` is one of KINDS in csbook/forms/columns.py."""

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
    # hidden from every copy that leaves the team
    team_only: bool = False

    @property
    def typed(self) -> bool:
        """Does the agent type it? Auto columns are filled by the workbook or at merge."""
        return self.kind != "auto"

    @property
    def tags(self) -> frozenset[str]:
        """What roles hide it by, see csbook.privacy.roles; the words of a promise are free text beside its stamp."""
        named = {self.kind, self.mask} | ({"team_only"} if self.team_only else set())
        return frozenset(tag for tag in named if tag)


@dataclass(frozen=True)
class Number:
    """How official numbers look: `pattern` holds {serial} and at most one of {day}, {year}, which restarts it."""

    pattern: str
    digits: int = 3

    @property
    def restarts(self) -> str | None:
        """The period that begins a new series of serials, if any."""
        return next((period for period in ("day", "year") if "{" + period + "}" in self.pattern), None)


@dataclass(frozen=True)
class State:
    """When a record counts as resolved or withdrawn; else it is open. Withdrawn wins."""

    resolved: Condition
    withdrawn: Condition | None = None


@dataclass(frozen=True)
class Listed:
    """A list of things to follow up, besides open and overdue: the records for which `when` is true."""

    name: str
    label: Bilingual
    when: Condition


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
    # what people call it beside a record's number
    short: Bilingual
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
    listed: tuple[Listed, ...] = ()
    # which records a team keeps as a library of cases to learn from
    cases: Condition | None = None
    scripts: tuple[Script, ...] = ()
    # how people write dates, for all forms the same
    spellings: Spellings = field(default_factory=Spellings)
    # complete rows by field, as typed
    examples: tuple[Mapping[str, str], ...] = ()

    @functools.cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by canonical name."""
        return {each.name: each for each in self.fields}

    @property
    def dues(self) -> tuple[str, ...]:
        """Stamps whose words are kept beside them: those typed as promises, and those that a promise in a text gives."""
        return (*(each.name for each in self.fields if each.kind == "due"), *self.promises.values())

    @functools.cached_property
    def _columns(self) -> Mapping[str, str]:
        """Stamp without a column of its own -> the column it comes from."""
        promised = {stamp: text for text, stamp in self.promises.items() if stamp not in self.by_name}
        return promised | {stamp: date for stamp, (date, _) in self.derived.items()}

    def column(self, name: str) -> Field:
        """The visible column that a field, a derived or a promised stamp is blamed on."""
        return self.by_name[self._columns.get(name, name)]

    def label(self, name: str, lang: str) -> str:
        """The header of the column that `name` is blamed on."""
        return self.column(name).label.in_(lang)

    def known(self) -> dict[str, Known]:
        """Every field and stamp as a policy must know it."""
        found = {each.name: Known(_policy_kind(each), each.choices.keys if each.choices else ()) for each in self.fields}
        found |= dict.fromkeys(self.computed, Known("whole"))
        return found | dict.fromkeys((*self.derived, *self.promises.values()), Known("stamp"))

    def rules_of(self, column: str) -> tuple[Rule, ...]:
        """Rules blamed on one visible column."""
        return tuple(rule for rule in self.rules if self.column(rule.reads[0]).name == column)


def _policy_kind(field: Field) -> str:
    if field.choices is not None and field.kind == "choice":
        return "choice"
    return "stamp" if field.kind in STAMPS | {"date"} else "whole" if field.kind == "whole" else "text"
