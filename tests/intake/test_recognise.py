"""Forms are recognised by stamp or by headings, on any sheet; what is nearly right is asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook import messages
from csbook.forms import Definitions
from csbook.intake.recognising.headings import simplified, unmarked
from csbook.issues import Code, Severity
from tests.intake.conftest import STAMP

RESPONSE = {"raised_date": "2023-10-01", "customer": "A公司", "raised_at": "9:00"}
HOTLINE = {"raised_at": "2023-10-01 14:30", "contact_name": "*女士", "description": "想查询订单的物流状态"}
Sheets = Mapping[str, Sequence[Sequence[Any]]]


@pytest.fixture
def book(tmp_path: Path) -> Callable[[Sheets], Path]:
    """A workbook without a stamp, its sheets as plain tables."""

    def save(sheets: Sheets) -> Path:
        made: Any = openpyxl.Workbook()
        made.remove(made.active)
        for name, rows in sheets.items():
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
        made.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return save


@pytest.fixture
def table(definitions: Definitions) -> Callable[..., list[list[Any]]]:
    """A form's header, changed by `headings` (None leaves a column out), and one row below."""

    def rows(form: str, row: Mapping[str, Any], headings: Mapping[str, str | None] | None = None) -> list[list[Any]]:
        labels = {field.name: field.label.zh for field in definitions.forms[form].fields} | dict(headings or {})
        kept = {name: label for name, label in labels.items() if label is not None}
        return [list(kept.values()), [row.get(name) for name in kept]]

    return rows


def codes(result: Any, severity: Severity | None = None) -> list[Code]:
    for issue in result.issues:
        for lang in messages.LOCALES:
            assert all(messages.text(lang, f"{issue.code}.{part}", **issue.words) for part in ("fault", "prompt", "remedy"))
    return [issue.code for issue in result.issues if severity is None or issue.severity is severity]


def fault(result: Any, code: Code) -> str:
    return next(messages.text("zh", f"{code}.fault", **issue.words) for issue in result.issues if issue.code is code)


@pytest.mark.parametrize("form", ["communication", "hotline", "feedback", "response", "coordination"])
def test_every_form_is_recognised_by_its_headings(intake: Any, book: Any, table: Any, form: str) -> None:
    result = intake(book({"Sheet1": table(form, {"description": "想查询订单的物流状态"})}))
    assert [(file.verdict, file.form, file.version, file.desk.desk) for file in result.files] == [("accepted", form, "1", "")]
    assert [(rows.form.name, len(rows.frame)) for rows in result.rows] == [(form, 1)]
    assert codes(result) == []


@pytest.mark.parametrize("form", ["communication", "hotline", "feedback", "response", "coordination"])
def test_every_form_is_recognised_in_english(intake: Any, book: Any, table: Any, definitions: Definitions, form: str) -> None:
    english = {field.name: field.label.en for field in definitions.forms[form].fields}
    assert intake(book({"Sheet1": table(form, {"description": "想查询订单"}, english)})).files[0].form == form


def test_headings_of_only_the_required_columns_are_enough(intake: Any, book: Any, table: Any, definitions: Definitions) -> None:
    for form in definitions.forms.values():
        optional: dict[str, None] = {field.name: None for field in form.fields if not field.required}
        result = intake(book({"Sheet1": table(form.name, {"description": "想查询订单"}, optional)}))
        assert result.files[0].form == form.name, form.name
        assert codes(result, Severity.ERROR) == []


def test_traditional_headings_are_those_of_the_form(intake: Any, book: Any, table: Any) -> None:
    traditional = {
        "raised_at": "來電時間",
        "contact_name": "客戶姓名",
        "contact_phone": "聯繫方式",
        "description": "問題描述",
        "category": "問題類型",
    }
    result = intake(book({"Sheet1": table("hotline", HOTLINE, traditional)}))
    assert result.rows[0].frame["contact_name"].tolist() == ["*女士"]
    assert codes(result) == []
    assert {"raised_at", "contact_phone", "category"} <= result.rows[0].blocks[0].columns.keys()


@pytest.mark.parametrize(
    "heading", ["*客户姓名", "客户姓名（必填）", "客户　姓名", "客户\n姓名", "【必填】客户姓名：", "※客户姓名*", "客 户 姓 名"]
)
def test_marks_and_blanks_of_a_heading_do_not_count(intake: Any, book: Any, table: Any, heading: str) -> None:
    result = intake(book({"Sheet1": table("hotline", HOTLINE, {"contact_name": heading})}))
    assert result.rows[0].frame["contact_name"].tolist() == ["*女士"]


def test_titles_merged_above_and_rows_before_the_header_are_passed_over(intake: Any, book: Any, table: Any) -> None:
    titled = [["九月热线登记表"], [], ["单位：", "客服一部", None, "填表人", "客服小李"], *table("hotline", HOTLINE)]
    path = book({"九月": titled})
    changed: Any = openpyxl.load_workbook(path)
    changed["九月"].merge_cells("A1:T1")
    changed.save(path)
    result = intake(path)
    assert (result.rows[0].blocks[0].header_row, result.rows[0].places["row"].tolist()) == (4, [5])
    assert codes(result) == []


def test_a_header_of_two_rows_is_one(intake: Any, book: Any, table: Any) -> None:
    header, row = table("hotline", HOTLINE)
    name = header.index("客户姓名")
    upper = [*header[:name], "客户信息", None, *header[name + 2 :]]
    lower = [*[None] * name, "客户姓名", "联系方式", *[None] * (len(header) - name - 2)]
    result = intake(book({"Sheet1": [upper, lower, row]}))
    assert codes(result) == []
    assert result.rows[0].frame["contact_name"].tolist() == ["*女士"]
    assert result.rows[0].frame["description"].tolist() == ["想查询订单的物流状态"]
    assert result.rows[0].places["row"].tolist() == [3]


def test_all_sheets_and_all_forms_of_a_workbook_are_read(intake: Any, book: Any, table: Any) -> None:
    sheets = {
        "说明": [["请逐行填写"]],
        "九月": table("hotline", HOTLINE),
        "十月": table("hotline", HOTLINE),
        "响应": table("response", RESPONSE),
    }
    result = intake(book(sheets))
    assert [(rows.form.name, [block.sheet for block in rows.blocks]) for rows in result.rows] == [
        ("hotline", ["九月", "十月"]),
        ("response", ["响应"]),
    ]
    assert (result.files[0].verdict, result.files[0].form) == ("accepted", "hotline")
    assert codes(result) == []


def test_a_sheet_that_is_no_form_is_named(intake: Any, book: Any, table: Any) -> None:
    result = intake(book({"排班": [["姓名", "早班", "晚班"], ["客服小李", 1, 2]], "热线": table("hotline", HOTLINE)}))
    assert [(issue.code, issue.severity, issue.sheet) for issue in result.issues] == [(Code.SHEET_PASSED_OVER, Severity.WARNING, "排班")]
    assert (codes(result), result.files[0].verdict, len(result.rows)) == ([Code.SHEET_PASSED_OVER], "accepted", 1)


def test_our_hidden_sheets_and_instructions_are_passed_over(intake: Any, book: Any, table: Any) -> None:
    sheets = {"_lists": table("hotline", HOTLINE), "填写说明": table("hotline", HOTLINE), "热线": table("hotline", HOTLINE)}
    result = intake(book(sheets))
    assert [block.sheet for block in result.rows[0].blocks] == ["热线"]
    assert codes(result) == []


def test_a_near_miss_of_a_required_column_is_asked_about(intake: Any, book: Any, table: Any) -> None:
    result = intake(book({"Sheet1": table("hotline", HOTLINE, {"contact_name": "客户姓明", "description": "问题描叙"})}))
    assert (result.files[0].verdict, result.files[0].code, result.rows) == ("refused", "COLUMN_MISSING", ())
    assert codes(result) == [Code.COLUMN_MISSING, Code.HEADER_NEAR, Code.HEADER_NEAR]
    assert "客户姓名、问题描述" in fault(result, Code.COLUMN_MISSING)
    assert [issue.cell for issue in result.issues] == [None, "E1", "H1"]
    assert "客户姓明" in fault(result, Code.HEADER_NEAR)
    assert "客户姓名" in fault(result, Code.HEADER_NEAR)


def test_a_near_miss_of_an_optional_column_is_a_warning(intake: Any, book: Any, table: Any) -> None:
    result = intake(book({"Sheet1": table("hotline", {**HOTLINE, "solution": "已告知"}, {"solution": "處理結菓"})}))
    assert result.files[0].verdict == "accepted"
    assert codes(result) == [Code.COLUMN_MISSING, Code.HEADER_NEAR]
    assert "solution" not in result.rows[0].blocks[0].columns


def test_two_near_misses_never_mean_the_same_column(intake: Any, book: Any, table: Any) -> None:
    header, row = table("hotline", HOTLINE, {"contact_name": "客户姓明"})
    result = intake(book({"Sheet1": [[*header, "客户姓民"], [*row, "x"]]}))
    assert codes(result) == [Code.COLUMN_MISSING, Code.HEADER_NEAR]


def test_a_private_heading_is_not_repeated(intake: Any, book: Any, table: Any) -> None:
    header, row = table("hotline", HOTLINE)
    result = intake(book({"Sheet1": [[*header, "13812345678", "备用栏"], [*row, "x", "y"]]}))
    faults = [messages.text("zh", f"{issue.code}.fault", **issue.words) for issue in result.issues]
    assert codes(result) == [Code.COLUMN_UNKNOWN, Code.COLUMN_UNKNOWN]
    assert "13812345678" not in "".join(faults)
    assert "备用栏" in faults[1]


def test_a_header_that_misses_much_says_which_form_it_is_nearest_to(intake: Any, book: Any) -> None:
    result = intake(book({"Sheet1": [["来电时间", "客户姓名", "责任人", "备注"], ["2023-10-01 14:30", "*女士", "客服小李", "x"]]}))
    assert (result.files[0].verdict, result.files[0].code) == ("refused", "FORM_UNKNOWN")
    assert codes(result)[0] is Code.FORM_UNKNOWN
    assert "客户服务热线问题分类记录表" in fault(result, Code.FORM_UNKNOWN)
    assert "优先级" in fault(result, Code.FORM_UNKNOWN)


def test_two_forms_equally_likely_are_asked_about(intake: Any, book: Any, table: Any, definitions: Definitions, monkeypatch: Any) -> None:
    # the shipped forms are told apart; a team's own copy of one is not
    twin = {
        **definitions.forms,
        "survey": definitions.forms["hotline"].__class__(**{**vars_of(definitions.forms["hotline"]), "name": "survey"}),
    }
    from csbook.intake import read
    from csbook.policy.calendar import Calendar

    both = type(definitions)(twin, definitions.vocabulary, definitions.masks, definitions.spellings)
    result = read([book({"Sheet1": table("hotline", HOTLINE)})], both, Calendar(((),) * 7))
    assert (result.files[0].verdict, result.files[0].code, result.rows) == ("refused", "FORM_AMBIGUOUS", ())
    assert codes(result) == [Code.FORM_AMBIGUOUS]
    assert fault(result, Code.FORM_AMBIGUOUS).count("客户服务热线问题分类记录表") == 2


def vars_of(form: Any) -> dict[str, Any]:
    return {name: getattr(form, name) for name in form.__dataclass_fields__}


def test_a_sheet_that_cannot_be_read_does_not_hold_up_the_others(intake: Any, book: Any, table: Any) -> None:
    sheets = {"九月": table("hotline", HOTLINE), "十月": table("hotline", HOTLINE, {"contact_name": None})}
    result = intake(book(sheets))
    assert (result.files[0].verdict, result.files[0].code) == ("partly", "COLUMN_MISSING")
    assert [(issue.code, issue.severity, issue.sheet) for issue in result.issues if issue.severity is Severity.ERROR] == [
        (Code.COLUMN_MISSING, Severity.ERROR, "十月")
    ]
    assert len(result.rows[0].frame) == 1


def old(path: Path, version: str, places: Mapping[str, str], renamed: Mapping[str, str]) -> Path:
    """The workbook as an older version of its form left it: other headings, and the hidden sheet that says what they mean."""
    changed: Any = openpyxl.load_workbook(path)
    changed.custom_doc_props["csbook_version"].value = version
    meta = changed.create_sheet("_meta")
    for key, value in {"csbook_form": "response", "column": "field", **places}.items():
        meta.append([key, value])
    for cell in changed["记录"][4]:
        cell.value = renamed.get(cell.value, cell.value)
    changed.save(path)
    return path


@pytest.fixture
def letters(definitions: Definitions) -> dict[str, str]:
    """Letter → field as the fixture `write` lays a response workbook out."""
    return {
        openpyxl.utils.get_column_letter(place): field.name for place, field in enumerate(definitions.forms["response"].fields, start=2)
    }


def test_an_older_version_reads_itself_by_its_hidden_names(intake: Any, write: Any, letters: Mapping[str, str]) -> None:
    path = old(write("a.xlsx", [RESPONSE]), "0", letters, {"客户名称/编号": "服务对象", "受理人": "经手"})
    result = intake(path)
    assert (result.files[0].verdict, result.files[0].version) == ("accepted", "0")
    assert codes(result) == [Code.FORM_VERSION_OLD]
    assert result.rows[0].frame["customer"].tolist() == ["A公司"]
    assert "agent" in result.rows[0].blocks[0].columns


def test_a_column_that_no_longer_exists_is_named(intake: Any, write: Any, letters: Mapping[str, str]) -> None:
    gone = {letter: "mood" if field == "reviewer" else field for letter, field in letters.items()}
    path = old(write("a.xlsx", [{**RESPONSE, "reviewer": "平和"}]), "0", gone, {"审核人": "客户心情"})
    result = intake(path)
    assert codes(result) == [Code.FORM_VERSION_OLD, Code.COLUMN_MISSING, Code.COLUMN_UNKNOWN]
    assert "客户心情" in fault(result, Code.COLUMN_UNKNOWN)


@pytest.mark.parametrize("around", ["{}（脱敏）", "{}(下拉选择)", "3.{}", "3、{}", "【{}】", "{}【必填项】", "{}[单选]"])
def test_what_stands_around_a_heading_is_asked_about(intake: Any, write: Any, around: str) -> None:
    result = intake(write("a.xlsx", [RESPONSE], labels={"agent": around.format("受理人")}))
    assert (result.files[0].verdict, result.files[0].code) == ("refused", "COLUMN_MISSING")
    assert codes(result) == [Code.COLUMN_MISSING, Code.HEADER_NEAR]
    assert "受理人" in fault(result, Code.HEADER_NEAR)


def test_a_required_column_that_came_later_is_missing_row_by_row(intake: Any, write: Any, definitions: Definitions) -> None:
    fields = [field.name for field in definitions.forms["response"].fields if field.name != "customer"]
    places = {openpyxl.utils.get_column_letter(place): field for place, field in enumerate(fields, start=2)}
    result = intake(old(write("a.xlsx", [RESPONSE], fields=fields), "0", places, {}))
    assert (result.files[0].verdict, codes(result)) == ("accepted", [Code.FORM_VERSION_OLD, Code.COLUMN_MISSING])
    assert result.rows[0].frame["customer"].isna().tolist() == [True]
    assert "customer" not in result.rows[0].blocks[0].columns
    assert all(word not in messages.text("zh", f"{Code.FORM_VERSION_OLD}.remedy") for word in ("不用处理", "无需"))  # COLUMN_MISSING asks
    result = intake(old(write("b.xlsx", [RESPONSE], fields=fields), "1", {**places, "Z": "customer"}, {}))  # it stood there once
    assert (result.files[0].verdict, result.files[0].code) == ("refused", "COLUMN_MISSING")


def test_hidden_names_of_a_header_that_was_renamed_throughout(
    intake: Any, write: Any, letters: Mapping[str, str], definitions: Definitions
) -> None:
    renamed = {field.label.zh: f"旧栏{place}" for place, field in enumerate(definitions.forms["response"].fields)}
    result = intake(old(write("a.xlsx", [RESPONSE], source_ids=False), "0", letters, renamed))
    assert codes(result) == [Code.FORM_VERSION_OLD]
    assert result.rows[0].frame["customer"].tolist() == ["A公司"]


def test_hidden_names_say_nothing_once_columns_were_moved(intake: Any, write: Any, letters: Mapping[str, str]) -> None:
    moved = dict(zip(letters, [*list(letters.values())[1:], "record_no"], strict=True))
    result = intake(old(write("a.xlsx", [RESPONSE]), "0", moved, {"客户名称/编号": "服务对象"}))
    assert (result.files[0].verdict, result.files[0].code) == ("refused", "COLUMN_MISSING")


def test_a_stamped_workbook_may_hold_other_forms_too(intake: Any, write: Any, table: Any) -> None:
    path = write("a.xlsx", [RESPONSE])
    changed: Any = openpyxl.load_workbook(path)
    for row in table("hotline", HOTLINE):
        changed["热线" if "热线" in changed.sheetnames else changed.create_sheet("热线").title].append(row)
    changed.save(path)
    result = intake(path)
    assert [rows.form.name for rows in result.rows] == ["hotline", "response"]
    assert (result.files[0].form, result.files[0].desk.desk) == ("response", STAMP["desk"])


def test_a_stamped_workbook_with_another_forms_table_is_read_as_that(intake: Any, write: Any, table: Any) -> None:
    path = write("a.xlsx", [RESPONSE])
    changed: Any = openpyxl.load_workbook(path)
    changed.remove(changed["记录"])
    sheet = changed.create_sheet("记录")
    for row in table("hotline", HOTLINE):
        sheet.append(row)
    changed.save(path)
    assert [(rows.form.name, len(rows.frame)) for rows in intake(path).rows] == [("hotline", 1)]


def test_headings_are_made_comparable() -> None:
    assert unmarked("* 客户ＩＤ（必填）", ("*", "(必填)")) == "客户id"
    assert unmarked("***", ("*",)) == ""
    assert simplified("客戶編號") == "客户编号"
    assert simplified("id") == "id"


def test_our_own_instructions_are_not_even_unpacked() -> None:
    from csbook.intake.recognising.recognise import is_looked_at

    names = ("记录", "Sheet1", "_meta", "填写说明", "_check")
    assert [is_looked_at(name) for name in names] == [True, True, True, False, False]


def descriptions(result: Any) -> list[str]:
    return [text for rows in result.rows for text in rows.frame["description"]]


def reordered(rows: list[list[Any]]) -> list[list[Any]]:
    """The same table, its columns the other way round."""
    return [row[::-1] for row in rows]


def test_tables_below_each_other_are_read_by_their_own_headers(intake: Any, book: Any, table: Any) -> None:
    first = table("response", {**RESPONSE, "description": "甲"}, {"contact_name": None})
    again = reordered(table("response", {**RESPONSE, "description": "乙"}))
    other = table("hotline", {**HOTLINE, "description": "丙"})
    result = intake(book({"十月": [*first, [], ["十一月"], *again, [], *other, *other]}))
    found = {rows.form.name: rows for rows in result.rows}
    response, hotline = found["response"], found["hotline"]
    assert dict(zip(response.places["row"], response.frame["description"], strict=True)) == {2: "甲", 6: "乙"}
    assert dict(zip(hotline.places["row"], hotline.frame["description"], strict=True)) == {9: "丙", 11: "丙"}
    assert [block.header_row for block in response.blocks] == [1, 5]
    [file] = result.files
    assert file.verdict == "accepted"


def test_a_table_above_one_of_more_columns_is_not_lost(intake: Any, book: Any, table: Any) -> None:
    first = table("communication", {"description": "甲"}, {"summary": None, "resolved_at": None})
    result = intake(book({"S": [["十月"], *first, [], *table("communication", {"description": "乙"})]}))
    assert descriptions(result) == ["甲", "乙"]


def test_a_table_whose_header_lacks_a_required_column_is_asked_about_and_the_one_above_it_read(intake: Any, book: Any, table: Any) -> None:
    broken = table("response", RESPONSE, {"agent": "同事们"})
    result = intake(book({"S": [*table("response", {**RESPONSE, "description": "甲"}), *broken]}))
    assert descriptions(result) == ["甲"]
    [issue] = [issue for issue in result.issues if issue.severity is Severity.ERROR]
    assert (issue.code, issue.row) == (Code.COLUMN_MISSING, 3)
    assert (result.files[0].verdict, result.files[0].code) == ("partly", "COLUMN_MISSING")


def test_a_block_pasted_with_its_header_keeps_the_ids_of_its_rows(intake: Any, write: Any, table: Any) -> None:
    path = write("a.xlsx", [{**RESPONSE, "source_id": f"A07-5KQ2M-00{n}"} for n in (1, 2)])
    made = openpyxl.load_workbook(path)
    sheet = made["记录"]
    headings = [cell.value for cell in sheet[4]]
    places = [place for place, heading in enumerate(headings) if heading and heading != "source_id"]
    for row, cells in enumerate(reordered(table("response", {**RESPONSE, "description": "甲"})), start=5):
        for place, cell in zip(places, cells, strict=True):
            sheet.cell(row, place + 1, cell)
    made.save(path)
    result = intake(path)
    assert descriptions(result) == ["甲"]
    assert result.rows[0].places["source_id"].tolist() == ["A07-5KQ2M-002"]
    assert codes(result) == []


@pytest.mark.parametrize("other", ["response", "hotline"])
def test_tables_side_by_side_are_two(intake: Any, book: Any, table: Any, other: str) -> None:
    left = table("response", {**RESPONSE, "description": "甲"}, {"contact_name": None})
    right = table(other, {**HOTLINE, "description": "乙"})
    result = intake(book({"S": [[*one, None, *two] for one, two in zip(left, right, strict=True)]}))
    assert sorted(descriptions(result)) == ["乙", "甲"]
    assert Code.COLUMN_TWICE not in codes(result)
    assert next(rows for rows in result.rows if rows.form.name == "response").frame["contact_name"].isna().any()


def test_a_table_with_a_gap_and_strange_columns_is_one(intake: Any, book: Any, table: Any) -> None:
    header, row = table("response", {**RESPONSE, "description": "甲"})
    result = intake(book({"S": [[*header, None, "a", "b", "c"], [*row, None, "x", "y", "z"]]}))
    assert descriptions(result) == ["甲"]
    assert codes(result) == [Code.COLUMN_UNKNOWN] * 3
