"""A workbook with known faults, and what other programs can be told of the rules that find them."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import handed
from csbook.rules.length import Length
from csbook.rules.mask import Masked
from sample_data import flat
from sample_data.filled import Filled

ROWS, EACH = 20_000, 200  # of EACH rows, the last ones hold a fault of each kind: a program that stops early misses some
FORM, DESK, HEADER = "response", "D22", 1
STAMP = r"(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) )?([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
PATTERNS = {"date": DAY, "moment": STAMP}
# kind of fault: what such a row says instead
FAULTS: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, object]]] = {
    "required cells": lambda _: {"channel": ""},
    "lists": lambda _: {"category": "其他类"},
    "longest texts": lambda row: {"description": f"{row['description']}，" * 12},
    "dates": lambda _: {"raised_date": "2026-13-45"},
    "masks": lambda _: {"contact_phone": "13812345678"},
    "personal data in texts": lambda row: {"solution": f"{row.get('solution', '')}，请致电13912345678"},
    "order of moments": lambda row: {"resolved_at": f"{row['raised_date']} 00:01"},
    "cells that another asks for": lambda row: {"solution_kind": "", "resolved_at": row.get("resolved_at") or row["started_at"]},
}


def workbook(folder: Path) -> Path:
    """One flat workbook of ROWS rows, its headings in row 1, with faults of every kind; made once."""
    path = folder / DESK / f"{DESK}-{FORM}.xlsx"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        flat.write(path, _planted(handed.many(ROWS)), titled=False)
    return path


def rows() -> Mapping[str, frozenset[int]]:
    """Kind of fault -> rows of the sheet that hold one."""
    ends = range(HEADER + EACH, HEADER + ROWS + 1, EACH)
    return {kind: frozenset(end - before for end in ends) for before, kind in enumerate(FAULTS)}


def columns() -> int:
    """How many the form has."""
    return len(handed.known().forms[FORM].fields)


def _planted(sound: Filled) -> Filled:
    kinds = {row: kind for kind, places in rows().items() for row in places}
    typed = [
        dict(row, **FAULTS[kinds[number]](row)) if number in kinds else row for number, row in enumerate(sound.typed, start=HEADER + 1)
    ]
    return dataclasses.replace(sound, typed=typed)


def rules(path: Path) -> Path:
    """Of each column as JSON: title, required, values, limit and a pattern, as far as they are known."""
    form = handed.known().forms[FORM]
    limits = {rule.field: rule.limit for rule in form.rules if isinstance(rule, Length)}
    masks = {rule.field: rule.mask for rule in form.rules if isinstance(rule, Masked)}
    told = [
        {
            "title": field.label.zh,
            "required": field.required,
            "values": [entry.label.zh for entry in field.choices.entries] if field.kind == "choice" and field.choices else None,
            "limit": limits.get(field.name),
            "pattern": _shape(masks[field.name]) if field.name in masks else PATTERNS.get(field.kind),
        }
        for field in form.fields
    ]
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return path


def _shape(mask: Any) -> str | None:
    """A mask that is nothing but shapes and words as a regular expression; the others say more than one can."""
    if mask.holds or mask.endings or mask.short is not None:
        return None
    shapes = [re.escape(shape).replace(r"\#\+", r"\d+").replace(r"\#", r"\d") for shape in mask.shapes]
    return "|".join((*shapes, *map(re.escape, mask.words)))
