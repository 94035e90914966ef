"""Implied rules: the rule tables that a field brings along by its kind, its mask and its limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from csbook.forms.form import DATES, FREE_TEXT, Field

# word lists of validations/words.toml that every form relies on
NONE_WORDS, REDACTION_MARK = "none_words", "redaction_mark"


def implied(fields: Iterable[Field], derived: Mapping[str, tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Rule tables in the order of the columns, then those of the derived stamps."""
    parts = {part for pair in derived.values() for part in pair}
    for field in fields:
        for kind, values in _of_field(field, parts):
            yield {"kind": kind, "field": field.name, **values}
    for stamp in derived:
        yield {"kind": "past", "field": stamp}


def promised(tables: Iterable[Mapping[str, Any]], fields: Mapping[str, Field]) -> Iterator[Mapping[str, Any]]:
    """The declared rules; an order that binds a due stamp binds its promise in words as well."""
    for table in tables:
        yield table
        field = fields.get(str(table.get("field")))
        if table.get("kind") == "order" and field is not None and field.kind == "due":
            yield {**table, "kind": "promised_order"}


def _of_field(field: Field, parts: AbstractSet[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    if field.required:
        yield "required", {}
    yield from _of_kind(field)
    # a date or clock that is part of a derived stamp is judged with it
    if field.kind in DATES - {"due", "clock"} and field.name not in parts:
        yield "past", {}
    if field.mask is not None:
        yield "mask", {"mask": field.mask}
    if field.limit is not None:
        yield "length", {"limit": field.limit}
    if field.kind in FREE_TEXT:
        yield "private_refused", {}
        yield "private_masked", {}
        yield "redaction_mark", {"phrases": REDACTION_MARK}


def _of_kind(field: Field) -> Iterator[tuple[str, dict[str, Any]]]:
    match field.kind:
        case kind if kind in DATES:
            yield "readable", {"of": kind}
            if kind == "due":
                yield "readable_promise", {"of": kind}
        case "whole":
            yield "readable", {"of": "whole"}
            bounds = {"low": field.low, "high": field.high}
            if any(bound is not None for bound in bounds.values()):
                yield "range", {name: bound for name, bound in bounds.items() if bound is not None}
        case "choice":
            yield "member", {}
        case "members":
            yield "members", {}
        case "transfers":
            yield "transfers", {"phrases": NONE_WORDS}
        case "references":
            yield "readable_reference", {}
            yield "known_reference", {}
