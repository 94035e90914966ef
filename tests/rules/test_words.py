"""Words: every kind says what it wants, what is wrong and what to do, in both languages."""

from __future__ import annotations

import pytest

from csbook.issues import Code
from csbook.lists import Phrases
from csbook.rules import KINDS
from csbook.rules.condition import Every, Filled, Is, Mentions, Some
from csbook.rules.consistent import Consistent
from csbook.rules.includes import Includes
from csbook.rules.known_reference import KnownReference
from csbook.rules.private import PrivateRefused
from csbook.rules.promise import PromisedOrder, ReadablePromise
from csbook.rules.readable import ReadableReference
from csbook.rules.required import Required
from csbook.rules.routing import Routing
from csbook.rules.rule import Rule
from csbook.rules.total import Total
from csbook.rules.transfers import Transfers
from tests.rules.cases import ATTITUDE, IS_PHONE, VAGUE, cases
from tests.rules.row import DEPARTMENTS, Names

RULES: dict[str, Rule] = {
    **{f"{case.rule.id}-{number}": case.rule for number, case in enumerate(cases())},
    "total": Total(id="total.minutes", field="minutes", start="raised_at", stop="resolved_at"),
    "transfers": Transfers(id="transfers.x", field="x", phrases=VAGUE),
    "readable_promise": ReadablePromise(id="readable_promise.x", field="x", of="due"),
    "promised_order": PromisedOrder(id="promised_order.x", field="x", not_before="y"),
    "private_refused": PrivateRefused(id="private_refused.x", field="x"),
    "readable_reference": ReadableReference(id="readable_reference.x", field="x"),
    "known_reference": KnownReference(id="known_reference.x", field="x"),
}


def test_every_kind_and_every_code_of_a_rule_is_here() -> None:
    assert {type(rule) for rule in RULES.values()} == set(KINDS.values())
    codes = list(Code)
    assert {rule.code for rule in RULES.values()} == set(codes[: codes.index(Code.REFERENCE_UNKNOWN) + 1])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_speaks(rule: Rule, lang: str) -> None:
    words = rule.words(Names(lang))
    for said in words:
        assert said == said.strip()
        assert said
        assert not set(said) & set("「」{}")
        assert not said.endswith(("。", "."))
    # Office takes no more in a prompt, nor in an error text (fault and remedy together)
    assert len(words.prompt) <= 255
    assert len(words.fault) + len(words.remedy) < 220


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_condition_names_its_columns_and_entries(lang: str) -> None:
    names = Names(lang)
    parts = (IS_PHONE, Filled("x"), Filled("y", filled=False), Mentions("z", ATTITUDE), Includes("channel", ("chat",)))
    said = Every((Some(parts[:2]), *parts[2:])).words(names)
    for word in ("<channel>", "<x>", "<y>", "<z>", names.entry("channel", "app"), names.entry("channel", "chat"), *ATTITUDE.phrases):
        assert word in said
    assert Every(parts).words(names) != Some(parts).words(names)
    assert parts[1].words(names) != Filled("x", filled=False).words(names)


def test_a_rule_without_condition_says_so_plainly() -> None:
    always, at_times = Required(id="a", field="x"), Required(id="b", field="x", when=Is("channel", ("chat",)))
    assert always.words(Names("zh")).prompt == "必填"
    assert at_times.words(Names("zh")).prompt == "“<channel>”为“在线聊天”时必填"
    assert at_times.words(Names("en")).prompt == "Required when “<channel>” is “Chat”"


def test_routing_names_what_binds_and_groups_what_is_alike() -> None:
    options = {"phone": ("product",), "chat": ("product",), "app": ("product", "quality")}
    words = Routing(id="routing", field="department", choices=DEPARTMENTS, by="channel", options=options).words(Names("en"))
    assert words.prompt == "Choose by “<channel>”: Phone, Chat → Product"
    free = Routing(id="routing", field="department", choices=DEPARTMENTS, by="channel", options={"app": ("product", "quality")}).words(
        Names("en")
    )
    assert "In-app → Product, Quality" in free.prompt


def test_a_long_word_list_is_named_by_its_first_phrases() -> None:
    listed = Phrases(name="escalation", phrases=("媒体", "曝光", "记者", "群体"))
    assert Mentions("x", listed).words(Names("zh")) == "“<x>”里提到媒体、曝光、记者等字样"


def test_a_column_is_not_told_that_it_is_filled() -> None:
    rule = Consistent(id="consistent.x", field="x", when=Every((IS_PHONE, Filled("x"))), then=Mentions("x", ATTITUDE))
    assert rule.words(Names("en")).prompt.startswith("When “<channel>” is “Phone” or “In-app”, it should be")
    alone = Consistent(id="consistent.x", field="x", when=Every((Filled("x"),)), then=IS_PHONE)
    assert "“<x>” is filled" in alone.words(Names("en")).prompt
    assert "“<y>” is filled" in Consistent(id="c", field="x", when=Every((Filled("y"), IS_PHONE)), then=IS_PHONE).words(Names("en")).prompt
