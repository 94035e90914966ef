"""Stored: of which type each field of a form is kept; the same name is of the same type in all forms."""

from __future__ import annotations

from typing import Final

from csbook.forms.form import STAMPS, Form

STAMP, TEXT, WHOLE, CLOCK = "stamp", "text", "whole", "clock"  # a clock is stored as HH:MM:SS
TYPES: Final = (STAMP, TEXT, WHOLE, CLOCK)


def type_of(kind: str) -> str:
    """The stored type of a field of this kind."""
    if kind == "date" or kind in STAMPS:
        return STAMP
    return {"clock": CLOCK, "whole": WHOLE}.get(kind, TEXT)


def stored(form: Form) -> dict[str, str]:
    """Every stored field of a form and its type: typed fields, derived stamps, promises and the words of a due stamp, computed minutes."""
    fields = {each.name: type_of(each.kind) for each in form.fields if each.typed}
    fields |= dict.fromkeys((*form.derived, *form.promises.values()), STAMP)
    return fields | {words_of(due): TEXT for due in form.dues} | dict.fromkeys(form.computed, WHOLE)


def words_of(due: str) -> str:
    """Where the words of a promise are kept: due_at -> due_words."""
    return f"{due.removesuffix('_at')}_words"
