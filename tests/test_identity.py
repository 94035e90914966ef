"""Identity: the table of cases, and the facts that it counts."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbook.identity import Case, Facts, complete, recognise, told


@dataclass(frozen=True)
class Record:
    facts: Facts
    desk: str = "A07"


ROW = Facts("2023-10-01 09:00", "a公司", "询问如何开通企业")
EQUAL = {
    3: ROW,
    2: ROW._replace(who="b客户"),
    1: ROW._replace(who="b客户", opening="登录时提示验证码"),
    0: Facts("2023-10-02 09:00", "b客户", "登录时提示验证码"),
}


@pytest.mark.parametrize(("equal", "case"), [(3, Case.SAME), (2, Case.SAME), (1, Case.CONFLICT), (0, Case.REUSED)])
def test_a_known_id_counts_facts(equal: int, case: Case) -> None:
    record = Record(EQUAL[equal])
    assert ROW.equal(record.facts) == equal
    assert recognise(ROW, "A07", by_id=[record], by_facts=[]) == (case, record)


@pytest.mark.parametrize(
    ("equal", "desk", "case"), [(3, "A07", Case.MATCHED), (3, "B01", Case.TWIN), (2, "A07", Case.NEW), (2, "B01", Case.NEW)]
)
def test_without_an_id_only_three_equal_facts_count(equal: int, desk: str, case: Case) -> None:
    record = Record(EQUAL[equal], desk)
    assert recognise(ROW, "A07", by_id=[], by_facts=[record]) == (case, None if case is Case.NEW else record)


def test_nothing_known_is_new() -> None:
    assert recognise(ROW, "A07", by_id=[], by_facts=[]) == (Case.NEW, None)


def test_the_better_case_wins_then_more_facts_then_the_later_record() -> None:
    two, other_two, one, three = Record(EQUAL[2]), Record(EQUAL[2], "B01"), Record(EQUAL[1]), Record(EQUAL[3])
    assert recognise(ROW, "A07", by_id=[two, one], by_facts=[]) == (Case.SAME, two)
    assert recognise(ROW, "A07", by_id=[one], by_facts=[three]) == (Case.MATCHED, three)
    assert recognise(ROW, "A07", by_id=[three, two], by_facts=[]) == (Case.SAME, three)
    assert recognise(ROW, "A07", by_id=[two, other_two], by_facts=[]) == (Case.SAME, other_two)


@given(st.lists(st.sampled_from([0, 1, 2, 3])), st.lists(st.sampled_from(["A07", "B01"])))
def test_a_known_id_with_two_facts_is_never_new(by_id: list[int], desks: list[str]) -> None:
    case, record = recognise(ROW, "A07", by_id=[Record(EQUAL[each]) for each in by_id], by_facts=[Record(ROW, desk) for desk in desks])
    if max(by_id, default=0) >= 2:
        assert case is Case.SAME
    elif "A07" in desks:
        assert case is Case.MATCHED
    else:
        assert case in {Case.CONFLICT, Case.REUSED, Case.TWIN, Case.NEW}
    assert (record is None) == (case is Case.NEW)


def frame(**columns: list[str | None]) -> pd.DataFrame:
    table = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in columns.items()})
    if "raised_at" in table:
        table["raised_at"] = pd.to_datetime(table["raised_at"]).astype("datetime64[us]")
    return table


def facts(rows: pd.DataFrame) -> list[Facts]:
    return [Facts.read(each) for each in told(rows).to_pylist()]


def test_facts_are_normalised() -> None:
    rows = frame(
        raised_at=["2023-10-01 09:00:12", None],
        customer=["ＣＵＳＴ 45６", None],
        contact_name=[None, "*女士"],
        contact_phone=["138****5678", "138****5678"],
        description=["想查询， 订单的 物流状态……", "Hi!"],
    )
    assert facts(rows) == [Facts("2023-10-01 09:00", "cust456", "想查询订单的物流"), Facts("", "*女士138****5678", "hi")]
    assert complete(pd.Series(told(rows), dtype="str")).tolist() == [True, False]


def test_a_form_without_a_fact_leaves_it_blank() -> None:
    [row] = facts(frame(description=["登录失败"]))
    assert row == Facts("", "", "登录失败")
    assert not row.complete
    assert row.equal(row) == 3


@given(st.text(alphabet="订单Aａ1 ,、!\u0301\u0327e가각ᆨ", max_size=120))
def test_an_opening_is_that_of_the_whole_description(description: str) -> None:
    spelled = unicodedata.normalize("NFKC", description).lower()
    [row] = facts(frame(description=[description]))
    assert row.opening == "".join(sign for sign in spelled if unicodedata.category(sign)[0] in "LN")[:8]
