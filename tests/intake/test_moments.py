"""Dates and times as people write them."""

from __future__ import annotations

import datetime as dt

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings

from csbook.forms import Definitions
from csbook.intake.normalising import moments
from csbook.intake.normalising.readings import readings
from csbook.policy.spellings import Spellings
from tests.intake.conftest import ROOT

MIDNIGHT = dt.time()


def spellings() -> Spellings:
    from csbook import forms

    return forms.load([ROOT / "templates"], [ROOT / "validations"]).spellings


WORDS = spellings()


def read(*texts: str | None) -> list[tuple[str | None, str | None]]:
    """Day and clock of each text."""
    found = moments.read(pd.Series(texts, dtype="str"), WORDS)
    days = [None if pd.isna(day) else day.date().isoformat() for day in found["day"]]
    clocks = [
        None if pd.isna(clock) else f"{clock // pd.Timedelta('1h'):02}:{clock % pd.Timedelta('1h') // pd.Timedelta('1min'):02}"
        for clock in found["clock"]
    ]
    return list(zip(days, clocks, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "2023-10-01 09:05",
        "2023-10-0109:05",
        "2023/10/1 9:05",
        "2023.10.1 9:05",
        "2023-10-01T09:05:30",
        "2023年10月1日 9时5分",
        "2023年10月1日9点5分",
        "2023 年 10 月 1 日 9 时 5 分",
        "20231001 9:05",
        "２０２３－１０－０１　９：０５",
        "2023-10-01  9:05",
        "2023年10月1号上午9:05",
        "2023-10-1 9:05 AM",
        "2023-10-01 09:05:59",
        "2023-10-01 09:05:00.400",
        "45200.378472222",
        "2023-10-01 9时5分30秒",
        "2023年10月1日星期日 9:05",
        "2023年10月1日（周日）9:05",
        "二〇二三年十月一日九点零五分",
        "23年10月1日 9:05",
        "2023—10—01 9:05",
        "2023。10。1 9：05",
        "202310010905",
        "20231001090559",
        "20231001 0905",
        "2023年10月1號9時5分",
    ],
)
def test_a_stamp(text: str) -> None:
    assert read(text) == [("2023-10-01", "09:05")]


@pytest.mark.parametrize("text", ["2023-10-01", "2023/10/1", "2023.10.1", "2023年10月1日", "20231001", "２０２３１００１"])
def test_a_date_alone(text: str) -> None:
    assert read(text) == [("2023-10-01", None)]


@pytest.mark.parametrize(
    "text",
    [
        "14:30",
        "14：30",
        "14时30分",
        "14点半",
        "下午2:30",
        "下午2点半",
        "2:30 pm",
        "1899-12-31 14:30:00",
        "0.604166667",
        ".604166667",
        "14:30:59",
    ],
)
def test_a_time_alone(text: str) -> None:
    assert read(text) == [(None, "14:30")]


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("24:00", "24:00"), ("0:00", "00:00"), ("9点", "09:00"), ("下午12:10", "12:10"), ("9:5", "09:05"), ("12:10 pm", "12:10"),
        # beside a word for a part of the day the hour is one of that part
        ("中午11点半", "11:30"), ("中午12点", "12:00"), ("中午1点", "13:00"), ("下午14:30", "14:30"), ("晚上8点", "20:00"), ("晚上12点", "24:00"),
        ("凌晨0:30", "00:30"), ("上午11:59", "11:59"), ("凌晨12:30", "00:30"), ("清晨6点", "06:00"), ("深夜11点", "23:00"),
        # the twelve-hour clock: 12 am is midnight, 12 pm noon, and full hours need no minutes
        ("2pm", "14:00"), ("2 PM", "14:00"), ("11pm", "23:00"), ("12am", "00:00"), ("12:30 am", "00:30"), ("12pm", "12:00"), ("9 am", "09:00"),
        # numerals, and what stands in for 时 and 点
        ("下午两点", "14:00"), ("十点半", "10:30"), ("九点零五分", "09:05"), ("二十点", "20:00"), ("零点三十", "00:30"), ("9點30分", "09:30"),
        ("9時30分", "09:30"), ("14点整", "14:00"),
    ],
)  # fmt: skip
def test_edges_of_the_day(text: str, clock: str) -> None:
    assert read(text) == [(None, clock)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "尽快",
        "12",
        "-1",
        "-0.1",
        "1E8",
        "99999",
        "1234567",
        "2023-02-30",
        "2023-13-01",
        "25:00",
        "24:01",
        # noon or midnight, and hours that the part of the day has not
        "上午12:30",
        "两三点",
        "七八点半",
        "零点六十分",
        "星期一 9:05",
        "2023100114309",
        "2023-10-1p",
        "13pm2",
        "上午14:30",
        "晚上1点",
        "晚上12:30",
        "中午4点",
        "9:60",
        "9:05:60",
        "2023-10-01 25:00",
        "2023-10-119:05",
        "2023/10/19:05",
        "1980-01-01",
        "2100-01-01",
        "1900-01-01 06:00:00",
        "1899-12-30 21:36:00",
        "+10113-09-19 00:00:00",
        "2023-10",
        "10月1日",
        "2023年10月1日9时5分左右",
    ],
)
def test_what_cannot_be_read(text: str) -> None:
    assert read(text) == [(None, None)]


@pytest.mark.parametrize(
    ("text", "ambiguous"),
    [
        ("03/04/2024", True),
        ("3-4-2024 9:00", True),
        ("23-10-1", True),
        ("03.04.24", True),
        ("2024/03/04", False),
        ("x", False),
        ("1-2", False),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_guessed(text: str, ambiguous: bool) -> None:
    found = moments.read(pd.Series([text], dtype="str"), WORDS)
    assert found["ambiguous"].tolist() == [ambiguous]
    if ambiguous:
        assert found[["day", "clock"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("03/04/2024", ("2024-03-04", "2024-04-03")),
        ("３－４－2024 9:00", ("2024-03-04", "2024-04-03")),
        ("25/12/2024", ("2024-12-25",)),
        ("23-10-1", ()),  # no year has one digit
        ("23-10-11", ("2011-10-23", "2023-10-11")),
        ("99/99/2024", ()),
        ("2024/03/04", ()),
        ("13812345678", ()),
    ],
)
def test_the_readings_of_a_date_are_named(text: str, dates: tuple[str, ...]) -> None:
    assert readings(text) == dates


def test_binary_fractions_are_rounded_to_the_second() -> None:
    texts = ["2023-10-01 23:59:59.999", "45200.99999999", "45200.6041666666"]
    found = moments.read(pd.Series(texts, dtype="str"), WORDS)
    assert (found["day"] + found["clock"]).tolist() == [
        pd.Timestamp("2023-10-02"),
        pd.Timestamp("2023-10-02"),
        pd.Timestamp("2023-10-01 14:30"),
    ]


def test_only_cells_have_a_midnight_that_is_a_date_alone() -> None:
    found = moments.read(pd.Series(["2023-10-01 00:00:00", "45200", "2023-10-01 0:00", None], dtype="str"), WORDS)
    assert found["cell"].tolist() == [True, True, False, False]


def test_a_date_cell_written_out_by_a_program_is_one() -> None:
    texts = ["2023/10/1 0:00:00", "2023-10-01T00:00:00", "2023.10.01 00:00:00.000", "2023/10/1 0:00", "2023/10/1 9:00:00"]
    found = moments.read(pd.Series(texts, dtype="str"), WORDS)
    assert found["cell"].tolist() == [True, True, True, False, False]
    assert found["day"].tolist() == [pd.Timestamp("2023-10-01")] * 5


def test_nothing_to_read() -> None:
    for texts in ([], [None]):
        found = moments.read(pd.Series(texts, dtype="str"), WORDS)
        assert found.dtypes.astype(str).to_dict() == {
            "day": "datetime64[us]",
            "clock": "timedelta64[us]",
            "ambiguous": "bool",
            "cell": "bool",
        }
        assert len(found) == len(texts)


def test_without_words_figures_are_read_alone() -> None:
    found = moments.read(pd.Series(["2023-10-01 9:05", "2023年10月1日"], dtype="str"), Spellings())
    assert found["day"].notna().tolist() == [True, False]


def spelled(stamp: dt.datetime) -> list[str]:
    """Ways to write one stamp, made without the code under test."""
    y, m, d, h, n = stamp.year, stamp.month, stamp.day, stamp.hour, stamp.minute
    serial = (stamp - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    half = f"{'上午' if h < 12 else '下午'}{h if h <= 12 else h - 12}:{n:02}"
    return [
        f"{y}-{m:02}-{d:02} {h:02}:{n:02}",
        f"{y}-{m:02}-{d:02}{h:02}:{n:02}",
        f"{y}/{m}/{d} {h}:{n:02}",
        f"{y}.{m}.{d} {h}:{n:02}",
        f"{y}年{m}月{d}日{h}时{n}分",
        f"{y}年{m}月{d}日 {h}点{n}分",
        f"{y}{m:02}{d:02} {h}：{n:02}",
        f"{y}年{m}月{d}日{half}",
        repr(serial),
        f"{y}-{m:02}-{d:02}T{h:02}:{n:02}:00",
        f"{y}-{m:02}-{d:02} {h:02}:{n:02}:00.000",
    ]


@settings(deadline=None)
@given(st.lists(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31, 23, 59)), min_size=1, max_size=20))
def test_every_stamp_is_read_in_every_spelling(stamps: list[dt.datetime]) -> None:
    wanted = [stamp.replace(second=0, microsecond=0) for stamp in stamps]
    texts = [(text, stamp) for stamp in wanted for text in spelled(stamp)]
    found = moments.read(pd.Series([text for text, _ in texts], dtype="str"), WORDS)
    assert (found["day"] + found["clock"]).dt.to_pydatetime().tolist() == [stamp for _, stamp in texts]


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("0123456789-/.: T年月日时分点半上下午秒　am"), max_size=20) | st.text(max_size=8), max_size=30))
def test_any_text_is_read_or_not_but_never_breaks(texts: list[str]) -> None:
    found = moments.read(pd.Series(texts, dtype="str"), WORDS)
    assert len(found) == len(texts)
    within = found["day"].isna() | found["day"].between(pd.Timestamp(WORDS.earliest), pd.Timestamp(WORDS.latest))
    assert within.all()
    assert (found["clock"].isna() | found["clock"].between(pd.Timedelta(0), pd.Timedelta(days=1))).all()


def test_shipped_words_are_complete(definitions: Definitions) -> None:
    assert definitions.spellings.words["hour"]
    assert definitions.spellings.earliest < definitions.spellings.latest
