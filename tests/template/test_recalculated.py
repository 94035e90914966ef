"""What 自检 says, worked out by LibreOffice: the printed rows are ready, every fault is named in its own column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from csbook import template
from csbook.forms import Definitions
from csbook.policy import Policy, promise
from csbook.template.grid import Grid
from csbook.template.listing import listing
from csbook.template.selfcheck.checks import checks
from tests.template.conftest import DESK, FORMS, recalculated

EPOCH = dt.datetime(1899, 12, 30)
STAMPS = ("raised_at", "accepted_at", "first_response_at", "started_at", "resolved_at")


class Case(NamedTuple):
    """An example row of the form with changes (None = left blank), and the fields that 自检 blames."""

    change: Mapping[str, Any]
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


OPEN = {"resolved_at": None, "solution_kind": None, "solution": None, "satisfaction": None, "reviewer": None, "closed_at": None}
CASES: Mapping[str, tuple[Case, ...]] = {
    "response": (
        Case({}),
        Case({"raised_at": "0:00"}),
        Case({"accepted_at": "2023-10-01 09:02", "first_response_at": "9:00"}),
        Case({"accepted_at": dt.time(9, 2, 40), "first_response_at": dt.time(9, 5), "started_at": dt.time(9, 2, 20)}),
        Case({"channel": "传真"}, ("channel",)),
        Case({"channel": "电*", "category": "?询类"}, ("channel", "category")),
        Case({"customer": "13812345678"}, ("customer",)),
        Case({"customer": "王小明"}, warnings=("customer",)),
        Case({"contact_phone": "138****567"}, ("contact_phone",)),
        Case({"raised_date": None, "agent": " \u3000"}, ("raised_date", "agent", *STAMPS)),
        Case({"resolved_at": "8:50"}, ("resolved_at",)),
        Case({**OPEN, "satisfaction": "满意"}, ("satisfaction",)),
        Case({"solution": None}, ("solution",)),
        Case({"description": "坏了"}, warnings=("description",)),
        Case({"description": "客户请我们打 13812345678 回电说明退款进度"}, warnings=("description",)),
        Case({"description": "说" * 200}),
        Case({"description": "说" * 201}, ("description",)),
        Case({"raised_date": dt.date(2099, 1, 1)}, ("raised_date", *STAMPS)),
        Case({**OPEN, "reviewer": "*主管王姐"}),
        # a sign of no width, pasted along: in a code, in a text, where it does no harm
        Case({"customer": "CUST1\u200b", "solution": "ORD\u200b123", "description": "客户\u200b询问企业会员折扣"}, ("customer", "solution")),
        # Excel has lost the last digits of a long number before anybody looks
        Case({"description": 123456789012345678, "transfers": -1e15}, ("description", "transfers")),
    ),
    "communication": (
        Case({}),
        Case({"raised_clock": "十点"}, ("raised_clock",)),
        Case({"status": "关闭"}, warnings=("resolved_at",)),
        Case({"status": "关闭", "solution": None, "resolved_at": "2023-10-01 14:29"}, ("solution", "resolved_at")),
        Case({"resolved_at": "2023-10-02 10:00"}, ("resolved_at",)),
        Case({"follow_up": None}, ("follow_up",)),
        # a spelling that ingest repairs is marked, and what follows from it is named at once
        Case({"status": "Closed", "solution": None}, ("status", "solution"), ("resolved_at",)),
        Case({"status": "关 闭", "resolved_at": "2023-10-01 14:29"}, ("status", "resolved_at")),
        Case({"raised_clock": "下午3点半", "status": "关闭", "resolved_at": "2023-10-01 15:29"}, ("raised_clock", "resolved_at")),
    ),
    "hotline": (
        Case({}),
        Case({"agent": None}),
        Case({"raised_at": "14:30"}, ("raised_at",)),
        Case({"department": "质检部门"}, warnings=("department",)),
        Case({"department": "财务部"}, ("department",)),
        Case({"emotion": "激动"}, warnings=("priority",)),
        Case({"due_at": "24小时内回复"}),
        Case({"contact_name": "王小明"}, ("contact_name",)),
        Case({"contact_name": "张１*", "owner": "客服１２３４５６７"}, ("contact_name", "owner")),
        Case({"raised_at": "2023-10-0114:30", "resolved_at": "2023-10-01 14:29"}, ("raised_at", "resolved_at")),
        Case({"raised_at": dt.datetime(1999, 12, 31, 23, 59)}, ("raised_at",)),
    ),
    "feedback": (
        Case({}),
        Case({"other_demands": "退款、道歉", "note": "客户补充说明了情况"}),
        Case({"other_demands": "退款、打骂"}, ("other_demands",)),
        Case({"call_minutes": 241}, ("call_minutes",)),
        Case({"call_minutes": "十分钟"}, ("call_minutes",)),
        Case({"escalated": "是", "escalation_reason": None}, ("escalation_reason",)),
        Case({"other_demands": "退钱，其它", "note": None}, ("other_demands", "note")),
    ),
    "coordination": (
        Case({}),
        Case({"priority": "紧急", "coordination_channel": "邮件"}, warnings=("coordination_channel",)),
        Case({"handover_to": None}, ("handover_to",)),
    ),
}  # fmt: skip
ALL = [(form, place) for form in FORMS for place in range(len(CASES[form]))]


# what is promised in words as people write it: the template counts it out
PLAIN = (
    "24小时内回复", "请在２４个小时内回电", "30分钟内", "3H内", "2天内解决", "2日以内", "今日", "明日18:00前回电", "次日9:05之前", "第二天确认", "稍后1小时内",
    "48 小时 内解决", "今天24:00前", "客户A1催办，8小时之内", "明天", "3个工作日内解决", "一个工作日内", "5-7个工作日内", "十个工作日之内", "两小时内", "1-2小时内",
    "1至2小时内", "一到三天内", "1.5小时内", "半小时内", "一个半小时内", "二十四小时内", "三十天内", "10月2日", "10月2日18:00前", "3月31日", "2023年10月8日前",
    "24小时内回复，2天内解决", "明日下午3点前", "明日下午3点半前", "明日3点", "明日中午11点半前", "明日晚上12点前", "今日晚上8点前", "明日上午12点前", "10月2日早上9点前", "版本1.2，24小时内", "周一3小时内到4小时内", "请于10月9号前回电",
    "10月5日 18:00", "明日下午3点半", "明日18:00 回电", "今日晚上8点", "明日凌晨12点前", "24小時內", "今日清晨6点前", "明日一起回电",
)  # fmt: skip
# and what means nothing to it: no promise, or one that ingest alone tells
DOUBTED = (
    "完成后1小时内", "完成后1-2小时内", "完成后明日", "0小时内", "1.5天内", "二四小时内", "12345小时内", "2023-10-02前", "2023/10/3", "十月二日", "2月30日", "3 24小时内",
    "1小时到2小时内", "明日25:00前", "尽快", "{H", "无", "几天内",
    "-1小时内", "－1小时内", "负1小时内", "1/2小时内", "1:30小时内", "1e3小时内", "一百二十小时内", "廿四小时内", "几十小时内", "1-2-3天内", "1天12小时内", "1小时30分钟内",
    "26年11月3日", "明年1月5日", "9月30日", "4月1日18:00前", "当天下午五点前", "明日十点半前", "明日5点十分前", "10月2日二十点前",
)  # fmt: skip
# pieces that are put together in every way: told rightly or not at all
COUNTS = (
    "2",
    "１2",
    "0.5",
    "半",
    "一个半",
    "两",
    "十",
    "十二",
    "二十",
    "三十一",
    "零",
    ".5",
    "3.",
    "2-3",
    "三~5",
    "1.5到2",
    "9-2",
    "十二至十五",
    "2天-3",
)
KINDS = ("分钟内", "h以内", "个小时之内", "天内", "个工作日内")
BEFORE = ("", "收到", "完成后", "编号7 ", "周一", "v1.")
PUT_TOGETHER = tuple(before + count + kind for before in BEFORE for count in COUNTS for kind in KINDS)
MINUTE = dt.timedelta(minutes=1)
SPOKEN_AT = dt.datetime(2023, 10, 1, 14, 30)


@pytest.fixture(scope="module")
def sheets(books: Mapping[str, Any]) -> Mapping[str, Any]:
    """Form → its sheet 记录 with one row a case, after recalculation."""
    return {name: book["记录"] for name, book in books.items()}


@pytest.fixture(scope="module")
def books(definitions: Definitions, rules_of_today: Policy, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Form → its workbook after recalculation; `limits` holds rows that run against today's clocks, `promises` words of promises."""
    folder, files = tmp_path_factory.mktemp("recalculated"), []
    for name in FORMS:
        form, path = definitions.forms[name], folder / f"{name}.xlsx"
        rows = [{key: value for key, value in {**form.examples[0], **case.change}.items() if value is not None} for case in CASES[name]]
        template.write(form, path, desk=DESK, issue_code="5KQ2M", rows=len(rows) + 1, prefilled=rows)
        files.append(path)
    files += [each(definitions, rules_of_today, folder) for each in (_running, _promising, _promised_before)]
    return recalculated(files, folder)


def _promising(definitions: Definitions, policy: Policy, folder: Path) -> Path:
    """A conversation for each promise, and one of ten hours ago with a promise that is over, one that is near and one that is far."""
    form, now, path = definitions.forms["communication"], dt.datetime.now(), folder / "promises.xlsx"
    base = {**form.examples[0], "raised_date": SPOKEN_AT.date(), "raised_clock": SPOKEN_AT.time()}
    begun = now.replace(second=0, microsecond=0) - dt.timedelta(minutes=600)
    running = {**base, "raised_date": begun.date(), "raised_clock": begun.time()}
    rows = [{**base, "follow_up": words} for words in (*PLAIN, *DOUBTED, *PUT_TOGETHER)]
    rows += [{**running, "follow_up": words} for words in ("9小时内", "620分钟内", "48小时内")]
    rows.append({**rows[-3], "status": "关闭", "solution": "已处理"})
    template.write(form, path, desk=DESK, issue_code="5KQ2M", rows=len(rows), prefilled=rows, policy=policy)
    return path


def _promised_before(definitions: Definitions, policy: Policy, folder: Path) -> Path:
    """An open case that was to be done ten hours before it was raised, and one three hours after; both are over."""
    form, path = definitions.forms["coordination"], folder / "backwards.xlsx"
    raised = dt.datetime.now().replace(second=0, microsecond=0) - dt.timedelta(days=1)
    base = {name: form.examples[0][name] for name in ("agent", "customer", "category", "priority", "department", "description")}
    rows = [{**base, "raised_at": raised, "due_at": raised + dt.timedelta(hours=hours)} for hours in (-10, 3)]
    template.write(form, path, desk=DESK, issue_code="5KQ2M", rows=2, prefilled=rows, policy=policy)
    return path


def _running(definitions: Definitions, policy: Policy, folder: Path) -> Path:
    """Open cases raised three days, 15 minutes and 1 minute ago: over, near and clear of the half hour that 咨询类 allows."""
    form, now, path = definitions.forms["response"], dt.datetime.now().replace(microsecond=0), folder / "limits.xlsx"
    base = {key: value for key, value in form.examples[0].items() if key not in OPEN}
    rows = []
    for minutes in (3 * 24 * 60, 15, 1):
        raised = now - dt.timedelta(minutes=minutes)
        rows.append({**base, "raised_date": raised.date(), **dict.fromkeys(STAMPS[:4], raised)})
    withdrawn = {**rows[0], "solution_kind": "客户撤回需求"}
    template.write(form, path, desk=DESK, issue_code="5KQ2M", rows=6, prefilled=[*rows, withdrawn], policy=policy)
    return path


def blamed(verdict: str, before: str, after: str) -> set[str]:
    return set(re.findall(f"{before}(.*?){after}", verdict))


@pytest.mark.parametrize(("name", "place"), ALL)
def test_every_fault_is_named_in_its_column(sheets: Mapping[str, Any], definitions: Definitions, name: str, place: int) -> None:
    form, case = definitions.forms[name], CASES[name][place]
    verdict = sheets[name].cell(5 + place, 1).value
    labels = [{form.label(field, "zh") for field in fields} for fields in (case.errors, case.warnings)]
    assert [blamed(verdict, "「", "」"), blamed(verdict, "『", "』")] == labels, verdict
    assert verdict.startswith("✗" if case.errors else "√ 可提交"), verdict


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_row_is_silent_and_the_head_counts(sheets: Mapping[str, Any], name: str) -> None:
    sheet, cases = sheets[name], CASES[name]
    assert sheet.cell(5 + len(cases), 1).value is None
    wrong = sum(bool(case.errors) for case in cases)
    figures = [int(figure) for figure in re.findall(r"\d+", sheet["A3"].value)[:3]]
    assert figures == [len(cases), len(cases) - wrong, wrong]


def test_the_printed_row_takes_twenty_minutes(sheets: Mapping[str, Any], definitions: Definitions) -> None:
    column = definitions.forms["response"].fields.index(definitions.forms["response"].by_name["total_minutes"]) + 2
    minutes = [sheets["response"].cell(5 + place, column).value for place in range(len(CASES["response"]))]
    assert minutes[0] == 20
    assert minutes[1] == 9 * 60 + 20
    assert {minutes[place] for place, case in enumerate(CASES["response"]) if "resolved_at" in case.change} == {None}


def test_clocks_mark_what_is_overdue_and_what_soon_will_be(sheets: Mapping[str, Any]) -> None:
    verdicts = [sheets["limits"].cell(row, 1).value for row in range(5, 9)]
    assert ["超时" in verdict for verdict in verdicts] == [True, False, False, False]
    assert ["到期" in verdict for verdict in verdicts] == [False, True, True, False]
    assert [verdict[:5] for verdict in verdicts] == ["√ 可提交"] * 4
    assert "已超时 1" in sheets["limits"]["A3"].value
    # the time used and the limit, in hours, stand only in the marks
    assert [bool(re.search(r"已用[0-9.]+/[0-9.]+小时", verdict)) for verdict in verdicts] == [True, True, True, False]


def test_a_promise_that_was_over_before_it_was_given_has_no_share_used(sheets: Mapping[str, Any]) -> None:
    verdicts = [sheets["backwards"].cell(row, 1).value for row in (5, 6)]
    assert ["超时" in verdict for verdict in verdicts] == [True, True], verdicts
    assert [bool(re.search("已用[0-9.]+/3小时", verdict)) for verdict in verdicts] == [False, True], verdicts
    assert "已用" not in verdicts[0]


def _stamp(value: Any) -> dt.datetime | None:
    """A serial to the minute; LibreOffice makes a date of the result of DATE."""
    if value in (None, ""):
        return None
    return EPOCH + dt.timedelta(
        minutes=round((value - EPOCH if isinstance(value, dt.datetime) else dt.timedelta(value)) / dt.timedelta(minutes=1))
    )


def test_promises_are_counted_out_as_ingest_does(books: Mapping[str, Any], definitions: Definitions, rules_of_today: Policy) -> None:
    form, texts = definitions.forms["communication"], [*PLAIN, *DOUBTED, *PUT_TOGETHER]
    letter = checks(Grid(form, "zh", len(texts)), listing(form, "zh", rules_of_today)).titles["promised.follow_up"]
    column = [cell for (cell,) in books["promises"]["_check"][f"{letter}5:{letter}{4 + len(texts)}"]]
    raised = pd.Series([SPOKEN_AT] * len(texts)).astype("datetime64[us]")
    due = promise.due(pd.Series(texts, dtype="str"), raised, rules_of_today.calendar(), form.spellings)["due"]
    expected = dict(zip(texts, (None if pd.isna(each) else each.to_pydatetime() for each in due), strict=True))
    told = {text: _stamp(cell.value) for text, cell in zip(texts, column, strict=True)}
    assert {text: told[text] for text in PLAIN} == {text: expected[text] for text in PLAIN}
    assert [text for text in DOUBTED if told[text]] == []
    both = {text: (told[text], expected[text]) for text in PUT_TOGETHER if told[text]}
    assert {text: (one, other) for text, (one, other) in both.items() if one is None or other is None or abs(one - other) > MINUTE} == {}
    assert len(both) > 0.4 * sum(bool(expected[text]) for text in PUT_TOGETHER)


def test_a_promise_in_words_marks_its_row(sheets: Mapping[str, Any]) -> None:
    start = 5 + len(PLAIN) + len(DOUBTED) + len(PUT_TOGETHER)
    verdicts = [str(sheets["promises"].cell(start + place, 1).value) for place in range(4)]
    assert ["超时" in verdict for verdict in verdicts] == [True, False, False, False]
    assert ["到期" in verdict for verdict in verdicts] == [False, True, False, False]
