"""Valid files: every workbook passes openxml-audit, and LibreOffice opens and saves it without losing what guards the entries."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastexcel
import openpyxl
import pytest
from openxml_audit import OpenXmlValidator

from csbook import template
from csbook.desks import Desk
from csbook.forms import Definitions
from csbook.policy import Policy
from tests.template.conftest import FORMS, resaved

every_form = pytest.mark.parametrize("name", FORMS)
KIB = 1024


@pytest.fixture(scope="module")
def folder(definitions: Definitions, rules_of_today: Policy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each form's entry workbook, the first row filled with its example, and its empty page."""
    folder = tmp_path_factory.mktemp("valid")
    for name in FORMS:
        form = definitions.forms[name]
        desk = Desk("A07", "客服<小李>", "一&组")
        first = form.examples[:1]
        template.write(form, folder / f"{name}.xlsx", desk=desk, issue_code="5KQ2M", rows=6, prefilled=first, policy=rules_of_today)
        template.write_pages(form, folder / f"{name}-page.xlsx")
    return folder


@pytest.fixture(scope="module")
def after(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the same workbooks, opened and saved by LibreOffice."""
    return resaved([folder / f"{name}.xlsx" for name in FORMS], tmp_path_factory.mktemp("resaved"))


@every_form
def test_the_audit_finds_nothing(folder: Path, name: str) -> None:
    for path in (folder / f"{name}.xlsx", folder / f"{name}-page.xlsx"):
        result = OpenXmlValidator().validate(path)
        assert result.is_valid, result.errors
        assert result.errors == []


@every_form
def test_a_template_is_light(definitions: Definitions, rules_of_today: Policy, tmp_path: Path, name: str) -> None:
    template.write(definitions.forms[name], tmp_path / "a.xlsx", desk=Desk("A07", "客服小李", "一组"), policy=rules_of_today)
    assert (tmp_path / "a.xlsx").stat().st_size <= 120 * KIB


def both(folder: Path, after: Path, name: str) -> Iterator[Any]:
    for each in (folder, after):
        yield openpyxl.load_workbook(each / f"{name}.xlsx")


@every_form
def test_stamp_names_and_hidden_sheets_survive_a_resave(folder: Path, after: Path, name: str) -> None:
    first, second = ([book, {}, {}] for book in both(folder, after, name))
    for found in (first, second):
        found[1] = {each.name: each.value for each in found[0].custom_doc_props.props}
        found[2] = {key: each.attr_text.replace("'", "") for key, each in found[0].defined_names.items()}
    assert first[1] == second[1]
    assert first[2] == second[2]
    assert [(each.title, each.sheet_state) for each in first[0]] == [(each.title, each.sheet_state) for each in second[0]]
    for sheet in ("_meta", "_lists"):
        assert list(first[0][sheet].values) == list(second[0][sheet].values)


def validations(sheet: Any) -> dict[str, tuple[Any, ...]]:
    """First cell → what refuses and prompts there; LibreOffice spells TRUE as 1, and writes out what is the default."""
    return {
        str(each.sqref).split(":")[0]: (
            each.type, re.sub(r"\bTRUE\b", "1", re.sub(r"\bFALSE\b", "0", each.formula1 or "")), str(each.sqref), each.showErrorMessage,
            each.errorStyle or "stop", each.errorTitle, each.error, each.showInputMessage, each.promptTitle, each.prompt, each.allowBlank,
        )
        for each in sheet.data_validations.dataValidation
    }  # fmt: skip


def colours(sheet: Any) -> list[tuple[Any, ...]]:
    """The conditional formats with their fill."""
    rules = [(str(of.sqref), rule) for of in sheet.conditional_formatting for rule in of.rules]
    return [
        (where, tuple(rule.formula), rule.dxf.fill and rule.dxf.fill.bgColor.rgb, rule.dxf.font and rule.dxf.font.color.rgb)
        for where, rule in rules
    ]


@every_form
def test_validations_formats_and_protection_survive_a_resave(folder: Path, after: Path, name: str) -> None:
    first, second = (book["记录"] for book in both(folder, after, name))
    expected, found = validations(first), validations(second)
    assert found.keys() == expected.keys()
    for cell, each in expected.items():
        # an empty condition is a prompt alone, which LibreOffice gives a "0"
        assert found[cell] == each or (each[0] is None and found[cell][2:] == each[2:]), cell
    assert sorted(map(str, colours(first))) == sorted(map(str, colours(second)))
    for row in (4, 5, 10):
        for one, other in zip(first[row], second[row], strict=True):
            assert other.number_format.replace("\\", "") == one.number_format.replace("\\", ""), one.coordinate
            assert other.protection.locked == one.protection.locked, one.coordinate
    for name_ in ("sheet", "autoFilter", "formatColumns", "sort", "password"):
        assert getattr(first.protection, name_) == getattr(second.protection, name_), name_
    assert first.auto_filter.ref == second.auto_filter.ref
    assert second.column_dimensions[first.cell(4, first.max_column).column_letter].hidden


@every_form
def test_the_print_area_survives_a_resave(folder: Path, after: Path, name: str) -> None:
    for each in (folder, after):
        with zipfile.ZipFile(each / f"{name}.xlsx") as archive:
            assert re.search('name="_xlnm.Print_Area"[^>]*>已填行<', archive.read("xl/workbook.xml").decode())


@every_form
def test_values_survive_a_resave(folder: Path, after: Path, name: str) -> None:
    books = [fastexcel.read_excel(each / f"{name}.xlsx") for each in (folder, after)]
    tables = [book.load_sheet("记录", header_row=3, dtypes="string").to_arrow() for book in books]
    first, second = (table.drop_columns(["自检"]).slice(0, 6).to_pydict() for table in tables)
    computed = {"总响应时长（分钟）"}
    assert {label: column for label, column in first.items() if label not in computed} == {
        label: column for label, column in second.items() if label not in computed
    }


@every_form
def test_the_self_check_still_reads_the_typed_cells(folder: Path, after: Path, name: str) -> None:
    first, second = both(folder, after, name)
    names = {key for key in first.defined_names if key.startswith("_") and not key.startswith("_xlnm")}
    assert len(names) == sum(not cell.protection.locked for cell in first["记录"][5])
    assert {key: first.defined_names[key].attr_text.replace("'", "") for key in names} == {
        key: second.defined_names[key].attr_text.replace("'", "") for key in names
    }
    for row in (5, 7):
        # relative in the row: LibreOffice spells some formulas its own way, but each keeps the cells that it looks at
        for one, other in zip(first["_check"][row], second["_check"][row], strict=True):
            assert set(re.findall(r"_[A-Z]+\b", str(one.value))) == set(re.findall(r"_[A-Z]+\b", str(other.value))), one.coordinate
    shown: Any = openpyxl.load_workbook(after / f"{name}.xlsx", data_only=True)
    shown = shown["记录"]
    assert str(shown["A5"].value).startswith("√")
    assert not shown["A6"].value
