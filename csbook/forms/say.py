"""How a form names its columns and list entries when a rule speaks."""

from __future__ import annotations

from dataclasses import dataclass

from csbook.forms.form import Form


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
