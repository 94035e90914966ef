"""How stored records are shown at the terminal: labels for fields and list entries, one spelling for moments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from csbook.cli.command import said
from csbook.cli.language import of_terminal
from csbook.rules.excel import JOINT

if TYPE_CHECKING:
    from csbook.forms import Form
    from csbook.forms.form import Field

BLANK = "–"
DAY = len("2023-10-01")


def as_document(value: object) -> str:
    """One JSON document; moments as `2023-10-01 09:00:00`."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def title(form: Form | None, name: str) -> str:
    """A form's title, its name where the definitions no longer have it."""
    return form.title.in_(of_terminal()) if form else name


def state(name: str) -> str:
    """open, resolved or withdrawn in words."""
    return said(f"state.{name}")


def label(form: Form | None, name: str) -> str:
    """The header of a field's column; the name itself where the form has no such column."""
    field = _field(form, name)
    return field.label.in_(of_terminal()) if field else name


def value(form: Form | None, name: str, stored: Any) -> str:
    """A stored value in words: labels for keys of lists, a dash for blank, a day without a time of day."""
    if stored is None:
        return BLANK
    field = _field(form, name)
    if field is not None and field.kind == "date":
        return str(stored)[:DAY]
    if field is None or field.choices is None:
        return str(stored)
    labels = {key: field.choices.label(key, of_terminal()) for key in field.choices.keys}
    if field.kind == "members":
        return JOINT.join(labels.get(key, key) for key in str(stored).split(JOINT))
    return labels.get(str(stored), str(stored))


def _field(form: Form | None, name: str) -> Field | None:
    try:
        return form.column(name) if form else None
    except KeyError:
        return None
