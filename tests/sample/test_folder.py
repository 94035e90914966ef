"""sample_data/ is what its script makes."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections import Counter
from pathlib import Path

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from csbook.forms import Form
from csbook.template.grid import FIRST_ROW, Grid
from csbook.template.typed import as_typed
from sample_data.filled import Filled
from sample_data.make import FOLDER, Plan, plan, write
from sample_data.timing import CUT, TIMING

AGAIN = "run `python -m sample_data.make`"


def cells(workbook: Filled) -> list[list[object]]:
    """The typed cells of a plan as a reader sees them."""
    grid = Grid(workbook.form, "zh", len(workbook.typed))
    return [[seen(as_typed(field.kind, row.get(field.name))) for field in grid.typed] for row in workbook.typed]


def seen(value: object) -> object:
    """A day reads back as its midnight, a blank as nothing."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value or None if isinstance(value, str) else value


def cells_of(path: Path, form: Form) -> list[list[object]]:
    """The typed cells of a workbook."""
    book = openpyxl.load_workbook(path, read_only=True)
    grid = Grid(form, "zh", 1)
    sheet = book[grid.sheet]
    assert isinstance(sheet, ReadOnlyWorksheet)
    columns = [grid.columns[field.name] for field in grid.typed]
    rows = [[row[column] for column in columns] for row in itertools.islice(sheet.values, FIRST_ROW - 1, None)]
    book.close()
    return rows


def test_manifest_and_readme_are_those_of_the_script(planned: Plan) -> None:
    assert json.loads((FOLDER / "manifest.json").read_text("utf-8")) == planned.manifest(), AGAIN
    assert (FOLDER / "README.md").read_text("utf-8") == planned.readme(), AGAIN


def test_workbooks_hold_the_rows_of_the_script(planned: Plan) -> None:
    for workbook in planned.workbooks:
        assert cells_of(FOLDER / workbook.path, workbook.form) == cells(workbook), f"{workbook.path}: {AGAIN}"


def test_the_folder_holds_nothing_else(planned: Plan) -> None:
    expected = {str(workbook.path) for workbook in (*planned.workbooks, planned.flat)}
    expected |= {each.path for each in planned.planted}
    assert {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.xlsx")} == expected


def test_the_script_plans_the_same_twice(known: dict[str, Form], planned: Plan) -> None:
    assert plan(known) == planned


def test_a_workbook_is_the_same_to_the_byte(planned: Plan, tmp_path: Path) -> None:
    smallest = min(planned.workbooks, key=lambda workbook: len(workbook.typed))
    for folder in ("once", "twice"):
        write(tmp_path / folder, smallest.path, smallest.form, smallest.place, smallest.typed)
    once, twice = ((tmp_path / folder / smallest.path).read_bytes() for folder in ("once", "twice"))
    assert once == twice


def test_the_sample_is_as_large_and_as_varied_as_issue_2_asks(planned: Plan) -> None:
    rows = [(workbook, row) for workbook in planned.workbooks for row in workbook.typed]
    assert len({workbook.place.desk for workbook, _ in rows}) >= 8
    assert len({workbook.form.name for workbook, _ in rows}) == 5
    assert 3_200 <= len(rows) <= 3_600
    assert max(len(workbook.typed) for workbook in planned.workbooks) <= 300
    repeated = Counter(row["description"] for _, row in rows if "description" in row)
    assert len(repeated) >= 0.9 * len(rows)
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.xlsx")) < 6_000_000


def test_cases_come_all_over_the_three_months_and_none_after_the_cut(planned: Plan) -> None:
    raised = [case.raised for workbook in planned.workbooks for case in workbook.cases]
    assert min(raised).date() == TIMING["first"]
    assert max(raised) <= CUT < dt.datetime(2026, 11, 1)
    assert {moment.month for moment in raised} == {8, 9, 10}
    by_hour = Counter(moment.hour for moment in raised)
    assert by_hour[12] < 0.6 * min(by_hour[11], by_hour[14]), "lunch dips"
    assert Counter(moment.weekday() for moment in raised)[6] == min(Counter(moment.weekday() for moment in raised).values())


def test_the_bad_week_of_a_desk_stands_out(planned: Plan) -> None:
    """More cases than in any other week, and slower ones."""
    for workbook in planned.workbooks:
        bad = workbook.place.bad
        if bad is not None:
            weeks = Counter(case.raised.isocalendar().week for case in workbook.cases)
            assert weeks.most_common(1)[0][0] == dt.date.fromisoformat(bad["from"]).isocalendar().week, workbook.path
