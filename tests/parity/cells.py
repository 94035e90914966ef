"""Cells: what may stand in a cell of a template, however it got there, by the kind of its column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csbook.forms import Field

EPOCH = dt.datetime(1899, 12, 30)
GENERAL = 0  # the style of a cell that was pasted without a format
# checked by their own check digits; nobody's
RESIDENT, CARD = "11010519491231002X", "6222020200112233445"
PHONES = ("13812345678", "138 1234 5678", "138-1234-5678", "+86 138 1234 5678", "１３８１２３４５６７８", "010-62345678", "(0571)87654321")
MAILS = ("a@example.com", "小李 li.m@example.com.cn", "ａ＠ｅｘａｍｐｌｅ．ｃｏｍ")


@dataclass(frozen=True)
class Cell:
    """A value as it stands in the sheet's XML. `style` replaces the column's own; `error`: the text is an error value."""

    value: str | float | bool
    style: int | None = None
    error: bool = False


def serial(moment: dt.datetime) -> float:
    """The number that Excel keeps for a moment."""
    return (moment - EPOCH) / dt.timedelta(days=1)


ERRORS = tuple(Cell(text, error=True) for text in ("#N/A", "#DIV/0!", "#VALUE!", "#REF!"))
BLANKS = ("", " ", "   ", "\u3000", " \u3000 ", "\u00a0", "\n", "\t", "\u200b")
TEXTS = (
    "0", "1E8", "-5", "1.5", "TRUE", "nan", "None", "NULL", "N/A", "#N/A", "=1+1", "'", '"', "*", "?", "~", "a*", "电*", "电?", "😀", "😀" * 100, "😀" * 101,
    "字" * 200, "字" * 201, "字" * 500, "字" * 501, "x" * 200 + " ", " " + "x" * 200, "字" * 3000, "〔已隐去：电话号码〕", "请退款〔已隐去：银行卡号〕", "「描述」",
    "『状态』", "无", "客户要投诉", "坏了，不行！", "坏 了", "客户\n要\n投诉", "态度差", "12315", "律师函", "１２３", "ＡＢＣ", "①②③", "ﬁ", "a\nb", "a\u00a0b",
    "王小明", "欧阳锋", "王小明公司", "张伟*", "客服小李", "138****5678", "****5678", "A07-5KQ2M-001", "response 20231001001", "_x000D_", "<r>x</r>", "&amp;",
)  # fmt: skip
RAW = (*PHONES, *MAILS, RESIDENT, CARD, "SF1234567890123", "20231001001", f"身份证{RESIDENT}", f"电话{PHONES[0]}，请回电", f"卡号 {CARD}")
NUMBERS = (
    0.0, 1.0, -1.0, -0.1, 0.5, 0.3784722222222222, 0.999999, 1.5, 12.0, 12.5, 240.0, 241.0, 86400.0, 86401.0, 1e8, 1e9, 1e15, 1e20, 1e300,
    36525.0, 36526.0, 45200.0, 45200.5, 45200.37847222222, 73050.0, 73050.9, 73051.0, 2958465.0, 2958466.0, 13812345678.0, 1.1010519491231e17, 60.0, 61.0,
)  # fmt: skip
DATES_AS_TEXT = (
    "2023-10-01", "2023/10/1", "2023.10.1", "2023年10月1日", "２０２３-１０-０１", "20231001", "2023-10-01 ", "2023-13-01", "2023-02-30", "10-1-2023", "1/2/3",
    "2023-10-01 14:30", "2023-10-0114:30", "2023/10/1 9:05", "2023年10月1日 9时5分", "2023-10-01T14:30", "2023-10-01 25:00", "2023-10-01 24:00", "2023-10-01 14:60",
    "2023-10-01 14:30:15", "9:05", "09:05", "９：０５", "9时5分", "下午2点半", "下午2:30", "14点", "上午12:30", "中午11点半", "晚上8点", "晚上12点", "24:00", "25:00", "-1:00", "9:5", "2:30 pm", "45200", "45200.5", "0.5", "今天", "1999-12-31",
    "2100-01-01", "2099-12-31", "2098-01-01 08:00",
)  # fmt: skip
PROMISES = (
    "24小时内回复",
    "3个工作日内解决",
    "明日18:00前",
    "10月2日",
    "尽快",
    "完成后1小时内",
    "２４小时内",
    "48小时内解决 ",
    "0天内",
    "2023-09-01",
)
WHOLES_AS_TEXT = ("12", "012", "１２", "12.0", "12.5", "1E2", "-3", "12 ", "十二", "240", "241", "1234567890")
REFERENCES = (
    "response 20231001001", "CR001", "20231001001", "CS-2023-001", "A07-5KQ2M-001", "a07-5kq2m-001", "服务响应时间记录表 20231001001", "response 1", "xx 001",
    "CR001、CS-2023-001", "CR001,CS-2023-002", "CR001、", "、", "ＣＲ００１",
)  # fmt: skip
TRANSFERS = (
    "无",
    "客服小李 / 9:05 / 技术问题",
    "客服小李 / 9:05",
    "技术部/10/1 9:05/升级",
    "a / b / c\nd / e",
    "a / / b",
    "无 ",
    "a／b／c",
    "/ / /",
)
PHONE_MASKS = (
    "138****5678",
    "****5678",
    "*",
    "010****1234",
    "0571-****1234",
    "１３８****５６７８",
    "138****567",
    "138***5678",
    "038****5678",
    "1385678",
    " 138****5678",
)
NAMES = ("*女士", "张*", "王*明", "欧阳**", "王小明", "张3*", "a*@b", "*" * 10, "*" * 11, "＊女士", "张* ", "😀*" * 4, "😀*****", "张１*")
STAFF = (
    "客服小李",
    "客服小张*",
    "*主管王姐",
    "王小明",
    "客服1234567",
    "客服123456",
    "客服小李 ",
    "客服小李abcdefgh",
    "客服小李abcdefghi",
    "客服小李😀😀😀😀",
    "客服１２３４５６７",
    "技术@a",
)
CUSTOMERS = (
    "CUST456", "CUST123*", "A公司", "B客户", "某某公司", "全体客户", "多名客户", "CUST", "CUST12a", "cust456", "王小明", "王小明公司", "欧阳锋", "12345", "1234",
    "公司12345公司", "ＣＵＳＴ４５６", "CUST456 ", "Ａ公司", "CUST456公司", "王*", "张三丰客户", "abcd", "abcde", "😀😀", "😀😀a", "CUST**", "CUST4*5", "CUST13812345678", "甲乙丙丁戊",
)  # fmt: skip
MASKED = {"phone": PHONE_MASKS, "person": NAMES, "staff": STAFF, "customer": CUSTOMERS}
DATED = frozenset({"date", "clock", "moment", "moment_or_date", "due"})


# what every kind of column is tried with, whatever the dice say; None is an empty cell
CLASSES: Mapping[str, tuple[Cell | None, ...]] = {
    "empty": (None,),
    "blank": (Cell(""), Cell(" \u3000")),
    "full-width digits": (Cell("１２３"),),
    "emoji": (Cell("😀"),),
    "exponent": (Cell("1E8"), Cell(1e8)),
    "number as text": (Cell("12"),),
    "date as text": (Cell("2023-10-01"), Cell("2023年10月1日 9时5分")),
    "midnight": (Cell(0.0), Cell(45200.0), Cell("24:00")),
    "negative time": (Cell(-0.1), Cell("-1:00")),
    "wildcards": (Cell("*"), Cell("?"), Cell("电*")),
    "unseen signs": (Cell("\u200b"), Cell("ORD\u200b123"), Cell("\ufeff客户要求退款")),
    "200 characters": (Cell("字" * 200),),
    "201 characters": (Cell("字" * 201),),
    "outside of the range": (Cell(36525.0), Cell("1999-12-31"), Cell(73051.0), Cell("2100-01-01")),
}


def anywhere() -> Sequence[Cell]:
    """Values that may land in any column."""
    texts = [Cell(text) for text in (*BLANKS, *TEXTS, *RAW)]
    return [*texts, *(Cell(number) for number in NUMBERS), *(Cell(number, GENERAL) for number in NUMBERS), Cell(True), Cell(False), *ERRORS]


def of(field: Field) -> Sequence[Cell]:
    """Values that someone may mean for this column: right ones, repaired ones, wrong ones."""
    if field.kind in DATED:
        moments = [Cell(serial(dt.datetime(2023, 10, 1, 14, 30) + dt.timedelta(hours=step))) for step in range(-30, 60, 6)]
        times = [Cell(step / 24) for step in (0, 9, 14.5, 23.999)]
        return [*map(Cell, (*DATES_AS_TEXT, *(PROMISES if field.kind == "due" else ()))), *moments, *times, *map(Cell, (45200.0, 45201.0))]
    if field.choices is not None:
        return [*map(Cell, _spellings(field))]
    if field.kind == "whole":
        return [*map(Cell, WHOLES_AS_TEXT), *map(Cell, (0.0, 1.0, 12.0, 12.5, 240.0, 241.0, 86400.0, -1.0))]
    if field.kind == "references":
        return [*map(Cell, REFERENCES)]
    if field.kind == "transfers":
        return [*map(Cell, TRANSFERS)]
    if field.mask is not None:
        return [*map(Cell, MASKED[field.mask])]
    limit = field.limit or 200
    return [
        *map(
            Cell,
            ("字" * limit, "字" * (limit + 1), "x" * (limit - 1) + "😀", "x" * limit + " ", "客户询问批量折扣功能", "有问题", "请尽快处理"),
        )
    ]


def separated(field: Field) -> Cell:
    """Two entries of a list with a comma between them."""
    assert field.choices is not None
    return Cell(",".join(entry.label.zh for entry in field.choices.entries[:2]))


def _spellings(field: Field) -> list[str]:
    assert field.choices is not None
    labels = [entry.label.zh for entry in field.choices.entries]
    others = [spelling for entry in field.choices.entries for spelling in (*entry.spellings, entry.label.en.upper())]
    wide = ["".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in spelling) for spelling in (*labels, *others)]
    blanks = [form.format(label) for label in labels for form in (" {}", "{} ", "\u3000{}", "{}\u00a0", "{}\n", "\t{}")]
    inner = [f"{label[0]} {label[1:]}" for label in labels]
    wild = [spelt for label in labels for spelt in (label[0] + "*", label[:-1] + "?", label + "~", "*", "?" * len(label))]
    joined = [
        "、".join(labels[:2]),
        ",".join(labels[:2]),
        "、".join(labels) + "、",
        f"{labels[0]}、x",
        f"{labels[-1]} 、 {labels[0]}",
        "、",
        "，".join(labels),
    ]
    return [*labels, *labels, *labels, *others, *wide, *blanks, *inner, *wild, *(joined if field.kind == "members" else joined[:1])]
