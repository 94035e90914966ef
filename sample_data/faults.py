"""Faults of sample_data/corpus/faults.toml, typed over rows of the filled workbooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from csbook.template.grid import SOURCE_ID
from sample_data.corpus import read
from sample_data.dice import Dice
from sample_data.filled import Filled
from sample_data.planted import Planted, Rows, at


def plant(workbooks: Sequence[Filled], rows: Rows) -> list[Planted]:
    """Every declared fault in a row of its own, with the findings to expect."""
    by_name = {(each.place.desk, each.form.name): each for each in workbooks}
    found = [_twice(by_name[each["desk"], each["form"]], each["row"], rows) for each in read("faults")["twice"]]
    for number, fault in enumerate(read("faults")["fault"]):
        workbook = by_name[fault["desk"], fault["form"]]
        row = rows.draw(Dice("fault", number), workbook, fault.get("where", {}))
        for name, value in fault["set"].items():
            workbook.typed[row][name] = typed(value, workbook.cases[row].raised)
        for name, code, severity in fault["expect"]:
            found.append(at(workbook, row, name, rule=fault["rule"], note=fault["note"], code=code, severity=severity))
    return found


def file_faults() -> list[Planted]:
    """Files that are refused as a whole."""
    return [
        Planted(path=each["path"], rule="file", code=each["code"], severity=each.get("severity", "error"), note=each["note"])
        for each in read("faults")["file"]
    ]


def typed(value: Any, raised: dt.datetime) -> object:
    """A value of faults.toml as it is typed into the cell."""
    if not isinstance(value, Mapping):
        return value
    if "raised" in value:
        return raised + dt.timedelta(minutes=value["raised"])
    if "repeat" in value:
        return value["repeat"] * value["times"]
    return value["text"].format(made=resident_id())


def resident_id() -> str:
    """A number with a valid check digit (GB 11643) that nobody can have: there is no region 659999."""
    body = "65999919000101000"
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def _twice(workbook: Filled, row: int, rows: Rows) -> Planted:
    """The row gets the id of the row above it."""
    for each in (row - 1, row):
        rows.take(workbook, each)
    workbook.typed[row][SOURCE_ID] = workbook.source_id(row - 1)
    note = "the row above was copied, its hidden id with it"
    return at(workbook, row, SOURCE_ID, rule="duplicate source id", note=note, code="ID_TWICE", severity="warning")
