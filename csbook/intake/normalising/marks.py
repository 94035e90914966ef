"""Marks: findings in cells become flag columns of a batch; texts that look right and are not are found here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.forms import Form
from csbook.intake.cells import FAULTS, Fault
from csbook.intake.normalising.distinct import Distinct
from csbook.issues import Code, Severity
from csbook.rules.rule import ERROR, flag
from csbook.rules.unseen import CODE, INVISIBLE

# all that a cell of Excel holds; other programs cut longer texts off without a word
LONGEST = 32_767


def mark(faults: Iterable[tuple[int, str, Fault]], columns: dict[str, pd.Series], texts: pd.DataFrame) -> None:
    """Flags `field?CODE` for findings by (row, field), `field?error` too where the value is not taken; `texts` show what stands there."""
    rows: dict[str, list[int]] = {}
    shown: dict[str, dict[int, str | None]] = {}
    for row, field, fault in faults:
        rows.setdefault(flag(field, fault.code), []).append(row)
        if fault.shown is not None:
            shown.setdefault(field, {})[row] = fault.shown or None
            if FAULTS[fault.code] is Severity.ERROR:
                rows.setdefault(flag(field, ERROR), []).append(row)
    for name, places in rows.items():
        flags = np.zeros(len(texts), bool)
        flags[places] = True
        columns[name] = pd.Series(flags)
    for field, values in shown.items():
        texts.loc[list(values), field] = list(values.values())


def mark_texts(form: Form, cells: Distinct, columns: dict[str, pd.Series]) -> None:
    """Flags texts that were cut off at Excel's limit, and codes with signs that cannot be seen."""
    full, unseen = _full(cells.texts), pc.match_substring_regex(cells.texts, INVISIBLE)
    in_code = unseen
    if _any(unseen):
        in_code = pc.and_(unseen, pc.match_substring_regex(pc.replace_substring_regex(cells.texts, INVISIBLE, ""), CODE))
    for each in form.fields:
        if each.typed:
            _flag(columns, flag(each.name, Code.CELL_CUT), cells.where(each.name, full))
            _flag(columns, flag(each.name, Code.INVISIBLE_SIGN), cells.where(each.name, in_code if each.kind == "text" else unseen))


def _full(text: pa.Array) -> pa.Array:
    """Which texts fill a cell, as Excel counts: UTF-16 units, so that an emoji is two. Those take no more bytes than UTF-8 does."""
    if (pc.max(pc.binary_length(text)).as_py() or 0) < LONGEST:
        return pa.nulls(len(text), pa.bool_())
    units = pc.add(pc.utf8_length(text), pc.count_substring_regex(text, "[\U00010000-\U0010ffff]"))
    return pc.greater_equal(units, LONGEST)


def _flag(columns: dict[str, pd.Series], name: str, found: Any) -> None:
    if _any(found):
        columns[name] = pd.Series(pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False))


def _any(found: Any) -> bool:
    return bool(pc.any(found).as_py())
