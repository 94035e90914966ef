"""Every conditional rule of FORMS.md, on the shipped forms: a good row, one change, the rule that breaks and how much it weighs."""

from __future__ import annotations

import pandas as pd
import pytest

from csbook.forms import Definitions, Form
from csbook.issues import Severity
from csbook.rules.required import Required
from csbook.rules.rule import NOW

DTYPES = {
    "date": "datetime64[us]",
    "moment": "datetime64[us]",
    "moment_or_date": "datetime64[us]",
    "due": "datetime64[us]",
    "clock": "timedelta64[us]",
    "whole": "Int64",
}
Row = dict[str, object]
DAY = "2023-10-01 "
GOOD: dict[str, Row] = {
    "communication": {
        "raised_date": DAY + "00:00",
        "raised_clock": "14:30:00",
        "raised_at": DAY + "14:30",
        "customer": "CUST456",
        "channel": "phone",
        "description": "客户反馈订单延迟发货",
        "agent": "客服小李",
        "follow_up": "明日电话确认",
        "status": "open",
    },
    "hotline": {
        "raised_at": DAY + "14:30",
        "channel": "phone",
        "contact_name": "*女士",
        "contact_phone": "138****5678",
        "category": "inquiry",
        "priority": "low",
        "description": "想查询订单的物流状态",
        "department": "product",
        "owner": "*主管",
    },
    "feedback": {
        "raised_date": DAY + "00:00",
        "raised_clock": "10:20:00",
        "raised_at": DAY + "10:20",
        "channel": "chat",
        "contact_name": "张*",
        "contact_phone": "*",
        "category": "inquiry",
        "description": "开机十分钟自动停机",
        "demand": "refund",
        "plan": "核对后换货",
        "due_at": "2023-10-02",
        "owner": "客服小陈",
        "satisfaction": "unrated",
        "agent": "客服小李",
    },
    "response": {
        "raised_date": DAY + "00:00",
        "customer": "A公司",
        "contact_phone": "138****5678",
        "channel": "phone",
        "category": "inquiry",
        "description": "询问如何开通批量折扣",
        "agent": "*客服小李",
        "raised_at": DAY + "09:00",
        "accepted_at": DAY + "09:02",
    },
    "coordination": {
        "raised_at": DAY + "09:10",
        "customer": "多名客户",
        "description": "登录页面打不开",
        "category": "assignment",
        "nature": "process",
        "priority": "normal",
        "demand": "尽快恢复",
        "department": "product",
        "handover_to": "*工",
        "coordination_channel": "im",
        "plan": "切换线路",
        "owner": "技术经理老郑",
        "due_at": "2023-10-02",
        "progress": "in_progress",
    },
}
SOLVED: Row = {"resolved_at": DAY + "17:00", "solution": "已处理"}
CLOSED: Row = {"status": "closed", **SOLVED}
DONE: Row = {"progress": "done", **SOLVED}
ARCHIVED: Row = {**DONE, "archived": "yes", "revisit_at": DAY + "18:00", "satisfaction": "satisfied"}
ANSWERED: Row = {**SOLVED, "solution_kind": "fixed"}

# form, change of the good row, rules that break with it (W: a warning)
CASES: list[tuple[str, Row, set[str]]] = [
    # communication
    ("communication", {"status": "closed", "solution": None, "resolved_at": DAY + "15:00"}, {"required.solution"}),
    ("communication", {"status": "closed", "solution": "已退款"}, {"W required.resolved_at"}),
    ("communication", CLOSED, set()),
    ("communication", {"follow_up": None}, {"required.follow_up"}),
    ("communication", {"resolved_at": DAY + "15:00"}, {"only.resolved_at"}),
    ("communication", {**CLOSED, "resolved_at": DAY + "14:29"}, {"order.resolved_at"}),
    ("communication", {"raised_at": "2099-01-01 10:00"}, {"past.raised_at"}),
    ("communication", {"description": "有问题！"}, {"W vague.description"}),
    ("communication", {"customer": "张三"}, {"W bare_name.customer"}),
    ("communication", {"customer": "13812345678"}, {"mask.customer"}),
    ("communication", {"customer": "a@b.cn公司"}, {"mask.customer"}),
    ("communication", {"customer": "12345"}, {"mask.customer"}),
    ("communication", {"customer": "CUST123*"}, set()),
    ("communication", {"customer": "全体客户"}, set()),
    ("communication", {"agent": "张三"}, {"mask.agent"}),
    ("communication", {"agent": "客服13812345678"}, {"mask.agent"}),
    ("communication", {"agent": "客服小李001"}, set()),
    ("communication", {"summary": "字" * 201}, {"length.summary"}),
    ("communication", {"channel": "app"}, {"member.channel"}),
    # hotline
    ("hotline", {"department": "quality"}, {"W routing.department"}),
    ("hotline", {"category": "complaint", "department": "quality"}, set()),
    ("hotline", {"category": "fault"}, {"W routing.department"}),
    ("hotline", {"category": "other", "department": "quality"}, set()),
    ("hotline", {"description": "客服态度差，一直推诿"}, {"W consistent.category"}),
    ("hotline", {"description": "客服态度差，一直推诿", "category": "complaint", "department": "quality"}, set()),
    ("hotline", {"emotion": "agitated"}, {"W consistent.priority"}),
    ("hotline", {"emotion": "agitated", "priority": "high"}, set()),
    ("hotline", {"emotion": "agitated", "priority": None}, {"required.priority"}),
    ("hotline", {"occurred_at": DAY + "14:31"}, {"not_after.occurred_at"}),
    ("hotline", {"occurred_at": DAY + "00:00"}, set()),
    ("hotline", {"started_at": DAY + "14:29"}, {"order.started_at"}),
    ("hotline", {"due_at": DAY + "14:29"}, {"order.due_at"}),
    ("hotline", {**SOLVED, "started_at": DAY + "17:01"}, {"order.resolved_at.started_at"}),
    ("hotline", {**SOLVED, "resolved_at": DAY + "14:00"}, {"order.resolved_at"}),
    ("hotline", {"resolved_at": DAY + "17:00"}, {"required.solution"}),
    ("hotline", {"satisfaction": "satisfied"}, {"only.satisfaction"}),
    ("hotline", {"satisfaction_note": "still_doubtful"}, {"only.satisfaction_note"}),
    ("hotline", {**SOLVED, "satisfaction": "satisfied", "satisfaction_note": "still_doubtful"}, set()),
    ("hotline", {"contact_name": "张三"}, {"mask.contact_name"}),
    ("hotline", {"contact_name": "王*明1"}, {"mask.contact_name"}),
    ("hotline", {"contact_name": "欧阳**"}, set()),
    ("hotline", {"contact_phone": "13812345678"}, {"mask.contact_phone"}),
    ("hotline", {"contact_phone": "010****1234"}, set()),
    ("hotline", {"contact_phone": "0755-****1234"}, set()),
    ("hotline", {"contact_phone": "****5678"}, set()),
    ("hotline", {"demand": "字" * 51}, {"length.demand"}),
    # feedback
    ("feedback", {"category": "other"}, {"required.note"}),
    ("feedback", {"demand": "other"}, {"required.note.demand"}),
    ("feedback", {"other_demands": "refund、other"}, {"required.note.other_demands"}),
    ("feedback", {"other_demands": "refund、other", "note": "希望上门"}, set()),
    ("feedback", {"other_demands": "refund、money"}, {"members.other_demands"}),
    ("feedback", {"department": "logistics"}, {"required.handover_to"}),
    ("feedback", {"department": "none"}, set()),
    ("feedback", {"escalated": "yes"}, {"required.escalation_reason"}),
    ("feedback", {"description": "不解决就找记者曝光"}, {"W consistent.escalated"}),
    ("feedback", {"description": "不解决就找记者曝光", "escalated": "no"}, {"W consistent.escalated"}),
    ("feedback", {"description": "不解决就找记者曝光", "escalated": "yes", "escalation_reason": "major_complaint"}, set()),
    ("feedback", {"status": "closed"}, {"required.resolved_at", "required.solution"}),
    ("feedback", {**SOLVED, "status": "open"}, {"only.resolved_at"}),
    ("feedback", {**CLOSED, "resolved_at": DAY + "10:00"}, {"order.resolved_at"}),
    ("feedback", {"due_at": DAY + "10:00"}, {"W order.due_at"}),
    ("feedback", {"result_satisfaction": "satisfied"}, {"only.result_satisfaction"}),
    ("feedback", {**CLOSED, "result_satisfaction": "satisfied"}, set()),
    ("feedback", {"call_minutes": 241}, {"range.call_minutes"}),
    ("feedback", {"online_seconds": 86401}, {"range.online_seconds"}),
    ("feedback", {"call_minutes": 0, "online_seconds": 86400}, set()),
    ("feedback", {"occurred_at": DAY + "10:21"}, {"not_after.occurred_at"}),
    ("feedback", {"satisfaction": None}, {"required.satisfaction"}),
    # response
    ("response", {"accepted_at": DAY + "08:59"}, {"order.accepted_at"}),
    ("response", {"first_response_at": DAY + "09:01"}, set()),
    ("response", {"first_response_at": DAY + "08:59"}, {"order.first_response_at"}),
    ("response", {"started_at": DAY + "09:01"}, {"order.started_at"}),
    ("response", {**ANSWERED, "first_response_at": DAY + "17:01"}, {"order.resolved_at"}),
    ("response", {**ANSWERED, "started_at": DAY + "17:01"}, {"order.resolved_at.started_at"}),
    ("response", {**ANSWERED, "resolved_at": DAY + "09:01"}, {"order.resolved_at.accepted_at"}),
    ("response", {**ANSWERED, "closed_at": DAY + "16:59"}, {"order.closed_at"}),
    ("response", {**ANSWERED, "total_minutes": 479}, {"total.total_minutes"}),
    ("response", {**ANSWERED, "total_minutes": 480}, set()),
    ("response", {"resolved_at": DAY + "17:00"}, {"required.solution_kind", "required.solution"}),
    ("response", {"satisfaction": "satisfied"}, {"only.satisfaction"}),
    ("response", {"transfers": "无"}, set()),
    ("response", {"transfers": "客服小王 / 9:10"}, {"transfers.transfers"}),
    ("response", {"transfers": "客服小王 / 9:10 / 需技术协助"}, set()),
    ("response", {"solution_kind": "另有说明"}, set()),
    # coordination
    ("coordination", {"category": "emergency"}, {"required.scope"}),
    ("coordination", {"nature": "technical"}, {"W routing.department"}),
    ("coordination", {"nature": "fee", "department": "finance"}, set()),
    ("coordination", {"priority": "urgent"}, {"W consistent.coordination_channel"}),
    ("coordination", {"priority": "urgent", "coordination_channel": "phone_im"}, set()),
    ("coordination", {**DONE, "coordination_channel": "coordination_meeting"}, {"W required.minutes"}),
    ("coordination", {**DONE, "plan_agreed": "objected"}, {"W consistent.plan_agreed"}),
    ("coordination", {"plan_agreed": "objected"}, set()),
    ("coordination", DONE, set()),
    ("coordination", {"progress": "done"}, {"required.resolved_at", "required.solution"}),
    ("coordination", SOLVED, {"only.resolved_at"}),
    ("coordination", {**DONE, "resolved_at": DAY + "09:00"}, {"order.resolved_at"}),
    ("coordination", {"due_at": DAY + "09:00"}, {"W order.due_at"}),
    ("coordination", {"accepted_at": DAY + "09:00"}, {"order.accepted_at"}),
    ("coordination", {**DONE, "revisit_at": DAY + "16:00"}, {"order.revisit_at"}),
    ("coordination", {"satisfaction": "satisfied"}, {"only.satisfaction"}),
    ("coordination", {"satisfaction_note": "还好"}, {"only.satisfaction_note"}),
    ("coordination", {"archived": "yes"}, {"W consistent.archived"}),
    ("coordination", ARCHIVED, set()),
    ("coordination", {**ARCHIVED, "category": "escalation"}, {"W required.lessons"}),
    ("coordination", {**ARCHIVED, "recurring": "yes"}, {"W required.lessons"}),
    ("coordination", {**ARCHIVED, "recurring": "yes", "lessons": "先测试再上线"}, set()),
    ("coordination", {"agent": None}, set()),
]


def frame(form: Form, values: Row) -> pd.DataFrame:
    """One typed row of a form, as intake hands it to the rules."""
    kinds = {field.name: field.kind for field in form.fields} | dict.fromkeys(form.derived, "moment")
    row = {}
    for name, kind in kinds.items():
        dtype = "Int64" if name in form.computed else DTYPES.get(kind, "str")
        row[name] = pd.Series([values.get(name)], dtype="object").astype(pd.api.types.pandas_dtype(dtype))
    return pd.DataFrame(row).assign(**{NOW: pd.Timestamp("2023-11-01").as_unit("us")})


def broken(form: Form, values: Row) -> set[str]:
    row = frame(form, values)
    return {f"{'W ' * (rule.severity is Severity.WARNING)}{rule.id}" for rule in form.rules if not rule.holds(row).iloc[0]}


@pytest.mark.parametrize("form", GOOD)
def test_a_good_row_breaks_nothing(shipped: Definitions, form: str) -> None:
    assert broken(shipped.forms[form], GOOD[form]) == set()


@pytest.mark.parametrize(("form", "change", "expected"), CASES, ids=[f"{form}-{'-'.join(change)}" for form, change, _ in CASES])
def test_a_change_breaks_its_rule(shipped: Definitions, form: str, change: Row, expected: set[str]) -> None:
    assert broken(shipped.forms[form], {**GOOD[form], **change}) == expected


@pytest.mark.parametrize("form", GOOD)
def test_what_is_required_is_missed(shipped: Definitions, form: str) -> None:
    for field in shipped.forms[form].fields:
        if field.required:
            assert f"required.{field.name}" in broken(shipped.forms[form], {**GOOD[form], field.name: None})


@pytest.mark.parametrize("form", GOOD)
def test_an_empty_row_lacks_only_what_is_required(shipped: Definitions, form: str) -> None:
    required = {f"required.{field.name}" for field in shipped.forms[form].fields if field.required}
    assert broken(shipped.forms[form], {}) == required


def test_every_declared_rule_is_tried(shipped: Definitions) -> None:
    """Rules that a field implies are tried in tests/rules; those that a form declares break in a case above."""
    declared = ("only", "consistent", "routing", "vague", "bare_name", "order", "not_after", "total")
    rules = {(form.name, rule.id) for form in shipped.forms.values() for rule in form.rules if rule.id.startswith(declared)}
    rules |= {(form.name, rule.id) for form in shipped.forms.values() for rule in form.rules if isinstance(rule, Required) and rule.when}
    tried = {(form, rule.removeprefix("W ")) for form, _, broken_rules in CASES for rule in broken_rules}
    kinds_tried_once = {("coordination", "bare_name.customer"), ("response", "bare_name.customer")}
    kinds_tried_once |= {(form, "vague.description") for form in GOOD}
    assert rules - tried - kinds_tried_once == set()


def test_states(shipped: Definitions) -> None:
    resolved = {"communication": CLOSED, "hotline": SOLVED, "feedback": CLOSED, "response": ANSWERED, "coordination": DONE}
    for name, change in resolved.items():
        form = shipped.forms[name]
        assert not form.state.resolved.true(frame(form, GOOD[name])).iloc[0]
        assert form.state.resolved.true(frame(form, {**GOOD[name], **change})).iloc[0]
    response = shipped.forms["response"]
    assert response.state.withdrawn
    assert response.state.withdrawn.true(frame(response, {**GOOD["response"], "solution_kind": "withdrawn"})).iloc[0]
