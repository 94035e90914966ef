"""How stored records are shown at the terminal: labels for fields and list entries, one spelling for moments."""

from __future__ import annotations

import json
from collections.abc import Iterable
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


def told(form: Form | None, changed: Iterable[str]) -> list[str]:
    """The changed fields in the order of their columns; a stamp made of a date and a time that stand among them is not told twice."""
    from csbook.forms.stored import words_of

    names = set(changed)
    if form is None:
        return sorted(names)
    twice = {stamp for stamp, parts in form.derived.items() if names & set(parts)}
    places = {field.name: place for place, field in enumerate(form.fields)}
    places |= {stamp: places[form.column(stamp).name] for stamp in (*form.derived, *form.promises.values())}
    places |= {words_of(stamp): place for stamp, place in places.items()}
    return sorted(names - twice, key=lambda name: (places.get(name, len(places)), name))


def label(form: Form | None, name: str) -> str:
    """The header of a field's column, for a promise what is told of it too; the name itself where the form has no such column."""
    from csbook.forms.stored import words_of

    field = _field(form, name)
    if form is None or (field is not None and name not in form.promises.values()):
        return field.label.in_(of_terminal()) if field else name
    if field is not None:
        return said("show.promised", label=field.label.in_(of_terminal()))
    due = next((each for each in form.dues if words_of(each) == name), None)
    return said("show.words", label=form.label(due, of_terminal())) if due else name


def value(form: Form | None, name: str, stored: Any) -> str:
    """A stored value in words: labels for keys of lists, a dash for blank, a day without a time of day."""
    if stored is None:
        return BLANK
    field = _field(form, name)
    if field is not None and field.kind == "date":
        return str(stored)[:DAY]
    if field is None or field.choices is None:
        return str(stored)
    labels = field.choices.known(of_terminal())
    if field.kind == "members":
        return JOINT.join(labels.get(key, key) for key in str(stored).split(JOINT))
    return labels.get(str(stored), str(stored))


def _field(form: Form | None, name: str) -> Field | None:
    try:
        return form.column(name) if form else None
    except KeyError:
        return None
