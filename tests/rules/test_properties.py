"""Properties: each rule against a plain statement of it, and its formula against the rule, on many texts."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import assume, given, settings

from csbook.intake.normalising.texts import half_width
from csbook.lists import Phrases
from csbook.privacy.masks import Mask
from csbook.rules.bare_name import BareName
from csbook.rules.condition import Every, Filled, Is, Mentions, Some
from csbook.rules.consistent import Consistent
from csbook.rules.length import Length
from csbook.rules.mask import Masked
from csbook.rules.members import Members
from csbook.rules.only import Only
from csbook.rules.order import Order
from csbook.rules.past import Past
from csbook.rules.redaction_mark import RedactionMark
from csbook.rules.required import Required
from csbook.rules.routing import Routing
from csbook.rules.rule import NOW, Condition, Rule
from csbook.rules.total import Total
from csbook.rules.transfers import Transfers
from csbook.rules.vague import PUNCTUATION, Vague
from tests.rules.cases import ATTITUDE, MARK, MASKS, SURNAMES, VAGUE
from tests.rules.evaluator import evaluate
from tests.rules.row import CHANNELS, DEPARTMENTS, LISTS, Sheet, frame

BITS = [
    *"0149*张王欧阳公司客户女士@A?、，。 -😀𠮷",
    "CUST",
    "公司",
    "****",
    "138",
    "1234",
    "5678",
    "010-",
    "-9",
    "400",
    "全体客户",
    *VAGUE.phrases,
    *SURNAMES.phrases,
    *ATTITUDE.phrases,
    *MARK.phrases,
]
# as a cell reaches ingest: without outer blanks, None where nothing is left
TEXT = st.lists(st.sampled_from(BITS), max_size=8).map("".join).map(lambda text: text.strip(" \u3000") or None)
TEXTS = st.lists(TEXT, min_size=1, max_size=8)
STAMP = st.none() | st.datetimes(min_value=pd.Timestamp("2023-10-01"), max_value=pd.Timestamp("2023-10-02")).map(
    lambda stamp: stamp.replace(microsecond=0)
)
KEY = st.none() | st.sampled_from(CHANNELS.keys)


def holds(rule: Rule, rows: list[dict[str, Any]]) -> list[bool]:
    found = rule.holds(frame(rows))
    assert found.dtype == bool
    return [bool(value) for value in found]


def by_formula(rule: Rule, cells: dict[str, Any]) -> bool:
    sheet = Sheet()
    written = rule.formula(sheet)
    assert written is not None
    lists = {f"list_{name}": [entry.label.zh for entry in choices.entries] for name, choices in LISTS.items()}
    return evaluate(f"IFERROR({written},FALSE)", {**lists, **{sheet.cell(field): value for field, value in cells.items()}}) is True


def well_formed(mask: Mask, text: str) -> bool:
    """FORMS.md, "Masks", as one would say it."""
    shapes = (re.escape(shape).replace(r"\#\+", "[0-9]+").replace(r"\#", "[0-9]") for shape in mask.shapes)
    if text in mask.words or any(re.fullmatch(shape, text) for shape in shapes):
        return True
    ends, contains = any(text.endswith(end) for end in mask.endings), any(part in text for part in mask.holds)
    if not (ends or contains or (mask.short is not None and len(text) <= mask.short)):
        return False
    return (
        (mask.longest is None or len(text) <= mask.longest)
        and not any(part in text for part in mask.without)
        and (mask.digits_below is None or len(re.findall("[0-9]", text)) < mask.digits_below)
    )


def says_something(text: str) -> bool:
    for part in (*PUNCTUATION, *sorted(VAGUE.phrases, key=len, reverse=True)):
        text = text.replace(part, "")
    return len(text) >= 4


def is_bare(text: str) -> bool:
    return 2 <= len(text) <= 4 and text.startswith(SURNAMES.phrases) and not re.search("[*0-9]", text)


STATEMENTS: dict[Rule, Callable[[str], bool]] = {
    **{Masked(id=mask.name, field="x", mask=mask): functools.partial(well_formed, mask) for mask in MASKS},
    Length(id="length", field="x", limit=5): lambda text: len(text) <= 5,
    Vague(id="vague", field="x", phrases=VAGUE): says_something,
    BareName(id="bare_name", field="x", phrases=SURNAMES): lambda text: not is_bare(text),
    RedactionMark(id="redaction_mark", field="x", phrases=MARK): lambda text: "〔已隐去：" not in text,
}


@pytest.mark.parametrize("rule", STATEMENTS, ids=lambda rule: rule.id)
@settings(max_examples=150, deadline=None)
@given(texts=TEXTS)
def test_a_text_rule_is_its_statement_and_its_formula(rule: Rule, texts: list[str | None]) -> None:
    expected = [text is None or STATEMENTS[rule](text) for text in texts]
    assert holds(rule, [{"x": text} for text in texts]) == expected
    assert [by_formula(rule, {"x": text}) for text in texts] == expected


@pytest.mark.parametrize("mask", MASKS, ids=lambda mask: mask.name)
@settings(max_examples=150, deadline=None)
@given(text=TEXT)
def test_nothing_passes_a_mask_behind_full_width(mask: Mask, text: str | None) -> None:
    rule = Masked(id=mask.name, field="x", mask=mask)
    wide = text and "".join(chr(ord(char) + 0xFEE0) if char in "0149@CUST*" else char for char in text)
    read = half_width(pd.Series([wide], dtype="str"))[0]
    assert holds(rule, [{"x": read}]) == [True] or not by_formula(rule, {"x": wide})


@pytest.mark.parametrize("mask", MASKS, ids=lambda mask: mask.name)
@settings(max_examples=150, deadline=None)
@given(text=TEXT, blank=st.sampled_from(["", " ", "\u3000"]))
def test_typing_never_refuses_a_well_formed_value(mask: Mask, text: str | None, blank: str) -> None:
    rule, sheet = Masked(id=mask.name, field="x", mask=mask), Sheet()
    entry, cell = rule.entry(sheet), sheet.cell("x")
    if entry is not None and text is not None and holds(rule, [{"x": text}]) == [True]:
        # LibreOffice counts the digits (tests/parity), the small evaluator cannot
        source = re.sub(r"SUMPRODUCT\(.*?,\"\"\)\)\)", str(len(re.findall("[0-9]", text))), entry.source)
        assert evaluate(source, {cell: blank + text + blank}) is True


def truth(condition: Condition, row: dict[str, Any]) -> bool:
    match condition:
        case Is(field, keys):
            return row[field] in keys
        case Filled(field, filled):
            return (row[field] is not None) == filled
        case Mentions(field, phrases):
            return any(phrase in (row[field] or "") for phrase in phrases.phrases)
        case Every(parts):
            return all(truth(part, row) for part in parts)
        case Some(parts):
            return any(truth(part, row) for part in parts)
    raise AssertionError(condition)


SIMPLE = (
    st.builds(Is, st.just("channel"), st.lists(st.sampled_from(CHANNELS.keys), min_size=1, max_size=2).map(tuple))
    | st.builds(Filled, st.sampled_from(["x", "channel"]), st.booleans())
    | st.builds(Mentions, st.just("x"), st.just(ATTITUDE))
)
CONDITION = st.recursive(
    SIMPLE, lambda part: st.builds(Every, st.tuples(part, part)) | st.builds(Some, st.tuples(part, part)), max_leaves=4
)


@settings(max_examples=150, deadline=None)
@given(when=CONDITION, then=CONDITION, text=TEXT, key=KEY)
def test_rules_with_conditions_are_their_statements_and_their_formulas(
    when: Condition, then: Condition, text: str | None, key: str | None
) -> None:
    row = {"x": text, "channel": key}
    cells = {"x": text, "channel": CHANNELS.label(key, "zh") if key else None}
    expected: dict[Rule, bool] = {
        Required(id="required", field="x", when=when): text is not None or not truth(when, row),
        Only(id="only", field="x", when=when): text is None or truth(when, row),
        Consistent(id="consistent", field="x", when=when, then=then): not truth(when, row) or truth(then, row),
    }
    for rule, verdict in expected.items():
        assert holds(rule, [row]) == [verdict]
        assert by_formula(rule, cells) is verdict


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(st.sampled_from([*CHANNELS.keys, "传真", ""]), max_size=5))
def test_members_are_all_entries_of_the_list(parts: list[str]) -> None:
    rule = Members(id="members", field="channel", choices=CHANNELS)
    expected = all(part in (*CHANNELS.keys, "") for part in parts)
    typed = "、".join(CHANNELS.label(part, "zh") if part in CHANNELS.keys else part for part in parts)
    assert holds(rule, [{"channel": "、".join(parts) or None}]) == [expected]
    assert by_formula(rule, {"channel": typed or None}) is expected


OPTIONS = st.dictionaries(
    st.sampled_from(CHANNELS.keys), st.lists(st.sampled_from(DEPARTMENTS.keys), min_size=1, unique=True).map(tuple), min_size=1
)


@settings(max_examples=100, deadline=None)
@given(options=OPTIONS, parent=KEY, chosen=st.none() | st.sampled_from(DEPARTMENTS.keys))
def test_routing_lets_what_fits_pass(options: dict[str, tuple[str, ...]], parent: str | None, chosen: str | None) -> None:
    rule = Routing(id="routing", field="department", choices=DEPARTMENTS, by="channel", options=options)
    expected = chosen is None or parent not in options or chosen in options[parent]
    assert holds(rule, [{"channel": parent, "department": chosen}]) == [expected]
    labels = {"channel": parent and CHANNELS.label(parent, "zh"), "department": chosen and DEPARTMENTS.label(chosen, "zh")}
    assert by_formula(rule, labels) is expected


@given(rows=st.lists(st.tuples(STAMP, STAMP, st.none() | st.integers(-3000, 3000)), min_size=1))
def test_stamps_are_compared_and_subtracted(rows: list[tuple[Any, Any, int | None]]) -> None:
    table = [
        {"raised_at": start, "resolved_at": stop, NOW: pd.Timestamp("2023-10-01 12:00"), "minutes": total} for start, stop, total in rows
    ]
    order = Order(id="order", field="resolved_at", not_before="raised_at")
    past = Past(id="past", field="raised_at")
    total = Total(id="total", field="minutes", start="raised_at", stop="resolved_at")
    assert holds(order, table) == [start is None or stop is None or start <= stop for start, stop, _ in rows]
    assert holds(past, table) == [start is None or start <= pd.Timestamp("2023-10-01 12:00") for start, _, _ in rows]
    assert holds(total, table) == [
        None in row or int(((row[1] - row[0]).total_seconds() + 30) // 60) == row[2] for row in rows
    ]  # fmt: skip


@given(seconds=st.integers(0, 100_000), off=st.integers(-1, 1))
def test_a_total_is_the_rounded_difference(seconds: int, off: int) -> None:
    start = pd.Timestamp("2023-10-01")
    row = {"raised_at": start, "resolved_at": start + pd.Timedelta(seconds=seconds), "minutes": int(seconds / 60 + 0.5) + off}
    assert holds(Total(id="total", field="minutes", start="raised_at", stop="resolved_at"), [row]) == [off == 0]


PART = st.sampled_from(["技术部小李", "2023/10/1 9:05", "客户 要求", "a"])
NOTHING = st.sampled_from(["", " "])


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(st.lists(PART | NOTHING, min_size=1, max_size=4), min_size=1, max_size=3),
    stroke=st.sampled_from([" / ", "/", "／", " ／"]),
)
def test_transfers_have_three_parts_a_line(lines: list[list[str]], stroke: str) -> None:
    rule = Transfers(id="transfers", field="x", phrases=Phrases(name="none_words", phrases=("无",)))
    text = "\n".join(stroke.join(parts) for parts in lines).strip() or None
    # two dates with a bare stroke between them cannot be told apart by anybody
    assume(" " in stroke or not any("2023/10/1 9:05" + stroke + "2023" in stroke.join(parts) for parts in lines))
    some = [parts for parts in lines if stroke.join(parts).strip()]
    assert holds(rule, [{"x": text}]) == [all(len(parts) == 3 and all(part.strip() for part in parts) for parts in some)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("无", True),
        (" 无 ", True),
        ("小李 / 10/1 9:05 / 忙\n小王/9:10/休息", True),
        ("无 / 9:05", False),
        ("10/1/3", False),
        ("小李", False),
    ],
)
def test_transfers_as_people_write_them(text: str, expected: bool) -> None:
    rule = Transfers(id="transfers", field="x", phrases=Phrases(name="none_words", phrases=("无",)))
    assert holds(rule, [{"x": text}, {"x": None}]) == [expected, True]
