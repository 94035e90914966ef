"""References: how a row names other records, as `form number` or source id."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

import pandas as pd

from csbook.forms.form import Form, Number
from csbook.intake.normalising.choices import SEPARATORS
from csbook.lists import bare
from csbook.rules.excel import JOINT
from csbook.source_ids import SOURCE_ID


def normal(column: pd.Series, forms: Mapping[str, Form]) -> tuple[pd.Series, pd.Series]:
    """References joined with JOINT, each `form number` or source id, and per row whether a part is neither.

    A form goes by name, title or short title; a bare number is enough where its pattern belongs to one form alone.
    """
    names = {bare(spelling): form.name for form in forms.values() for spelling in _spellings(form)}
    patterns = {form.name: number_pattern(form.number) for form in forms.values()}
    codes, distinct = pd.factorize(column)
    read = [[_reference(part.strip(), names, patterns) or "" for part in SEPARATORS.split(text) if part.strip()] for text in distinct]
    joined = pd.Series(
        [JOINT.join(parts) if all(parts) else text for parts, text in zip(read, distinct, strict=True)] + [None], dtype="str"
    )
    unreadable = pd.Series([not all(parts) for parts in read] + [False], dtype=bool)
    return tuple(pd.Series(each.array.take(codes), index=column.index) for each in (joined, unreadable))  # type: ignore[return-value]


def _spellings(form: Form) -> tuple[str, ...]:
    return form.short.zh, form.short.en, form.title.zh, form.title.en, form.name


@functools.cache
def number_pattern(number: Number) -> re.Pattern[str]:
    """How official numbers of a form look."""
    parts = {re.escape("{day}"): "[0-9]{8}", re.escape("{year}"): "[0-9]{4}", re.escape("{serial}"): f"[0-9]{{{number.digits},}}"}
    pattern = re.escape(number.pattern)
    for part, digits in parts.items():
        pattern = pattern.replace(part, digits)
    return re.compile(pattern)


def _reference(text: str, names: Mapping[str, str], patterns: Mapping[str, re.Pattern[str]]) -> str | None:
    *before, number = text.upper().split()
    if not before and SOURCE_ID.fullmatch(number):
        return number
    if before:
        form = names.get(bare(" ".join(before)))
        return f"{form} {number}" if form and patterns[form].fullmatch(number) else None
    fitting = [form for form, pattern in patterns.items() if pattern.fullmatch(number)]
    return f"{fitting[0]} {number}" if len(fitting) == 1 else None
