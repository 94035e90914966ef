"""Carried: a record of the ledger as the row that an agent would have typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from csbook import messages
from csbook.forms import Field, Form
from csbook.lists import bare
from csbook.rules.excel import JOINT
from csbook.template.grid import RECORD_NO, SOURCE_ID
from csbook.template.typed import as_typed
from csbook.workbook import Value


def carried(form: Form, row: Mapping[str, Any], lang: str) -> dict[str, Value]:
    """The row by field, with its source id and number.

    `row` maps fields to keys, texts, whole numbers, dates and times as the ledger stores them; a due field to the words of its
    promise. List keys become labels, everything else stays what it is.
    """
    known = {name: row[name] for name in (SOURCE_ID, RECORD_NO) if row.get(name)}
    filled = [field for field in form.fields if field.typed and row.get(field.name) is not None]
    return known | {field.name: _typed(field, row[field.name], lang) for field in filled}


def relabelled(field: Field, text: str, lang: str) -> str:
    """A text handed in, list entries in the labels of another language by those of `lang`: 自检 knows no others."""
    if field.choices is None:
        return text
    others = [each for each in messages.LOCALES if each != lang]
    known = {bare(entry.label.in_(other)): entry.label.in_(lang) for other in others for entry in field.choices.entries}
    entries = text.split(JOINT) if field.kind == "members" else [text]
    return JOINT.join(known.get(bare(each), each) for each in entries)


def _typed(field: Field, value: Any, lang: str) -> Value:
    if field.choices is not None:
        keys = str(value).split(JOINT) if field.kind == "members" else [str(value)]
        return JOINT.join(field.choices.label(key, lang) for key in keys)
    if field.kind == "date" and isinstance(value, dt.datetime):
        return value.date()
    return as_typed(field.kind, value)
