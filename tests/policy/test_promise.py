"""Promises in words become due stamps (METRICS.md, Clocks and policy)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings

from csbook import forms
from csbook.policy import promise
from csbook.policy.calendar import Calendar
from csbook.policy.spellings import Spellings

ROOT = Path(__file__).parent.parent.parent
SPELLINGS = forms.load([ROOT / "templates"], [ROOT / "validations"]).spellings
OFFICE = ((dt.timedelta(hours=9), dt.timedelta(hours=12)), (dt.timedelta(hours=13), dt.timedelta(hours=18)))
CALENDAR = Calendar((OFFICE,) * 5 + ((), ()))
RAISED = dt.datetime(2023, 10, 1, 14, 30)  # a Sunday in the holidays; worked again from Saturday, 7 October


def due(text: str | None, raised: dt.datetime | None = RAISED) -> tuple[str | None, str | None, bool]:
    """Due stamp, words of the promise, unreadable."""
    found = promise.due(pd.Series([text], dtype="str"), pd.Series([raised], dtype="datetime64[us]"), CALENDAR, SPELLINGS).iloc[0]
    stamp, words = (None if pd.isna(found[name]) else found[name] for name in ("due", "words"))
    return stamp and stamp.isoformat(" ", "minutes"), words, bool(found["unreadable"])


@pytest.mark.parametrize(
    ("text", "stamp", "words"),
    [
        ("30分钟内回电", "2023-10-01 15:00", "30分钟内"),
        ("24小时内回复", "2023-10-02 14:30", "24小时内"),
        ("48小时内解决", "2023-10-03 14:30", "48小时内"),
        ("２４小时内", "2023-10-02 14:30", "24小时内"),
        ("1.5小时内", "2023-10-01 16:00", "1.5小时内"),
        ("两个小时之内", "2023-10-01 16:30", "两个小时之内"),
        ("半小时内", "2023-10-01 15:00", "半小时内"),
        ("1个半小时内", "2023-10-01 16:00", "1个半小时内"),
        ("一个半小时内", "2023-10-01 16:00", "一个半小时内"),
        ("十分钟内", "2023-10-01 14:40", "十分钟内"),
        ("十二小时内", "2023-10-02 02:30", "十二小时内"),
        ("二十四小时内", "2023-10-02 14:30", "二十四小时内"),
        ("二十小时以内", "2023-10-02 10:30", "二十小时以内"),
        ("1-2小时内", "2023-10-01 16:30", "1-2小时内"),
        ("2～1小时内", "2023-10-01 16:30", "2~1小时内"),
        ("一到三小时内", "2023-10-01 17:30", "一到三小时内"),
        ("1小时至2小时内", "2023-10-01 16:30", "1小时至2小时内"),
        ("3天内", "2023-10-05 00:00", "3天内"),
        ("三日内", "2023-10-05 00:00", "三日内"),
        ("1个工作日内", "2023-10-07 18:00", "1个工作日内"),
        ("3个工作日内解决", "2023-10-09 18:00", "3个工作日内"),
        ("1-3工作日内", "2023-10-09 18:00", "1-3工作日内"),
        ("今日回复", "2023-10-02 00:00", "今日"),
        ("当日18:00前", "2023-10-01 18:00", "当日18:00前"),
        ("明日电话确认", "2023-10-03 00:00", "明日"),
        ("次日 9：30 前", "2023-10-02 09:30", "次日9:30前"),
        ("明天下午3点前", "2023-10-02 15:00", "明天下午3点前"),
        ("明天下午3点半前", "2023-10-02 15:30", "明天下午3点半前"),
        ("明日中午11点半前", "2023-10-02 11:30", "明日中午11点半前"),
        ("明日晚上8点前", "2023-10-02 20:00", "明日晚上8点前"),
        ("明日晚上12点前", "2023-10-03 00:00", "明日晚上12点前"),
        ("明日24:00前", "2023-10-03 00:00", "明日24:00前"),
        ("当天下午五点前", "2023-10-01 17:00", "当天下午五点前"),
        ("明日十点半前", "2023-10-02 10:30", "明日十点半前"),
        ("明日九点零五分前", "2023-10-02 09:05", "明日九点零五分前"),
        ("明日下午两三点前", "2023-10-03 00:00", "明日"),
        ("明日凌晨12点前", "2023-10-02 00:00", "明日凌晨12点前"),
        ("24小時內", "2023-10-02 14:30", "24小時內"),
        ("10月5日 18:00", "2023-10-05 18:00", "10月5日18:00"),
        ("明日下午3点", "2023-10-02 15:00", "明日下午3点"),
        ("明日10:00回电", "2023-10-03 00:00", "明日"),
        ("10月2日前", "2023-10-03 00:00", "10月2日"),
        ("10月1日", "2023-10-02 00:00", "10月1日"),
        ("3月31日", "2024-04-01 00:00", "3月31日"),
        ("2月29日", "2024-03-01 00:00", "2月29日"),
        ("十月二日18:00前", "2023-10-02 18:00", "十月二日18:00前"),
        ("2023年10月8日", "2023-10-09 00:00", "2023年10月8日"),
        ("2023-10-08", "2023-10-09 00:00", "2023-10-08"),
        ("2023-10-08 12:00", "2023-10-08 12:00", "2023-10-08 12:00"),
        ("稍后1小时内回电", "2023-10-01 15:30", "1小时内"),
        ("先安抚客户，24小时内回复，3天内解决", "2023-10-02 14:30", "24小时内"),
        ("完成后1小时内回访，明日确认", "2023-10-03 00:00", "明日"),
        ("1小时30分钟内", "2023-10-01 16:00", "1小时30分钟内"),
        ("两个小时十五分内", "2023-10-01 16:45", "两个小时十五分内"),
        ("- 24小时内回复\n- 3天内解决", "2023-10-02 14:30", "24小时内"),
        ("已受理-24小时内回复", "2023-10-02 14:30", "24小时内"),
        ("办理时限：24小时内", "2023-10-02 14:30", "24小时内"),
        ("9:30，2小时内", "2023-10-01 16:30", "2小时内"),
        ("今年10月8日前", "2023-10-09 00:00", "10月8日"),
        ("2023-10-08T18:00", "2023-10-08 18:00", "2023-10-08t18:00"),
        ("2 小时 内", "2023-10-01 16:30", "2小时内"),
    ],
)
def test_a_promise(text: str, stamp: str, words: str) -> None:
    assert due(text) == (stamp, words, False)


@pytest.mark.parametrize(
    "text",
    [
        "尽快",
        "24小时",
        "完成后1小时内回访",
        "完成后12小时内",
        "解决后的3天内",
        "修好后明日回访",
        "13月40日",
        "2月30日",
        "12345小时内",
        "1.5天内",
        "半天内",
        "0天内",
        "0小时内",
        "明",
        "18:00前",
        "3",
        "10-2",
        "2023-13-01",
        "-1小时内",
        "－1小时内",
        "（−2天内）",
        "负1小时内",
        "1--2天内",
        "1-2-3天内",
        "1/2小时内",
        "1:30小时内",
        "1e3小时内",
        "一百二十小时内",
        "廿四小时内",
        "几十小时内",
        "1天12小时内",
        "两天十二小时内",
        "9月30日",
        "4月1日18:00前",
        "26年11月3日",
        "二零二四年十一月三日",
        "明年1月5日",
    ],
)
def test_no_promise(text: str) -> None:
    assert due(text) == (None, None, True)


def test_an_impossible_time_is_no_promise() -> None:
    assert due("明日25:00前") == (None, None, True)
    assert due("明日上午12点前") == (None, None, True)
    assert due("明日9:75前，后日再看") == (None, None, True)


def test_no_text_is_neither_due_nor_unreadable() -> None:
    assert due(None) == (None, None, False)


def test_a_promise_without_its_base_has_no_stamp_but_is_readable() -> None:
    assert due("24小时内", None) == (None, "24小时内", False)


def test_29_february_is_the_next_one_there_is() -> None:
    assert due("2月29日", dt.datetime(2096, 9, 1))[0] == "2104-03-01 00:00"


def test_without_words_only_dates_in_figures_are_read() -> None:
    texts = pd.Series(["24小时内", "2023-10-08"], dtype="str")
    found = promise.due(texts, pd.Series([RAISED] * 2, dtype="datetime64[us]"), CALENDAR, Spellings())
    assert found["unreadable"].tolist() == [True, False]


def test_many_texts_are_read_together_on_their_own_index() -> None:
    texts = pd.Series(["24小时内", None, "尽快", "24小时内"], index=[7, 3, 5, 1], dtype="str")
    raised = pd.Series([RAISED, RAISED, RAISED, RAISED + dt.timedelta(days=1)], index=texts.index, dtype="datetime64[us]")
    found = promise.due(texts, raised, CALENDAR, SPELLINGS)
    assert found.index.tolist() == [7, 3, 5, 1]
    assert found["due"].dropna().tolist() == [pd.Timestamp("2023-10-02 14:30"), pd.Timestamp("2023-10-03 14:30")]
    assert found["unreadable"].tolist() == [False, False, True, False]
    assert [str(dtype) for dtype in found.dtypes] == ["datetime64[us]", "str", "bool"]
    assert promise.due(texts[:0], raised[:0], CALENDAR, SPELLINGS).empty


DIGITS = "零一二三四五六七八九"


def chinese(n: int) -> str:
    """Chinese numerals up to 99, made without the code under test."""
    tens, ones = divmod(n, 10)
    return ("" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十") + ("" if ones == 0 and tens else DIGITS[ones])


def full_width(n: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(n))


NUMERALS: list[Callable[[int], str]] = [str, chinese, full_width]


@settings(deadline=None)
@given(
    st.integers(1, 99),
    st.integers(1, 99),
    st.sampled_from(NUMERALS),
    st.sampled_from([("分钟", 1), ("小时", 60), ("个小时", 60)]),
    st.datetimes(dt.datetime(2005, 1, 1), dt.datetime(2090, 1, 1)),
    st.sampled_from(["", "我们会在", "请客户等，"]),
)
def test_minutes_and_hours(
    low: int, high: int, said: Callable[[int], str], unit: tuple[str, int], raised: dt.datetime, before: str
) -> None:
    raised = raised.replace(second=0, microsecond=0)
    one, both = f"{before}{said(low)}{unit[0]}内", f"{before}{said(low)}至{said(high)}{unit[0]}内"
    assert due(one, raised)[0] == (raised + dt.timedelta(minutes=low * unit[1])).isoformat(" ", "minutes")
    assert due(both, raised)[0] == (raised + dt.timedelta(minutes=max(low, high) * unit[1])).isoformat(" ", "minutes")


@settings(deadline=None)
@given(st.dates(dt.date(2005, 1, 1), dt.date(2090, 1, 1)), st.dates(dt.date(2005, 1, 1), dt.date(2090, 1, 1)))
def test_a_day_of_the_year_is_asked_about_where_that_of_this_year_is_past_by_half_a_year_at_most(raised: dt.date, named: dt.date) -> None:
    day = max(raised - dt.timedelta(days=promise.HALF_A_YEAR), dt.date(raised.year, 1, 1))
    while (day.month, day.day) != (named.month, named.day):
        day += dt.timedelta(days=1)
    found = due(f"{named.month}月{named.day}日", dt.datetime.combine(raised, dt.time(23, 59)))
    assert found[0] == (f"{day + dt.timedelta(days=1)} 00:00" if day >= raised else None)
    assert found[2] == (day < raised)


@settings(deadline=None)
@given(
    st.text(st.sampled_from("0123456789一二两三十半零年月日号时点分钟小个工作天内之以至到-~.:今明次当后前上下午 　，"), max_size=24)
    | st.text(max_size=10)
)
def test_any_text_is_a_promise_or_not_but_never_breaks(text: str) -> None:
    stamp, words, unreadable = due(text)
    assert (words is None) == unreadable
    assert stamp is not None or unreadable
