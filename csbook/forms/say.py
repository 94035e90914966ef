"""How a form names its columns and list entries when a rule speaks, and what its issues say."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from csbook import messages
from csbook.forms.form import Form
from csbook.issues import Issue
from csbook.rules.rule import Rule, Words


@dataclass(frozen=True)
class FormSay:
    """The `Say` of csbook.rules for one form in one language."""

    form: Form
    lang: str

    def field(self, field: str) -> str:
        return self.form.label(field, self.lang)

    def entry(self, field: str, key: str) -> str:
        choices = self.form.by_name[field].choices
        return choices.label(key, self.lang) if choices else key

    @functools.cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The form's rules by id."""
        return {rule.id: rule for rule in self.form.rules}

    @functools.cached_property
    def _words(self) -> dict[str, Words]:
        return {}

    def rule(self, rule_id: str) -> Words:
        """What a rule says; asked for again, the same words."""
        if rule_id not in self._words:
            self._words[rule_id] = self.rules[rule_id].words(self)
        return self._words[rule_id]

    def issue(self, issue: Issue) -> Words:
        """What an issue says: its rule's words, else those of its code. A date may have several readings, a time of day lack its day."""
        if not issue.rule:
            return spoken(issue, self.lang)
        words = self.rule(issue.rule)
        if day := issue.words.get("no_day"):
            fault, remedy = (messages.text(self.lang, f"{issue.code}.no_day.{part}", day=self.field(day)) for part in ("fault", "remedy"))
            return words._replace(fault=fault, remedy=remedy)
        return words._replace(fault=messages.text(self.lang, f"{issue.code}.readings", **issue.words)) if issue.words else words


def spoken(issue: Issue, lang: str) -> Words:
    """What the code of an issue says, filled with its own words."""
    return Words(*(messages.text(lang, f"{issue.code}.{part}", **issue.words) for part in Words._fields))
