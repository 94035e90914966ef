"""What Excel would not take is refused before a workbook is written."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from csbook.forms import Definitions, Form
from csbook.lists import Bilingual, ChoiceList, Entry
from csbook.policy import Block, Clock, Counts, Policy
from csbook.template import misfits
from csbook.template.fit import depth
from tests.template.conftest import FORMS


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", FORMS)
def test_the_shipped_forms_fit(definitions: Definitions, rules_of_today: Policy, name: str, lang: str) -> None:
    assert list(misfits(definitions.forms[name], lang, rules_of_today)) == []


def found(form: Form, policy: Policy | None = None) -> dict[tuple[str, str], tuple[int, int]]:
    return {(each.key, each.id): (each.words["length"], each.words["limit"]) for each in misfits(form, "zh", policy)}


def spelt(form: Form, field: str, entries: tuple[Entry, ...]) -> Form:
    """The form with more entries in a list."""
    known = form.by_name[field].choices
    assert known
    choices = ChoiceList(name="long", entries=(*entries, *known.entries))
    fields = tuple(dataclasses.replace(each, choices=choices) if each.name == field else each for each in form.fields)
    return dataclasses.replace(form, fields=fields)


def test_spellings_of_several_entries_in_one_cell_that_are_too_long(definitions: Definitions) -> None:
    aliases = tuple(chr(ord("一") + number) * 250 for number in range(40))
    entries = (Entry(key="long", label=Bilingual("长", "long"), aliases=aliases),)
    length, limit = found(spelt(definitions.forms["feedback"], "other_demands", entries))["field.other_demands", "helper_too_long"]
    assert length > limit == 8192


def clocked(limits: int) -> Policy:
    """A clock with so many limits of its own for the entries of 需求类型."""
    clock = Clock(
        name="resolve", label=Bilingual("处理时限", "resolve"), forms=("response",), counts=Counts.CALENDAR, stop="resolved_at",
        by="category", limits={f"e{number}": dt.timedelta(minutes=number + 1) for number in range(limits)},
    )  # fmt: skip
    return Policy(blocks=(Block(dt.date(2020, 1, 1), (clock,)),))


def test_a_clock_with_a_limit_for_each_of_many_entries(definitions: Definitions) -> None:
    entries = tuple(Entry(key=f"e{number}", label=Bilingual(f"类{number}", f"type {number}")) for number in range(70))
    form = spelt(definitions.forms["response"], "category", entries)
    assert not found(form, clocked(20))
    assert found(form, clocked(70)).keys() == {("clock", "helper_too_deep")}
    assert found(form, clocked(70))["clock", "helper_too_deep"][1] == 64


@pytest.mark.parametrize(
    ("formula", "functions"),
    [("A1+1", 0), ("(A1+1)*2", 0), ("SUM(A1)", 1), ('IF(A1="(IF(",(SUM(A1)),LEN(TRIM(A2)))', 3), ("SUM(A1)+SUM(A2)", 1)],
)
def test_functions_are_counted_one_inside_the_other(formula: str, functions: int) -> None:
    assert depth(formula) == functions
