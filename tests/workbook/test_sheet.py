"""Cells stay what they are, and every call that Office would drop raises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook.workbook import Refused, Sheet, Workbook, column_letter, column_number, shareable


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    return Workbook(tmp_path / "a.xlsx")


@pytest.fixture
def sheet(book: Workbook) -> Sheet:
    return book.sheet("a")


@pytest.fixture
def reread(book: Workbook) -> Callable[[], Any]:
    def read() -> Any:
        book.save()
        return openpyxl.load_workbook(book.path)["a"]

    return read


TEXTS = ["=1+1", "http://example.com", "0071", "1E8", "<r>&x</r>", " two  spaces ", "😀中文", "_x0041_", "line\nline", "@SUM(A1)", "-1"]


def test_text_stays_text(sheet: Sheet, reread: Callable[[], Any]) -> None:
    for row, text in enumerate(TEXTS):
        sheet.put(row, 0, text)
    cells = [cell for (cell,) in reread().iter_rows()]
    assert [cell.data_type for cell in cells] == ["s"] * len(TEXTS)
    assert [str(cell.value) for cell in cells if "_x" not in str(cell.value)] == [text for text in TEXTS if "_x" not in text]


def test_a_text_cell_stays_text_when_it_is_edited(book: Workbook, sheet: Sheet, reread: Callable[[], Any]) -> None:
    sheet.put(0, 0, "=1+1", book.style("text"))
    cell = reread()["A1"]
    assert (cell.number_format, cell.quotePrefix) == ("@", True)


def test_values_keep_their_type(book: Workbook, sheet: Sheet, reread: Callable[[], Any]) -> None:
    day = dt.datetime(2023, 10, 1)
    values = (1, 2.5, True, day, None)
    sheet.row(0, 0, values[:3])
    sheet.put(0, 3, day, book.style("date"))
    sheet.put(0, 4, None, book.style("cell"))
    assert tuple(cell.value for cell in reread()[1]) == values


def test_shared_formulas_read_as_if_written_one_by_one(sheet: Sheet, reread: Callable[[], Any]) -> None:
    sheet.share(1, 2, 3, '=A2&"<&>"&$B$1')
    again = reread()
    assert [again[f"C{row}"].value for row in (2, 3, 4)] == [f'=A{row}&"<&>"&$B$1' for row in (2, 3, 4)]


def test_a_formula_keeps_its_cached_value(book: Workbook, sheet: Sheet) -> None:
    sheet.formula(0, 0, "=1+1", value=2)
    book.save()
    again: Any = openpyxl.load_workbook(book.path, data_only=True)["a"]
    assert again["A1"].value == 2


@pytest.mark.parametrize(
    ("formula", "can"),
    [
        ("A1&B1", True),
        ("list_x&A1", True),
        ('"a!b{c):"&A1', True),
        ("'b'!A1", False),
        ("SUM({1,2})", False),
        ("SUM(INDEX(a,1):INDEX(a,2))", False),
    ],
)
def test_what_excel_can_share(formula: str, can: bool) -> None:
    assert shareable(formula) is can


REFUSED: dict[str, Callable[[Workbook, Sheet], object]] = {
    "text too long": lambda _book, sheet: sheet.put(0, 0, "x" * 32_768),
    "far cell": lambda _book, sheet: sheet.put(1_048_576, 0, 1),
    "formula too long": lambda _book, sheet: sheet.formula(0, 0, "A1&" * 3_000 + "1"),
    "formula that cannot be shared": lambda _book, sheet: sheet.share(0, 0, 3, "'b'!A1"),
    "validation title": lambda _book, sheet: sheet.validation(0, 0, 1, {"validate": "any", "input_title": "x" * 33}),
    "prompt": lambda _book, sheet: sheet.validation(0, 0, 1, {"validate": "any", "input_message": "😀" * 128}),
    "error text": lambda _book, sheet: sheet.validation(0, 0, 1, {"validate": "any", "input_message": "x", "error_message": "x" * 225}),
    "validation formula": lambda _book, sheet: sheet.validation(0, 0, 1, {"validate": "custom", "value": "=" + "1" * 256}),
    "validation that does nothing": lambda _book, sheet: sheet.validation(0, 0, 1, {"validate": "any"}),
    "unknown option": lambda _book, sheet: sheet.validation(0, 0, 1, {"validate": "any", "input_message": "x", "colour": 1}),
    "long inline list": lambda _book, sheet: sheet.validation(0, 0, 1, {"validate": "list", "source": ["x" * 100] * 3}),
    "bad name": lambda book, _sheet: book.name("A1", "=a!$A$1"),
    "same sheet twice": lambda book, _sheet: book.sheet("a"),
    "unknown chart": lambda book, _sheet: book.chart("cloud"),
    "chart without values": lambda book, _sheet: book.chart("column").add_series({"name": "x"}),
    "merge over merge": lambda _book, sheet: sheet.merge_range(0, 0, 0, 0, "x"),
    "long property": lambda book, _sheet: book.property("csbook_desk", "x" * 256),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED.keys())
def test_nothing_is_dropped_in_silence(book: Workbook, sheet: Sheet, call: Callable[[Workbook, Sheet], object]) -> None:
    with pytest.raises(Refused):
        call(book, sheet)


def test_a_chart_is_drawn_where_it_is_put(book: Workbook, sheet: Sheet, reread: Callable[[], Any]) -> None:
    sheet.row(0, 0, (1, 2, 3))
    chart = book.chart("column", "stacked")
    chart.add_series({"values": "=a!$A$1:$C$1"})
    sheet.insert_chart("B3", chart)
    assert len(reread()._charts) == 1


def test_an_empty_property_is_left_out(book: Workbook) -> None:
    book.property("csbook_desk", "")
    book.property("csbook_form", "x")
    book.save()
    again: Any = openpyxl.load_workbook(book.path)
    assert again.custom_doc_props.names == ["csbook_form"]


def test_columns_have_letters() -> None:
    assert [column_number(column_letter(column)) for column in (0, 25, 26, 701, 702)] == [0, 25, 26, 701, 702]


def test_equal_styles_are_one_format(book: Workbook) -> None:
    assert book.style("cell", bold=True) is book.style("cell", bold=True)
    assert book.style("cell") is not book.style("cell", bold=True)
    assert book.mark("bad") is book.mark("bad")


@pytest.fixture(autouse=True)
def closed(book: Workbook) -> Iterator[None]:
    """Every workbook of these tests can be finished, whatever was refused before."""
    yield
    assert book.content().startswith(b"PK")
