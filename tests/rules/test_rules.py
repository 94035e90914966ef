"""What a rule reads, how it acts while typing, what it finds contradictory, and flags that ingest sets."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from csbook import messages
from csbook.issues import Code, Severity
from csbook.lists import Phrases
from csbook.privacy.findings import HANDED_IN, KINDS, MASKED, REFUSED, flag
from csbook.rules.bare_name import BareName
from csbook.rules.condition import Every, Filled, Is, Mentions, Some
from csbook.rules.consistent import Consistent
from csbook.rules.includes import Includes
from csbook.rules.known_reference import KnownReference
from csbook.rules.length import Length
from csbook.rules.mask import Masked
from csbook.rules.member import Member
from csbook.rules.members import Members
from csbook.rules.not_after import NotAfter
from csbook.rules.only import Only
from csbook.rules.order import Order
from csbook.rules.past import Past
from csbook.rules.private import PrivateMasked, PrivateRefused
from csbook.rules.promise import PromisedOrder, ReadablePromise
from csbook.rules.range import Range
from csbook.rules.readable import Readable, ReadableReference
from csbook.rules.redaction_mark import RedactionMark
from csbook.rules.required import Required
from csbook.rules.routing import Routing
from csbook.rules.rule import IN_WORDS, TOO_LONG, UNANCHORED, UNREADABLE, Entry, Rule
from csbook.rules.total import Total
from csbook.rules.transfers import Transfers
from csbook.rules.vague import Vague
from tests.rules.cases import ATTITUDE, CUSTOMER, MARK, MASKS, SURNAMES, VAGUE, cases
from tests.rules.evaluator import evaluate
from tests.rules.row import CHANNELS, DEPARTMENTS, LISTS, Sheet, frame

X: dict[str, Any] = {"id": "rule.x", "field": "x"}
FLAGS = [
    (PrivateRefused(**X), REFUSED, Severity.ERROR),
    (PrivateMasked(**X), MASKED, Severity.WARNING),
    (Readable(**X, of="date"), "unreadable", Severity.ERROR),
    (ReadableReference(**X), "unreadable", Severity.ERROR),
    (KnownReference(**X), "unknown", Severity.WARNING),
]


@pytest.mark.parametrize(("rule", "finding", "severity"), FLAGS, ids=lambda value: type(value).__name__)
def test_a_flag_breaks_its_rule(rule: Rule, finding: str, severity: Severity) -> None:
    rows = frame([{"x": "a", flag("x", finding): True}, {"x": "b", flag("x", finding): False}])
    assert rule.holds(rows).tolist() == [False, True]
    assert rule.holds(rows[["x"]]).tolist() == [True, True]
    assert rule.severity is severity


@pytest.mark.parametrize("kind", KINDS)
def test_a_masked_column_refuses_what_privacy_found_and_masked(kind: str) -> None:
    rows = frame([{"x": "全体客户", flag("x", kind): True}, {"x": "全体客户", flag("x", kind): False}])
    assert Masked(**X, mask=CUSTOMER).holds(rows).tolist() == [False, True]


def test_a_mark_that_this_ingest_set_is_no_second_fault() -> None:
    text = "〔已隐去：身份证号〕"
    rows = frame(
        [
            {"x": text, flag("x", REFUSED): True, flag("x", HANDED_IN): False},
            {"x": text, flag("x", REFUSED): True, flag("x", HANDED_IN): True},
            {"x": text, flag("x", REFUSED): False, flag("x", HANDED_IN): True},
            {"x": None, flag("x", REFUSED): False, flag("x", HANDED_IN): False},
        ]
    )
    assert RedactionMark(**X, phrases=MARK).holds(rows).tolist() == [True, False, False, True]


def test_an_index_with_gaps_is_kept() -> None:
    rows = frame([{"x": "电话"}, {"x": "小李 / 9:05"}, {"x": None}]).set_index(pd.Index([7, 3, 9]))
    broken = Transfers(**X, phrases=VAGUE).holds(rows)
    assert broken.to_dict() == {7: False, 3: False, 9: True}


WARNINGS = (Vague, BareName, Routing, PrivateMasked, KnownReference, Consistent)


@pytest.mark.parametrize("kind", WARNINGS, ids=lambda kind: kind.__name__)
def test_some_kinds_warn_by_nature(kind: type[Rule]) -> None:
    assert kind.severity is Severity.WARNING


def test_a_severity_can_be_declared() -> None:
    assert Consistent(**X, when=Filled("x"), then=Filled("y"), severity=Severity.ERROR).severity is Severity.ERROR


@pytest.mark.parametrize(
    ("rule", "reads"),
    [
        (Length(**X, limit=3), ["x"]),
        (Required(**X, when=Every((Filled("y"), Some((Mentions("z", ATTITUDE), Is("channel", ("phone",))))))), ["x", "y", "z", "channel"]),
        (Only(**X, when=Includes("channel", ("phone",))), ["x", "channel"]),
        (Consistent(**X, when=Filled("y"), then=Filled("z")), ["x", "y", "z"]),
        (Routing(**X, choices=DEPARTMENTS, by="y", options={}), ["x", "y"]),
        (Total(**X, start="raised_at", stop="resolved_at"), ["x", "raised_at", "resolved_at"]),
    ],
)
def test_the_blamed_field_comes_first(rule: Rule, reads: list[str]) -> None:
    assert list(rule.reads) == reads


def test_a_reference_that_cannot_be_read_is_not_unknown_as_well() -> None:
    rows = frame([{"x": "a", flag("x", "unknown"): True, flag("x", UNREADABLE): True}])
    assert KnownReference(**X).holds(rows).tolist() == [True]


def test_a_promise_that_waits_for_its_start_is_not_missing() -> None:
    rows = frame([{"x": None, flag("x", UNANCHORED): True}, {"x": None, flag("x", UNANCHORED): False}])
    assert Required(**X).holds(rows).tolist() == [True, False]
    assert Only(**X, when=Filled("x", filled=False)).holds(rows).tolist() == [False, True]


def test_words_are_judged_by_rules_of_their_own() -> None:
    early, late = pd.Timestamp("2023-10-01"), pd.Timestamp("2023-10-02")
    in_words, unreadable = flag("resolved_at", IN_WORDS), flag("resolved_at", UNREADABLE)
    order = {"field": "resolved_at", "not_before": "raised_at"}
    stamps = frame([{"resolved_at": early, "raised_at": late, in_words: True}, {"resolved_at": early, "raised_at": late, in_words: False}])
    assert Order(id="order", **order).holds(stamps).tolist() == [True, False]
    assert PromisedOrder(id="promised_order", **order).holds(stamps).tolist() == [False, True]
    words = frame([{"resolved_at": None, unreadable: True, in_words: True}, {"resolved_at": None, unreadable: True, in_words: False}])
    assert Readable(id="readable", field="resolved_at", of="due").holds(words).tolist() == [True, False]
    assert ReadablePromise(id="readable_promise", field="resolved_at", of="due").holds(words).tolist() == [False, True]


def test_what_redaction_changed_was_measured_before() -> None:
    rows = frame(
        [
            {"x": "***@***", flag("x", MASKED): True, flag("x", TOO_LONG): True},
            {"x": "***@***", flag("x", MASKED): True, flag("x", TOO_LONG): False},
            {"x": "abcdefg", flag("x", MASKED): False, flag("x", TOO_LONG): False},
        ]
    )
    assert Length(**X, limit=6).holds(rows).tolist() == [False, True, False]


def test_only_the_blanks_of_the_template_are_blank() -> None:
    assert Members(**X, choices=CHANNELS).holds(frame([{"x": "\u00a0"}, {"x": " "}, {"x": "phone、 "}])).tolist() == [False, True, True]


def test_a_list_is_a_dropdown() -> None:
    sheet = Sheet()
    assert Member(**{**X, "field": "channel"}, choices=CHANNELS).entry(sheet) == Entry("list", "list_channel")
    routing = Routing(id="routing", field="department", choices=DEPARTMENTS, by="channel", options={"phone": ("product",)})
    assert routing.entry(sheet) == Entry("list", "options_department")


def test_a_condition_is_its_formula() -> None:
    for case in cases():
        entry = case.rule.entry(Sheet())
        if entry is not None and entry.kind == "custom" and entry.whole:
            assert entry.source == case.rule.formula(Sheet())


def test_a_weaker_condition_never_refuses_what_the_rule_accepts() -> None:
    weaker = [(case, entry) for case in cases() if (entry := case.rule.entry(Sheet())) is not None and not entry.whole]
    assert {type(case.rule) for case, _ in weaker} >= {Masked, Order, NotAfter, Past, Readable}
    for case, _ in weaker:
        sheet = Sheet()
        entry = case.rule.entry(sheet)
        assert entry is not None
        cells = {sheet.cell(field): None if value == "" else value for field, value in case.typed.items()}
        source = re.sub(r"SUMPRODUCT\(.*?,\"\"\)\)\)", str(len(re.findall("[0-9]", str(case.typed.get("x", ""))))), entry.source)
        assert evaluate(source, cells) or not case.holds, case


def test_what_has_no_formula_says_why() -> None:
    for case in cases():
        assert case.rule.why_ingest() is None
    for kind in (PrivateRefused, KnownReference, ReadableReference):
        assert messages.text("zh", f"left.{kind(**X).why_ingest()}")


def test_what_excel_has_no_room_for_is_left_to_the_self_check() -> None:
    assert Entry.custom("x" * 254) == Entry("custom", "x" * 254)
    assert Entry.custom("x" * 256) is None
    assert Entry.custom(None) is None
    many = Phrases(name="surnames", phrases=tuple(chr(0x4E00 + number) for number in range(300)) + SURNAMES.phrases)
    rule = BareName(**X, phrases=many)
    assert rule.entry(Sheet()) is None
    literals = rule.formula(Sheet()).split('"')[1::2]
    assert max(map(len, literals)) <= 255
    assert evaluate(rule.formula(Sheet()), {"C1": "欧阳锋"}) is False
    none = BareName(**X, phrases=Phrases(name="surnames", phrases=()))
    assert evaluate(none.formula(Sheet()), {"C1": "欧阳锋"}) is True


def test_more_phrases_than_excel_can_nest_are_left_to_ingest() -> None:
    rule = Vague(**X, phrases=Phrases(name="vague", phrases=tuple(f"{number}号" for number in range(40))))
    assert rule.formula(Sheet()) is None
    assert rule.entry(Sheet()) is None
    assert rule.holds(frame([{"x": "1号2号3号"}, {"x": "订单延迟"}])).tolist() == [False, True]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (
            Routing(
                id="r",
                field="department",
                choices=DEPARTMENTS,
                by="channel",
                options={"phone": ("product",), "chat": ("legal",), "fax": ("product",)},
            ),
            [("routing_gap", "app", "channel"), ("unknown_entry", "legal", "department"), ("unknown_entry", "fax", "channel")],
        ),
        (Required(**X, when=Is("channel", ("fax",))), [("unknown_entry", "fax", "channel")]),
        (Only(**X, when=Every((Is("channel", ("phone",)), Some((Includes("channel", ("fax",)),))))), [("unknown_entry", "fax", "channel")]),
        (Consistent(**X, when=Filled("x"), then=Is("x", ("fax",))), [("unknown_entry", "fax", "x")]),
        (Consistent(**X, when=Includes("x", ("fax",)), then=Filled("x")), [("unknown_entry", "fax", "x")]),
        (Consistent(**X, when=Filled("x"), then=Some((Is("channel", ("chat",)), Includes("channel", ("app",))))), []),
        (Length(**X, limit=3), []),
    ],
)
def test_contradictions_with_the_lists(rule: Rule, found: list[tuple[str, str, str]]) -> None:
    contradictions = [(each["id"], each["key"], each["list"]) for each in rule.contradictions(LISTS)]
    assert sorted(contradictions) == sorted(found)


TYPED = {mask.name: Masked(**X, mask=mask) for mask in MASKS}


@pytest.mark.parametrize(
    "rule",
    [
        *TYPED.values(),
        Length(**X, limit=4),
        Vague(**X, phrases=VAGUE),
        BareName(**X, phrases=SURNAMES),
        BareName(**X, phrases=Phrases(name="none", phrases=())),
        RedactionMark(**X, phrases=MARK),
        Transfers(**X, phrases=Phrases(name="none_words", phrases=("无",))),
    ],
    ids=lambda rule: type(rule).__name__,
)
def test_examples_are_accepted_and_refused(rule: Rule) -> None:
    accepted, refused = rule.examples()
    assert accepted
    assert rule.holds(frame([{"x": value} for value in accepted])).all()
    assert not rule.holds(frame([{"x": value} for value in refused], "x")).any()


def test_examples_of_numbers_lists_and_private_data() -> None:
    assert Range(**X, low=0, high=240).examples() == (("0", "240"), ("-1", "241"))
    accepted, refused = Member(**X, choices=CHANNELS).examples()
    assert accepted == tuple(entry.label.zh for entry in CHANNELS.entries)
    assert not set(refused) & set(accepted)
    for verdict, values in zip((True, False), PrivateMasked(**X).examples(), strict=True):
        for value in values:
            assert evaluate(PrivateMasked(**X).formula(Sheet()), {"C1": value}) is verdict
    assert Readable(**X, of="due").examples().refused == ()
    assert Members(**X, choices=CHANNELS).examples() == ((*accepted, "电话、在线聊天、APP内嵌"), refused)
    assert Past(**X).examples() == (("2023-10-01",), ("2999-12-31",))
    assert Consistent(**X, when=Filled("x"), then=Filled("y")).examples() == ((), ())


def test_every_rule_has_its_own_code() -> None:
    assert {rule.code for rule, *_ in FLAGS} == {
        Code.PRIVATE_REFUSED,
        Code.PRIVATE_MASKED,
        Code.UNREADABLE,
        Code.REFERENCE_UNREADABLE,
        Code.REFERENCE_UNKNOWN,
    }


@pytest.mark.parametrize(
    "rule",
    [
        PrivateRefused(**X),
        KnownReference(**X),
        ReadableReference(**X),
        Transfers(**X, phrases=VAGUE),
        Total(**X, start="raised_at", stop="resolved_at"),
    ],
    ids=lambda rule: type(rule).__name__,
)
def test_what_only_ingest_can_know_says_so(rule: Rule) -> None:
    assert rule.formula(Sheet()) is None
    assert rule.entry(Sheet()) is None
