"""The table of cases: a rule, one row, and whether the rule holds – for every kind that has a formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from csbook.lists import Bilingual, Phrases
from csbook.privacy.masks import Mask
from csbook.rules.bare_name import BareName
from csbook.rules.condition import Every, Filled, Is, Mentions, Some
from csbook.rules.consistent import Consistent
from csbook.rules.includes import Includes
from csbook.rules.length import Length
from csbook.rules.mask import Masked
from csbook.rules.member import Member
from csbook.rules.members import Members
from csbook.rules.not_after import NotAfter
from csbook.rules.only import Only
from csbook.rules.order import Order
from csbook.rules.past import Past
from csbook.rules.private import PrivateMasked
from csbook.rules.range import Range
from csbook.rules.readable import Readable
from csbook.rules.redaction_mark import RedactionMark
from csbook.rules.required import Required
from csbook.rules.routing import Routing
from csbook.rules.rule import NOW, Rule
from csbook.rules.vague import Vague
from tests.rules.row import CHANNELS, DEPARTMENTS

HINT = Bilingual("A公司", "A公司")
CUSTOMER = Mask(
    name="customer",
    hint=HINT,
    shapes=("CUST#+", "CUST#+*"),
    words=("全体客户",),
    endings=("公司", "客户"),
    without=("@", "CUST"),
    digits_below=5,
    short=4,
)
PERSON = Mask(name="person", hint=HINT, holds=("*",), longest=10, without=("@",), digits_below=1)
PHONE = Mask(name="phone", hint=HINT, shapes=("1##****####", "****####", "*", "0##-****####", "400####*"))
LOT = Mask(name="lot", hint=HINT, shapes=("A#+-9#", "#+"), short=1)
MASKS = (CUSTOMER, PERSON, PHONE, LOT)
VAGUE = Phrases(name="vague", phrases=("有问题", "客户很生气", "坏了"))
SURNAMES = Phrases(name="surnames", phrases=("张", "欧阳", "王"))
ATTITUDE = Phrases(name="attitude", phrases=("态度差", "骂"))
ORGANISATIONS = Phrases(name="organisations", phrases=("公司", "客户"))
MARK = Phrases(name="redaction_mark", phrases=("〔已隐去：",))
IS_PHONE = Is("channel", ("phone", "app"))
RESOLVED = Filled("resolved_at")
NOON = pd.Timestamp("2023-10-01 12:00")


@dataclass(frozen=True)
class Case:
    """`typed` is what stands in the cells, `seen` what ingest makes of it where that differs."""

    rule: Rule
    typed: Mapping[str, Any]
    holds: bool
    seen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> dict[str, Any]:
        """The row of the frame."""
        read = {name: None if isinstance(value, str) and not value.strip(" \u3000") else value for name, value in self.typed.items()}
        return {**dict.fromkeys(self.rule.reads), **read, **self.seen}


def serial(stamp: pd.Timestamp) -> float:
    return (stamp - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)


def texts(rule: Rule, good: tuple[str, ...], bad: tuple[str, ...]) -> Iterator[Case]:
    """One-cell cases; blank in every spelling holds."""
    for value, holds in [*((value, True) for value in (*good, "", " ", "\u3000 ")), *((value, False) for value in bad)]:
        yield Case(rule, {rule.reads[0]: value}, holds)


def choices(rule: Rule, *rows: tuple[Mapping[str, Any], Mapping[str, Any], bool]) -> Iterator[Case]:
    """Labels as typed, keys as seen."""
    return (Case(rule, typed, holds, seen) for typed, seen, holds in rows)


def stamps(rule: Rule, *rows: tuple[Mapping[str, pd.Timestamp | None], bool]) -> Iterator[Case]:
    for row, holds in rows:
        yield Case(rule, {name: "" if stamp is None else serial(stamp) for name, stamp in row.items()}, holds, row)


def readable(of: str, *rows: tuple[Any, bool]) -> Iterator[Case]:
    rule = Readable(id="readable.x", field="x", of=of)
    return (Case(rule, {"x": value}, holds, {"x": None, "x?unreadable": not holds}) for value, holds in rows)


def cases() -> list[Case]:
    minute = pd.Timedelta(minutes=1)
    masked = {mask.name: Masked(id="mask.x", field="x", mask=mask) for mask in MASKS}
    phone, chat = {"channel": "电话"}, {"channel": "在线聊天"}
    is_phone, is_chat = {"channel": "phone"}, {"channel": "chat"}
    done, undone = {"resolved_at": serial(NOON)}, {"resolved_at": ""}
    is_done, is_undone = {"resolved_at": NOON}, {"resolved_at": None}
    return [
        *texts(
            masked["customer"],
            ("CUST456", "CUST123*", "CUST1", "全体客户", "A公司", "B客户", "某某公司", "1234公司", "张三", "小店", "某某有限责任公司"),
            (
                "CUST",
                "CUST12a",
                "CUST12**",
                "cust123",
                "CUST公司",
                "a@b公司",
                "12345公司",
                "13812345678",
                "A公司的人在",
                "CUST１２３",
                "张三@",
            ),
        ),
        *texts(
            masked["person"],
            ("*女士", "张*", "王*明", "欧阳**", "*", "123456789*"[9:], "一二三四五六七八九*"),
            ("张三", "张3*", "a@*", "一二三四五六七八九十*", "女士"),
        ),
        *texts(
            masked["phone"],
            ("138****5678", "****5678", "*", "010-****5678", "4001234*"),
            ("238****5678", "13812345678", "138***5678", "138****567x", "138****56789", "**", "410-****5678", "4101234*", "１38****5678"),
        ),
        *texts(masked["lot"], ("A1-90", "A123-99", "123", "1", "-"), ("A-90", "A1-89", "A1-9", "B1-90", "A1-900", "12-", "一二")),
        *texts(Length(id="length.x", field="x", limit=5), ("12345", "一二三四五"), ("123456", "一二三四五六")),
        *texts(
            Vague(id="vague.x", field="x", phrases=VAGUE),
            ("订单延迟发货", "有问题，订单延迟", "abcd", "1234"),
            ("客户很生气", "客户，很生气！", "有问题！！！！", "坏了坏了坏了", "abc", "订单坏了", "客户很生气有问题", "有有问题问题"),
        ),
        *texts(
            BareName(id="bare_name.x", field="x", phrases=SURNAMES),
            ("张", "张*", "A公司", "CUST1", "欧阳是一个姓", "李四", "张3", "阳张", "王府井大街店"),
            ("张三", "欧阳锋", "王小二", "张三丰啊", "欧阳"),
        ),
        *texts(
            BareName(id="bare_name.x", field="x", phrases=SURNAMES, unless=ORGANISATIONS),
            ("王客户", "张公司", "李四"),
            ("张三", "张公司人"),
        ),
        *texts(
            RedactionMark(id="redaction_mark.x", field="x", phrases=MARK),
            ("已隐去", "〔已隐去"),
            ("〔已隐去：身份证号〕", "请回〔已隐去："),
        ),
        *(
            Case(PrivateMasked(id="private_masked.x", field="x"), {"x": value}, holds, {"x?masked": not holds})
            for value, holds in [
                ("请回 138****5678", True),
                ("订单20231001001", True),
                ("12012345678", True),
                ("138123456789012", True),
                ("v2@home", True),
                ("单价 3@ 5.00", True),
                ("***@***.com", True),
                ("", True),
                ("请回13812345678谢谢", False),
                ("13812345678", False),
                ("a.b@qq.com", False),
            ]
        ),
        *choices(
            Member(id="member.channel", field="channel", choices=CHANNELS),
            ({"channel": "电话"}, is_phone, True),
            ({"channel": "APP内嵌"}, {"channel": "app"}, True),
            ({"channel": ""}, {"channel": None}, True),
            ({"channel": "电*"}, {}, False),
            ({"channel": "*"}, {}, False),
            ({"channel": "电？"}, {}, False),
            ({"channel": "传真"}, {}, False),
        ),
        *choices(
            Members(id="members.channel", field="channel", choices=CHANNELS),
            ({"channel": "电话"}, is_phone, True),
            ({"channel": "电话、在线聊天"}, {"channel": "phone、chat"}, True),
            ({"channel": "电话、电话、"}, {"channel": "phone、phone、"}, True),
            ({"channel": ""}, {"channel": None}, True),
            ({"channel": "电话、传真"}, {"channel": "phone、传真"}, False),
            ({"channel": "电话在线聊天"}, {}, False),
        ),
        *choices(
            Routing(
                id="routing.department",
                field="department",
                choices=DEPARTMENTS,
                by="channel",
                options={"phone": ("product",), "chat": ("product", "quality"), "app": ("quality",)},
            ),
            ({**phone, "department": "产品部"}, {**is_phone, "department": "product"}, True),
            ({**phone, "department": "质检部门"}, {**is_phone, "department": "quality"}, False),
            ({**chat, "department": "质检部门"}, {**is_chat, "department": "quality"}, True),
            ({"channel": "", "department": "质检部门"}, {"channel": None, "department": "quality"}, True),
            ({"channel": "传真", "department": "质检部门"}, {"department": "quality"}, True),
            ({**phone, "department": ""}, {**is_phone, "department": None}, True),
            ({**phone, "department": "质检*"}, {**is_phone, "department": "质检*"}, True),
        ),
        *choices(
            Required(id="required.x", field="x", when=IS_PHONE),
            ({**phone, "x": "a"}, is_phone, True),
            ({**phone, "x": " \u3000"}, is_phone, False),
            ({**chat, "x": ""}, is_chat, True),
            ({"channel": "", "x": ""}, {"channel": None}, True),
        ),
        *choices(Required(id="required.x", field="x"), ({"x": "a"}, {}, True), ({"x": " "}, {}, False), ({"x": "*"}, {}, True)),
        *choices(
            Required(id="required.agent", field="agent"),
            ({"agent": "", "desk": "客服小李"}, {"agent": "客服小李"}, True),
            ({"agent": "", "desk": ""}, {}, False),
        ),
        Case(Required(id="required.x", field="x"), {"x": "?"}, True, {"x": None, "x?unreadable": True}),
        Case(Only(id="only.x", field="x", when=RESOLVED), {**done, "x": "a"}, True, is_done),
        Case(Only(id="only.x", field="x", when=RESOLVED), {**undone, "x": "a"}, False, is_undone),
        Case(Only(id="only.x", field="x", when=RESOLVED), {**undone, "x": " "}, True, is_undone),
        Case(
            Only(id="only.x", field="x", when=RESOLVED), {"resolved_at": "?", "x": "a"}, True, {**is_undone, "resolved_at?unreadable": True}
        ),
        Case(Only(id="only.x", field="x", when=Filled("resolved_at", filled=False)), {**undone, "x": "a"}, True, is_undone),
        Case(Only(id="only.x", field="x", when=Filled("resolved_at", filled=False)), {**done, "x": "a"}, False, is_done),
        *choices(
            Consistent(id="consistent.channel", field="channel", when=Mentions("x", ATTITUDE), then=Is("channel", ("phone",))),
            ({**phone, "x": "客服态度差"}, is_phone, True),
            ({**chat, "x": "客服态度差"}, is_chat, False),
            ({**chat, "x": "被骂了"}, is_chat, False),
            ({**chat, "x": "态度好"}, is_chat, True),
            ({**chat, "x": ""}, is_chat, True),
        ),
        *choices(
            Consistent(
                id="consistent.x",
                field="x",
                when=Every((IS_PHONE, Filled("y"))),
                then=Some((Filled("x"), Mentions("y", ATTITUDE))),
            ),
            ({**phone, "y": "a", "x": ""}, is_phone, False),
            ({**phone, "y": "骂", "x": ""}, is_phone, True),
            ({**phone, "y": "a", "x": "b"}, is_phone, True),
            ({**phone, "y": "", "x": ""}, is_phone, True),
            ({**chat, "y": "a", "x": ""}, is_chat, True),
        ),
        *choices(
            Required(id="required.x", field="x", when=Includes("channel", ("chat", "app"))),
            ({"channel": "电话、在线聊天", "x": ""}, {"channel": "phone、chat"}, False),
            ({"channel": "APP内嵌", "x": ""}, {"channel": "app"}, False),
            ({"channel": "电话", "x": ""}, is_phone, True),
            ({"channel": "", "x": ""}, {"channel": None}, True),
        ),
        *stamps(
            Order(id="order.resolved_at", field="resolved_at", not_before="raised_at"),
            ({"resolved_at": NOON, "raised_at": NOON}, True),
            ({"resolved_at": NOON + minute, "raised_at": NOON}, True),
            ({"resolved_at": NOON - minute, "raised_at": NOON}, False),
            ({"resolved_at": None, "raised_at": NOON}, True),
            ({"resolved_at": NOON, "raised_at": None}, True),
        ),
        *stamps(
            NotAfter(id="not_after.raised_at", field="raised_at", not_after="resolved_at"),
            ({"resolved_at": NOON, "raised_at": NOON}, True),
            ({"resolved_at": NOON - minute, "raised_at": NOON}, False),
            ({"resolved_at": None, "raised_at": NOON}, True),
            ({"resolved_at": NOON, "raised_at": None}, True),
        ),
        *stamps(
            Past(id="past.raised_at", field="raised_at"),
            ({"raised_at": NOON, NOW: NOON}, True),
            ({"raised_at": NOON.normalize(), NOW: NOON}, True),
            ({"raised_at": NOON + minute, NOW: NOON}, False),
            ({"raised_at": None, NOW: NOON}, True),
        ),
        *readable(
            "date",
            (45200.0, True),
            ("", True),
            (45200.5, False),
            (0.0, False),
            (-1.0, False),
            ("2023-10-01", False),
            (36525.0, False),
            (73050.0, True),
            (73051.0, False),
        ),
        *readable(
            "clock",
            (0.5, True),
            (0.0, True),
            (" ", True),
            (0.999999, False),
            (1.0, False),
            (-0.1, False),
            ("9:05", False),
            (45200.0, False),
        ),
        *readable("moment", (45200.5, True), (0.5, True), ("", True), ("9:05", False)),
        *readable("due", (45200.5, True), ("24小时内回复", True), ("", True)),
        *readable("whole", (12.0, True), (0.0, True), (1e9, False), (-3.0, False), ("", True), (1.5, False), ("12分", False)),
        *(
            Case(rule, {"minutes": value}, holds, {"minutes": None if value == "" else value})
            for rule, value, holds in [
                (Range(id="range.minutes", field="minutes", low=0, high=240), 0, True),
                (Range(id="range.minutes", field="minutes", low=0, high=240), 240, True),
                (Range(id="range.minutes", field="minutes", low=0, high=240), 241, False),
                (Range(id="range.minutes", field="minutes", low=0, high=240), -1, False),
                (Range(id="range.minutes", field="minutes", low=0, high=240), "", True),
                (Range(id="range.minutes", field="minutes", low=3), 2, False),
                (Range(id="range.minutes", field="minutes", low=3), 300, True),
                (Range(id="range.minutes", field="minutes", high=3), 4, False),
                (Range(id="range.minutes", field="minutes", high=3), -4, True),
                (Range(id="range.minutes", field="minutes"), 4, True),
            ]
        ),
    ]
