"""A flat workbook: a template that another program saved, its stamp kept, its protection, ids and formulas gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from csbook.forms import Form
from csbook.workbook import Workbook, column_letter
from sample_data.corpus import read
from sample_data.filled import Filled, direct
from sample_data.people import places
from sample_data.planted import Planted

SHEET = "Sheet1"
HEADER_ROW = 2


def flattened(form: Form) -> Filled:
    """The rows of that workbook, every cell as text, the total as it should be."""
    declared = read("faults")["flat"]
    place = next(each for each in places() if each.desk == declared["desk"])
    workbook = direct(place, form, declared["rows"], declared["path"])
    for row, case in zip(workbook.typed, workbook.cases, strict=True):
        for name, value in row.items():
            row[name] = _text(value)
        if "resolved_at" in row:
            row["total_minutes"] = _minutes(case.raised, str(row["resolved_at"]))
    return workbook


def wrong_total(workbook: Filled) -> Planted:
    """Type a wrong total over the first resolved row."""
    number, row = next((number, row) for number, row in enumerate(workbook.typed) if "total_minutes" in row)
    row["total_minutes"] = str(int(str(row["total_minutes"])) + 7)
    return Planted(
        path=str(workbook.path),
        sheet=SHEET,
        cell=f"{column_letter(list(workbook.form.by_name).index('total_minutes'))}{HEADER_ROW + 1 + number}",
        field="total_minutes",
        rule="total",
        code="TOTAL_DIFFERS",
        severity="error",
        note="a total that its stamps do not give",
    )


def write(path: Path, workbook: Filled, *, titled: bool = True) -> None:
    """The title, the printed headers, the rows."""
    form = workbook.form
    labels = [field.label.zh for field in form.fields]
    rows = [[str(row.get(name, "")) for name in form.by_name] for row in workbook.typed]
    place = workbook.place
    stamp = {
        "csbook_form": form.name,
        "csbook_version": form.version,
        "csbook_desk": place.desk,
        "csbook_agent": place.agent,
        "csbook_team": place.team,
    }
    texts(path, [*([[form.title.zh]] if titled else []), labels, *rows], stamp)


def texts(path: Path, rows: Sequence[Sequence[str]], stamp: Mapping[str, str] | None = None) -> None:
    """A workbook of nothing but texts, with the properties of a stamp if there is one."""
    with Workbook(path) as book:
        for name, value in (stamp or {}).items():
            book.property(name, value)
        sheet = book.sheet(SHEET)
        for number, cells in enumerate(rows):
            sheet.row(number, 0, cells, book.style("plain"))


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)


def _minutes(raised: dt.datetime, resolved: str) -> str:
    """Minutes until a stamp that was typed as a time of day or in full."""
    day = "" if " " in resolved else f"{raised:%Y-%m-%d} "
    return str(round((dt.datetime.fromisoformat(day + resolved) - raised).total_seconds() / 60))
