"""Repaired spellings of sample_data/corpus/repaired.toml: typed otherwise than asked for, and still accepted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sample_data.corpus import read
from sample_data.dice import Dice
from sample_data.filled import Filled
from sample_data.planted import Planted, Rows, at

FULL_WIDTH = 0xFEE0


def respell(workbooks: Sequence[Filled], rows: Rows) -> list[Planted]:
    """Each declared spelling in `count` rows of its form."""
    found = []
    for number, spelling in enumerate(read("repaired")["repaired"]):
        dice, name = Dice("repaired", number), spelling["field"]
        of_form = [each for each in workbooks if each.form.name == spelling["form"]]
        for _ in range(spelling["count"]):
            workbook = dice.pick(of_form)
            row = rows.draw(dice, workbook, {name: spelling.get("when", "filled")})
            text = _spelled(workbook, row, spelling)
            workbook.typed[row][name] = text
            found.append(at(workbook, row, name, rule="repaired spelling", note=f"`{text}`"))
    return found


def _spelled(workbook: Filled, row: int, spelling: Mapping[str, Any]) -> str:
    if "text" in spelling:
        return str(spelling["text"])
    value = workbook.typed[row][spelling["field"]]
    if spelling["as"] == "padded":
        return f" {value}\u3000"
    if spelling["as"] == "wide":
        return "".join(chr(ord(letter) + FULL_WIDTH) if "!" <= letter <= "~" else letter for letter in str(value))
    stamp = _moment(value, workbook.cases[row].raised)
    return str(spelling["as"]).format(y=stamp.year, m=stamp.month, d=stamp.day, H=stamp.hour, M=stamp.minute)


def _moment(value: object, raised: dt.datetime) -> dt.datetime:
    """The cell as a moment; what it leaves out comes from the case."""
    if isinstance(value, dt.time):
        return dt.datetime.combine(raised.date(), value)
    return value if isinstance(value, dt.datetime) else raised
