"""Cells become typed columns: what is written in a workbook and what the frame says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import openpyxl
import pandas as pd
import pytest

from csbook.forms import Definitions
from csbook.rows import Rows

DAY = {"raised_date": "2023-10-01"}
NOTHING = pd.NaT


def one(result: Any) -> Rows:
    rows: Rows
    (rows,) = result.rows
    return rows


def stamps(column: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else value.isoformat(" ", "minutes") for value in column]


def test_every_field_stamp_and_flag_is_a_column_of_its_type(intake: Any, write: Any, definitions: Definitions) -> None:
    types = {"date": "datetime64[us]", "moment": "datetime64[us]", "moment_or_date": "datetime64[us]", "due": "datetime64[us]"}
    for name, form in definitions.forms.items():
        first = next(field.name for field in form.fields if field.typed)
        rows = one(intake(write(f"{name}.xlsx", [{first: "2023-10-01"}], form=name)))
        for field in form.fields:
            wanted = types.get(field.kind, "timedelta64[us]" if field.kind == "clock" else "Int64" if field.kind == "whole" else "str")
            assert rows.frame[field.name].dtype == ("Int64" if field.name in form.computed else wanted), field.name
        for stamp in (*form.derived, *form.promises.values()):
            assert rows.frame[stamp].dtype == "datetime64[us]"
        assert all(rows.frame[flag].dtype == bool for flag in rows.frame.columns if "?" in flag)
        assert list(rows.texts.columns) == [field.name for field in form.fields if field.typed]
        assert rows.texts.dtypes.eq("str").all()
        assert all(frame.index.equals(pd.RangeIndex(1)) for frame in (rows.frame, rows.texts, rows.places))


def test_a_promise_without_its_start_is_read_but_has_no_stamp(intake: Any, write: Any) -> None:
    given = [{"due_at": "24小时内回复"}, {"due_at": "尽快"}, {"due_at": dt.datetime(2023, 10, 1, 18)}, {"customer": "A公司"}]
    frame = one(intake(write("a.xlsx", given, form="coordination"))).frame
    assert frame["due_at?unanchored"].tolist() == [True, False, False, False]
    assert frame["due_at?unreadable"].tolist() == [False, True, False, False]
    assert frame["due_at?in_words"].tolist() == [True, True, False, False]


def test_masked_values_are_read_in_half_width_sign_by_sign(intake: Any, write: Any) -> None:
    given = [{"agent": each} for each in ("客服１２＊", " 客服小李 ", "客服①", "客服\u00a0小李")]
    assert one(intake(write("a.xlsx", given))).frame["agent"].tolist() == ["客服12*", "客服小李", "客服①", "客服\u00a0小李"]


def test_what_is_pasted_around_a_masked_value_is_no_part_of_it(intake: Any, write: Any) -> None:
    given = [{"customer": each} for each in ("CUST456\n", "\tCUST456", "\u00a0CUST４５６ \u00a0", "\n")]
    assert one(intake(write("a.xlsx", given))).frame["customer"].tolist() == ["CUST456", "CUST456", "CUST456", "\n"]


def test_other_blanks_are_no_blank(intake: Any, write: Any) -> None:
    frame = one(intake(write("a.xlsx", [{"channel": "\u00a0"}, {"other_demands": "\u00a0"}], form="feedback"))).frame
    assert frame["channel"].notna().tolist() == [True, False]
    assert frame["other_demands"].tolist()[1] == "\u00a0"


def test_a_large_number_is_the_text_that_excel_shows(intake: Any, write: Any) -> None:
    given = [{"description": each} for each in (1e300, "1" * 30, 12)]
    rows = one(intake(write("a.xlsx", given)))
    assert rows.texts["description"].tolist() == ["1.00000E+300", "1" * 30, "12"]
    assert rows.frame["description?DIGITS_LOST"].tolist() == [True, False, False]


def test_a_date_is_one_beside_its_midnight_in_any_spelling(intake: Any, write: Any) -> None:
    given = ("2023/10/1 0:00:00", "2023-10-01 00:00", "2023-10-01T00:00:00", "2023-10-01 00:01")
    frame = one(intake(write("a.xlsx", [{"raised_date": each} for each in given], form="communication"))).frame
    assert frame["raised_date"].tolist()[:3] == [pd.Timestamp("2023-10-01")] * 3
    assert frame["raised_date?unreadable"].tolist() == [False, False, False, True]


def test_a_due_date_exported_with_its_midnight_lasts_the_whole_day(intake: Any, write: Any) -> None:
    given = ("2023/10/2 0:00:00", dt.date(2023, 10, 2), "2023-10-02", "2023/10/2 0:00")
    frame = one(intake(write("a.xlsx", [{"due_at": each} for each in given], form="coordination"))).frame
    assert stamps(frame["due_at"]) == ["2023-10-03 00:00"] * 3 + ["2023-10-02 00:00"]


def test_midnight_without_a_date_format_is_midnight(intake: Any, write: Any) -> None:
    frame = one(intake(write("a.xlsx", [{"raised_clock": 0}, {"raised_clock": dt.time(0)}], form="communication"))).frame
    assert frame["raised_clock"].tolist() == [pd.Timedelta(0), pd.Timedelta(0)]


def test_rows_of_a_form_stand_together_over_all_files(intake: Any, write: Any) -> None:
    write("in/b.xlsx", [{"customer": "C1公司"}, {"customer": "C2公司"}])
    write("in/a.xlsx", [{"description": "x"}], form="hotline")
    write("in/c.xlsx", [{}, {"customer": "C3公司"}], header=2)
    result = intake(write("in/c.xlsx", [{}, {"customer": "C3公司"}], header=2).parent)
    by_form = {rows.form.name: rows for rows in result.rows}
    assert list(by_form) == ["hotline", "response"]
    response = by_form["response"]
    assert response.frame["customer"].tolist() == ["C1公司", "C2公司", "C3公司"]
    assert response.places[["block", "row"]].to_numpy().tolist() == [[0, 5], [0, 6], [1, 4]]
    assert [result.files[block.file].path.name for block in response.blocks] == ["b.xlsx", "c.xlsx"]


def test_cells_of_every_type_arrive_unharmed(intake: Any, write: Any) -> None:
    row = {
        "raised_date": dt.date(2023, 10, 1),
        "raised_at": dt.time(9, 5),
        "accepted_at": dt.datetime(2023, 10, 1, 9, 6, 59),
        "resolved_at": dt.datetime(2023, 10, 2),
        "customer": "　A公司 ",
        "description": "  第一行\n第二行，１２３ ",
        "contact_phone": "１３８****５６７８",
        "total_minutes": 895.0,
        "solution": 12,
        "channel": True,
    }
    rows = one(intake(write("a.xlsx", [row])))
    frame, texts = rows.frame.iloc[0], rows.texts.iloc[0]
    assert frame["raised_date"] == pd.Timestamp(2023, 10, 1)
    assert frame["raised_at"] == pd.Timestamp(2023, 10, 1, 9, 5)
    assert frame["accepted_at"] == pd.Timestamp(2023, 10, 1, 9, 6)
    assert frame["resolved_at"] == pd.Timestamp(2023, 10, 2)
    assert (frame["customer"], frame["description"]) == ("A公司", "第一行\n第二行，１２３")
    assert frame["contact_phone"] == "138****5678"
    assert frame["total_minutes"] == 895
    assert frame["solution"] == "12"
    assert not rows.frame.filter(like="?unreadable").to_numpy().any()
    assert (texts["raised_date"], texts["raised_at"], texts["accepted_at"]) == ("2023-10-01", "09:05", "2023-10-01 09:06:59")
    assert (texts["resolved_at"], texts["contact_phone"]) == ("2023-10-02", "１３８****５６７８")


def test_blank_cells_are_missing(intake: Any, write: Any) -> None:
    rows = one(intake(write("a.xlsx", [{"customer": "x", "description": " 　 ", "channel": "", "raised_at": " "}])))
    typed = [name for name in rows.texts.columns if name != "customer"]
    assert rows.frame[typed].isna().all(axis=None)
    assert rows.texts[typed].isna().all(axis=None)
    assert not rows.frame.filter(like="?").to_numpy().any()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("电话", "phone"),
        (" 电 话　", "phone"),
        ("Phone", "phone"),
        ("PHONE", "phone"),
        ("在线聊天", "chat"),
        ("在线客服", "chat"),
        ("传真", "传真"),
        ("ＱＱ", "QQ"),
        ("NA", "NA"),
        ("null", "null"),
    ],
)
def test_a_spelling_of_an_entry_becomes_its_key(intake: Any, write: Any, text: str, key: str) -> None:
    rows = one(intake(write("a.xlsx", [{"channel": text}])))
    assert rows.frame["channel"].tolist() == [key]
    assert rows.texts["channel"].tolist() == [text.strip(" 　")]


def test_a_suggestion_may_be_any_text(intake: Any, write: Any) -> None:
    rows = one(intake(write("a.xlsx", [{"solution_kind": "已修复"}, {"solution_kind": "改用Ａ方案"}])))
    assert rows.frame["solution_kind"].tolist() == ["fixed", "改用Ａ方案"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("退款", "refund"),
        ("退款、道歉", "refund、apology"),
        ("退款,道歉，换货", "refund、apology、exchange"),
        ("退款；道歉/退款", "refund、apology"),
        ("退款、、道歉、", "refund、apology"),
        ("退款\n道歉", "refund、apology"),
        ("退款、红包", "refund、红包"),
    ],
)
def test_several_entries_in_one_cell(intake: Any, write: Any, text: str, keys: str) -> None:
    rows = one(intake(write("a.xlsx", [{"other_demands": text}], form="feedback")))
    assert rows.frame["other_demands"].tolist() == [keys]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, 12),
        ("12", 12),
        ("１２", 12),
        (12.0, 12),
        ("12.0", 12),
        (0, 0),
        (12.5, None),
        ("12分钟", None),
        (-1, None),
        ("1E8", None),
        (1e12, None),
    ],
)
def test_whole_numbers(intake: Any, write: Any, value: object, number: int | None) -> None:
    rows = one(intake(write("a.xlsx", [{"call_minutes": value}], form="feedback")))
    assert rows.frame["call_minutes"].isna().item() == (number is None)
    assert rows.frame["call_minutes?unreadable"].item() == (number is None)
    assert number is None or rows.frame["call_minutes"].item() == number


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("response 20231001001", "response 20231001001"),
        ("服务响应时间记录表  20231001001", "response 20231001001"),
        ("热线 20231001001", "hotline 20231001001"),
        ("CS-2023-001", "coordination CS-2023-001"),
        ("cr001；A07-5KQ2M-001", "communication CR001、A07-5KQ2M-001"),
        ("客服一组-5KQ2M-1000", "客服一组-5KQ2M-1000"),
        ("20231001001", None),
        ("response 1", None),
        ("survey 20231001001", None),
        ("见上", None),
        ("CS-2023-001、见上", None),
    ],
)
def test_references(intake: Any, write: Any, text: str, reference: str | None) -> None:
    rows = one(intake(write("a.xlsx", [{"related": text}, {"demand": "x"}], form="coordination")))
    assert rows.frame["related?unreadable"].tolist() == [reference is None, False]
    assert rows.frame["related"].tolist()[0] == (reference or text)


def test_source_ids_come_from_the_hidden_column_else_from_the_number(intake: Any, write: Any) -> None:
    rows = [
        {"customer": "a", "source_id": "A07-5KQ2M-001", "record_no": "20231001001"},
        {"customer": "b", "record_no": "A07-5KQ2M-002"},
        {"customer": "c", "record_no": "20231001003"},
        {"customer": "d", "source_id": " ", "record_no": "CS-2023-001"},
    ]
    places = one(intake(write("a.xlsx", rows))).places
    assert places["source_id"].fillna("").tolist() == ["A07-5KQ2M-001", "A07-5KQ2M-002", "", ""]


def test_a_blank_agent_is_the_desks(intake: Any, write: Any) -> None:
    write("in/a.xlsx", [{"description": "x"}, {"description": "x", "agent": "客服小王"}], form="hotline")
    other = write("in/b.xlsx", [{"description": "x"}], form="hotline", stamp={"version": "1", "agent": "客服小陈"})
    nobody = write("in/c.xlsx", [{"description": "x"}], form="hotline", stamp={"version": "1"})
    rows = one(intake(nobody.parent, other))
    assert rows.frame["agent"].fillna("").tolist() == ["客服小李", "客服小王", "客服小陈", ""]
    assert rows.texts["agent"].fillna("").tolist() == ["", "客服小王", "", ""]


def test_date_and_clock_make_the_stamp(intake: Any, write: Any) -> None:
    rows = [
        {"raised_date": "2023-10-01", "raised_clock": dt.time(14, 30)},
        {"raised_date": "2023-10-01"},
        {"raised_clock": "14:30"},
        {"raised_date": dt.datetime(2023, 10, 1), "raised_clock": "14点半"},
        {"raised_date": "2023-10-01", "raised_clock": "24:00"},
        {"raised_date": "2023-10-01", "raised_clock": "2023-10-01 14:30"},
    ]
    frame = one(intake(write("a.xlsx", rows, form="communication"))).frame
    assert stamps(frame["raised_at"]) == ["2023-10-01 14:30", None, None, "2023-10-01 14:30", None, None]
    assert frame["raised_clock?unreadable"].tolist() == [False, False, False, False, True, True]


@pytest.mark.parametrize(
    ("typed", "stamp"),
    [
        ("9:05", "2023-10-01 09:05"),
        (dt.time(9, 5), "2023-10-01 09:05"),
        (0.378472222222222, "2023-10-01 09:05"),
        ("2023-10-0214:30", "2023-10-02 14:30"),
        (45201.604166667, "2023-10-02 14:30"),
        ("2023-10-02", None),
        ("24:00", None),
        ("03/04/2024 9:00", None),
        ("马上", None),
        (-0.1, None),
        (123456789, None),
    ],
)
def test_a_time_of_day_takes_the_rows_day(intake: Any, write: Any, typed: object, stamp: str | None) -> None:
    frame = one(intake(write("a.xlsx", [{**DAY, "accepted_at": typed}]))).frame
    assert stamps(frame["accepted_at"]) == [stamp]
    assert frame["accepted_at?unreadable"].tolist() == [stamp is None]
    assert frame["accepted_at?ambiguous"].tolist() == [str(typed).startswith("03/")]


def test_a_time_of_day_without_a_day_is_unreadable(intake: Any, write: Any) -> None:
    frame = one(intake(write("a.xlsx", [{"accepted_at": "9:05"}, {"raised_date": "?", "accepted_at": "9:05"}]))).frame
    assert frame["accepted_at?unreadable"].tolist() == [True, True]
    assert frame["raised_date?unreadable"].tolist() == [False, True]


def test_the_day_may_be_that_of_the_raised_stamp(intake: Any, write: Any) -> None:
    rows = [{"raised_at": "2023-10-0114:30", "started_at": "15:00", "due_at": "18:00"}, {"raised_at": "14:30", "started_at": "15:00"}]
    frame = one(intake(write("a.xlsx", rows, form="hotline"))).frame
    assert stamps(frame["started_at"]) == ["2023-10-01 15:00", None]
    assert stamps(frame["due_at"]) == ["2023-10-01 18:00", None]
    assert frame["raised_at?unreadable"].tolist() == [False, True]


def test_a_date_holds_no_time(intake: Any, write: Any) -> None:
    rows = [
        {"raised_date": value}
        for value in (dt.datetime(2023, 10, 1, 14, 30), "2023-10-01 14:30", dt.datetime(2023, 10, 1), "2023.10.1", "9:05")
    ]
    frame = one(intake(write("a.xlsx", rows))).frame
    assert stamps(frame["raised_date"]) == [None, None, "2023-10-01 00:00", "2023-10-01 00:00", None]
    assert frame["raised_date?unreadable"].tolist() == [True, True, False, False, True]


def test_a_date_alone_is_midnight_where_the_kind_allows_it(intake: Any, write: Any) -> None:
    rows = [
        {"occurred_at": "2023-9-28"},
        {"occurred_at": dt.date(2023, 9, 28)},
        {"occurred_at": "2023-09-28 8:00"},
        {"occurred_at": "8:00"},
    ]
    frame = one(intake(write("a.xlsx", rows, form="feedback"))).frame
    assert stamps(frame["occurred_at"]) == ["2023-09-28 00:00", "2023-09-28 00:00", "2023-09-28 08:00", None]


@pytest.mark.parametrize(
    ("typed", "due", "words"),
    [
        ("2023-10-02 18:00", "2023-10-02 18:00", "2023-10-02 18:00"),
        (dt.datetime(2023, 10, 2, 18), "2023-10-02 18:00", "2023-10-02 18:00"),
        ("2023-10-02", "2023-10-03 00:00", "2023-10-02"),
        (dt.date(2023, 10, 2), "2023-10-03 00:00", "2023-10-02"),
        ("2023-10-02 24:00", "2023-10-03 00:00", "2023-10-02 24:00"),
        ("24小时内回复", "2023-10-02 14:30", "24小时内回复"),
        ("3个工作日内解决", "2023-10-09 18:00", "3个工作日内解决"),
        ("9月30日前", None, "9月30日前"),
        ("尽快", None, "尽快"),
        ("1", None, "1"),
        (-0.1, None, "-0.1"),
        (99999, None, "99999"),
        (None, None, None),
    ],
)
def test_due_is_a_stamp_a_date_or_a_promise(intake: Any, write: Any, typed: object, due: str | None, words: str | None) -> None:
    frame = one(intake(write("a.xlsx", [{"raised_at": "2023-10-01 14:30", "due_at": typed}], form="hotline"))).frame
    assert stamps(frame["due_at"]) == [due]
    assert frame["due_words"].fillna("").tolist() == [words or ""]
    assert frame["due_at?unreadable"].tolist() == [typed is not None and due is None]


def test_a_promise_without_its_base_is_readable_but_not_due(intake: Any, write: Any) -> None:
    frame = one(intake(write("a.xlsx", [{"due_at": "24小时内回复"}], form="hotline"))).frame
    assert stamps(frame["due_at"]) == [None]
    assert frame["due_at?unreadable"].tolist() == [False]


def test_a_promise_in_the_follow_up_gives_the_due_stamp(intake: Any, write: Any) -> None:
    when = {"raised_date": "2023-10-01", "raised_clock": "14:30"}
    texts = ["明日电话确认", "48小时内解决", "完成后1小时内回访", "9月28日已致电，等回复", None]
    frame = one(intake(write("a.xlsx", [{**when, "follow_up": text} for text in texts], form="communication"))).frame
    assert stamps(frame["due_at"]) == ["2023-10-03 00:00", "2023-10-03 14:30", None, None, None]
    assert frame["due_words"].fillna("").tolist() == ["明日", "48小时内", "", "", ""]
    assert "due_at?unreadable" not in frame
    assert frame["follow_up"].fillna("").tolist() == [text or "" for text in texts]


def test_days_typed_as_bare_numbers_count_from_1904_where_the_workbook_does(write: Any, intake: Any) -> None:
    """43738 is 2023-10-01 in such a workbook; a time of day is the same in every one."""
    path = write("old.xlsx", [{"raised_date": 43738, "raised_at": 43738.375, "accepted_at": 0.5}])
    book: Any = openpyxl.load_workbook(path)
    book.epoch = openpyxl.utils.datetime.MAC_EPOCH
    book.save(path)
    frame = one(intake(path)).frame
    assert stamps(frame["raised_date"]) == ["2023-10-01 00:00"]
    assert stamps(frame["raised_at"]) == ["2023-10-01 09:00"]
    assert stamps(frame["accepted_at"]) == ["2023-10-01 12:00"]
