"""The rules of METRICS.md one by one, and the known faults of others. Cases stand in tests/metrics/scenes.py."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from csbook import metrics
from csbook.analysis.words import Words
from csbook.desks import Desk
from csbook.issues import UsageError
from csbook.metrics import doubts
from csbook.metrics.chosen import Filter
from csbook.metrics.spearman import _two_sided
from csbook.policy import Block, Policy
from tests.metrics.conftest import VALIDATIONS, Figures
from tests.metrics.forms import DEFINITIONS
from tests.metrics.ledgers import AS_OF, record
from tests.metrics.scenes import answered, at, ledger

Tables = Mapping[str, pd.DataFrame]


@pytest.fixture(scope="module")
def found(figures: Figures, shipped: Policy) -> Tables:
    """The figures over all scenes; from 4 October a block with a limit of 10 minutes for suggestions holds."""
    clocks = shipped.blocks[0].clocks
    stricter = [
        dataclasses.replace(each, limits={**each.limits, "suggestion": dt.timedelta(minutes=10)}) if each.name == "resolve" else each
        for each in clocks
    ]
    policy = dataclasses.replace(shipped, blocks=(*shipped.blocks, Block(dt.date(2023, 10, 4), tuple(stricter))))
    records, revisions = ledger()
    issues = json.dumps([{"rule": "mask.customer", "severity": "error"}, {"rule": "vague.description", "severity": "warning"}])
    kept = pa.table({"form": ["response"] * 2, "desk": ["printed"] * 2, "status": ["open", "mended"], "issues": [issues, issues]})
    return figures(records, revisions, kept, policy=policy)


@pytest.fixture(scope="module")
def desks(found: Tables) -> pd.DataFrame:
    return found["by_desk"].set_index("desk")


@pytest.fixture(scope="module")
def rows(found: Tables) -> pd.DataFrame:
    return found["records"].set_index("source_id")


def test_the_printed_record_took_20_minutes_and_was_answered_after_5(rows: pd.DataFrame) -> None:
    row = rows.loc["printed-1"]
    assert (row["pickup"], row["first_response"], row["resolution"], row["handling"]) == (2.0, 5.0, 20.0, 15.0)
    assert (row["register"], row["respond"], row["resolve"]) == ("met", "met", "met")
    assert row["transfers"] == 0


def test_means_are_over_unrounded_minutes_not_truncated_hours(desks: pd.DataFrame) -> None:
    """osTicket truncates each ticket to hours: 50 and 100.5 minutes would be 0 and 1 h; Frappe rounds up to days."""
    assert desks.loc["unrounded", "resolution_mean"] == 75.25


def test_durations_are_not_rounded_up_to_days(found: Tables, desks: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Frappe shows the ceiling in days: an hour and a minute and a day and a minute would be 1 and 2 days, 1.5 in the mean."""
    assert list(rows.loc[["days-1", "days-2"], "resolution"]) == [61.0, 1441.0]
    assert desks.loc["days", "resolution_mean"] == 751.0
    words = Words.of(found["labels"], "en")
    assert [words.span(each) for each in (61.0, 1441.0, desks.loc["days", "resolution_mean"])] == ["61 min", "24.0 h", "12.5 h"]


def test_without_working_hours_business_time_is_missing_and_outside_them_0(figures: Figures, shipped: Policy) -> None:
    """Chatwoot gives 0 for 'no business hours', which reads as an instant answer."""
    night = answered(
        5,
        raised_at=at("20:00"),
        first_response_at=at("20:05"),
        resolved_at=at("20:05"),
        started_at=None,
        accepted_at=at("20:01"),
        closed_at=None,
    )
    assert figures([night])["records"].iloc[0][["first_response", "first_response_business"]].to_list() == [5.0, 0.0]
    nobody = figures([night], policy=dataclasses.replace(shipped, hours=((),) * 7, overrides={}))
    row = nobody["overview"].iloc[0]
    assert (row["first_response_n"], row["first_response_business_n"]) == (1, 0)
    assert pd.isna(row["first_response_business_mean"])
    assert pd.isna(nobody["records"].iloc[0]["resolution_business"])


def test_desks_of_the_list_that_handed_in_nothing_are_named_with_their_last_hand_in(figures: Figures) -> None:
    row = answered(5, desk="a01", team="T1", first_handed_in=at("18:00"))
    last = {"A02": at("18:00", "2023-09-28"), "A03": at("18:00", "2023-10-05")}
    roster = [Desk(name, "", "T1" if name == "A01" else "T2") for name in ("A01", "A02", "A03", "A04")]
    table = figures([row], hand_ins=metrics.HandIns(roster, last))["hand_in"].set_index("desk")
    assert table.index[table["absent"]].to_list() == ["A02", "A04"]
    assert table.loc["A02", "last_hand_in"] == at("18:00", "2023-09-28")
    assert pd.isna(table.loc["A04", "last_hand_in"])
    assert table.loc["a01", "records"] == 1
    own = figures([row], hand_ins=metrics.HandIns(roster, last), team="T1")["hand_in"]
    assert own["desk"].to_list() == ["a01"]
    alone = figures([row], hand_ins=metrics.HandIns(roster, last), agent="客服小李")["hand_in"]
    assert alone["desk"].to_list() == ["a01"]


def test_rows_in_quarantine_follow_the_records_that_were_asked_for() -> None:
    aside = pa.Table.from_pylist(
        [
            {"form": form, "desk": desk, "team": "T1", "rule": "required.agent"}
            for form in ("response", "hotline")
            for desk in ("A01", "A02")
        ]
    )
    asked = (Filter(), Filter(forms=["response"]), Filter(desk="A02"), Filter(team="T2"), Filter(agent="客服小李"))
    assert [len(each.waiting(aside, ["A01"])) for each in asked] == [4, 2, 2, 0, 2]


def test_ratings_are_set_against_speed_without_claiming_too_much(figures: Figures) -> None:
    levels = ("satisfied", "fairly_satisfied", "dissatisfied")

    def said(count: int, slow: bool = True) -> pd.Series:
        rows = [answered(10 * n if slow else 7, source_id=f"s{n}", satisfaction=levels[3 * n // count]) for n in range(count)]
        table = figures(rows)["satisfaction_speed"]
        return table[(table["form"] == "response") & (table["duration"] == "resolution")].iloc[0]

    few, many, alike = said(9), said(12), said(12, slow=False)
    assert (few["n"], few["reading"]) == (9, "too_few")
    assert few[["rho", "p"]].isna().all()
    assert (many["n"], many["reading"]) == (12, "slower_worse")
    assert many["rho"] == pytest.approx(-0.946099834, abs=1e-9)  # scipy.stats.spearmanr
    assert alike["reading"] == "constant"


@pytest.mark.parametrize(("rho", "n", "p"), [(0.6319, 10, 0.05), (0.4438, 20, 0.05), (0.5614, 20, 0.01), (0.0, 11, 1.0), (1.0, 12, 0.0)])
def test_p_is_that_of_students_t(rho: float, n: int, p: float) -> None:
    """Critical values of a correlation, from the tables of any textbook."""
    assert _two_sided(rho, n - 2) == pytest.approx(p, abs=1e-4)


def test_an_unanswered_record_has_no_first_response_and_an_instant_one_has_0(rows: pd.DataFrame) -> None:
    """Chatwoot gives 0 where nothing is known."""
    assert rows.loc["unanswered-1", "first_response"] == 0
    assert pd.isna(rows.loc["unanswered-2", "first_response"])


def test_attainment_has_one_population(desks: pd.DataFrame) -> None:
    """Frappe divides by all tickets; running clocks that are not due stand apart."""
    row = desks.loc["population"]
    assert (row["resolve_met"], row["resolve_missed"], row["resolve_pending"], row["resolve_attainment"]) == (1, 1, 1, 0.5)


def test_equal_to_due_is_on_time_and_running_misses_are_apart(found: Tables, desks: pd.DataFrame) -> None:
    row = desks.loc["equal"]
    counts = [row[f"resolve_{state}"] for state in ("met", "missed_stopped", "missed_running", "pending")]
    assert counts == [1, 1, 1, 1]
    listed = found["overdue"].query("desk == 'equal' and clock == 'resolve'")
    assert list(listed["over_minutes"]) == [1.0, 1.0]
    assert sorted(listed["running"]) == [False, True]


def test_a_later_change_of_the_type_does_not_rewrite_the_verdict(rows: pd.DataFrame) -> None:
    assert rows.loc["reclassified-1", "resolve"] == "missed_stopped"


def test_withdrawn_records_are_outside_clocks_and_durations_and_counted_apart(desks: pd.DataFrame) -> None:
    row = desks.loc["withdrawn"]
    counts = row[["n", "withdrawn", "resolved", "resolve_missed", "resolution_n", "backlog"]]
    assert counts.to_list() == [1, 1, 0, 0, 0, 0]


def test_a_reopened_record_is_open_again_and_keeps_its_first_resolution(rows: pd.DataFrame) -> None:
    assert rows.loc["reopened-1", ["reopens", "first_resolution", "resolution"]].to_list() == [1, 60.0, 180.0]
    assert rows.loc["reopened-2", ["reopens", "first_resolution"]].to_list() == [1, 60.0]
    assert pd.isna(rows.loc["reopened-2", "resolution"])


def test_stamps_after_as_of_are_set_aside_and_counted(found: Tables) -> None:
    scope = found["scope"].iloc[0]
    assert scope["records"] == scope["considered"] + 1
    assert "future-1" in set(found["open"]["source_id"])
    aside = found["data_quality"].query("kind == 'after_as_of'")
    assert set(zip(aside["item"], aside["n"], strict=True)) == {("raised_at", 1), ("resolved_at", 1)}


def test_rows_out_of_order_have_no_durations_and_are_listed(found: Tables, desks: pd.DataFrame) -> None:
    assert desks.loc["unordered", ["resolved", "pickup_n", "first_response_n", "resolution_n", "resolve_met"]].to_list() == [1, 0, 0, 0, 0]
    listed = found["unordered"]
    assert list(listed[["source_id", "earlier", "later"]].itertuples(index=False, name=None)) == [
        ("unordered-1", "accepted_at", "started_at")
    ]
    coverage = found["coverage"].set_index(["metric", "form"])
    assert coverage.loc[("resolution", "response"), "out_of_order"] == 1


def test_what_a_form_has_no_stamp_for_is_missing_with_its_reason(found: Tables, desks: pd.DataFrame) -> None:
    assert pd.isna(desks.loc["no_stamps", "first_response_mean"])
    coverage = found["coverage"].set_index(["metric", "form"])
    assert (
        coverage.loc[("first_response", "communication"), "not_offered"] == coverage.loc[("first_response", "communication"), "population"]
    )


def test_online_seconds_serve_as_first_response_where_there_is_no_stamp(rows: pd.DataFrame) -> None:
    row = rows.loc["online-1"]
    assert (row["first_response"], row["online"], row["call"]) == (0.75, "missed_stopped", "met")


def test_percentiles_need_ten_records(desks: pd.DataFrame) -> None:
    assert desks.loc["nine", "resolution_p50"] == 5
    assert pd.isna(desks.loc["nine", "resolution_p90"])
    assert desks.loc["ten", "resolution_p90"] == pytest.approx(9.1)
    assert desks.loc["ten", "resolution_p95"] == pytest.approx(9.55)


def test_satisfaction_counts_rated_records_and_feedback_by_the_day_it_was_raised(found: Tables, desks: pd.DataFrame) -> None:
    row = desks.loc["rated"]
    assert (row["ratable"], row["rated"]) == (3, 2)
    assert row["satisfaction"] == pytest.approx((1 + 1 / 3) / 2)
    mix = found["satisfaction"].query("form == 'feedback'")
    assert list(mix[["level", "n", "share", "score"]].itertuples(index=False, name=None)) == [("neutral", 1, 1.0, pytest.approx(1 / 3))]
    rate = found["satisfaction_rate"].query("form == 'feedback' and field == 'satisfaction'").iloc[0]
    assert (rate["ratable"], rate["rated"]) == (4, 1)


def test_late_hand_in_is_over_24_hours(found: Tables, desks: pd.DataFrame) -> None:
    assert desks.loc["late", ["late", "late_n"]].to_list() == [1, 2]
    late = found["data_quality"].query("kind == 'late_hand_in'")
    assert list(zip(late["desk"], late["n"], late["of"], strict=True)) == [("late", 1, 2)]
    hand_in = found["hand_in"].set_index("desk")
    assert hand_in.loc["late", "last_hand_in"] == at("09:01", "2023-10-03")


def test_quarantined_rows_are_counted_by_rule_and_desk(found: Tables) -> None:
    kept = found["data_quality"].query("kind == 'quarantined'")
    assert list(kept[["form", "desk", "item", "n"]].itertuples(index=False, name=None)) == [("response", "printed", "mask.customer", 1)]
    assert found["hand_in"].set_index("desk").loc["printed", "quarantined"] == 1


def test_groups_make_forms_comparable_and_own_keys_stay(found: Tables) -> None:
    assert found["by_category"].set_index("category").loc["complaint", "n"] == 2
    own = found["by_form_category"]
    assert own.query("form == 'feedback' and category == 'quality_complaint'")["n"].to_list() == [1]
    labels = found["labels"]
    assert metrics.label(labels, "category", "complaint", "zh") == "投诉"
    assert metrics.label(labels, "category", "complaint", "zh", "response") == "complaint"
    assert metrics.label(labels, "category", "unheard", "zh") == "unheard"
    assert metrics.label(labels, "category", None, "zh") == ""


def test_open_records_name_the_clock_that_is_due_first(found: Tables) -> None:
    row = found["open"].set_index("source_id").loc["waiting-1"]
    assert (row["age_minutes"], row["band"], row["next_clock"]) == (10.0, "h4", "resolve")
    assert row["next_due"] == AS_OF + dt.timedelta(minutes=20)
    assert row["due_soon"]
    assert not row["running_overdue"]


def test_a_clock_is_judged_by_the_block_in_force_when_it_was_raised(rows: pd.DataFrame) -> None:
    assert (rows.loc["block-1", "resolve"], rows.loc["block-2", "resolve"]) == ("met", "missed_stopped")


def test_limits_that_are_ours_are_marked(found: Tables) -> None:
    resolve = found["clocks_by_level"].query("clock == 'resolve'").set_index("level")
    assert resolve["ours"].to_dict() == {"complaint": True, "inquiry": False, "suggestion": True}
    assert resolve.loc["suggestion", "limit_minutes"] == 10


def test_definitions_speak_of_every_clock_in_both_languages(found: Tables) -> None:
    table = found["definitions"].set_index("metric")
    assert set(found["clocks"]["clock"]) <= set(table.index)
    assert table.notna().all(axis=None)
    assert "30" in table.loc["resolve", "definition_zh"]
    # yes alone says nothing
    assert "complex栏为“yes”时 20 分钟" in table.loc["call", "definition_zh"]


def test_the_backlog_is_a_level_not_a_flow(figures: Figures) -> None:
    """Zammad reports raised − closed of the day; here what was raised long before is still there.

    A communication closed without a stamp leaves at the hand-in that closed it, marked as estimated.
    """
    records, revisions = ledger()
    wanted = {"no_closing_time-1", "printed-1"}
    old = record(source_id="old-1", desk="old", raised_at=at("09:00", "2023-08-01"))
    days = figures(
        [*(row for row in records if row["source_id"] in wanted), old], [each for each in revisions if each["source_id"] in wanted]
    )
    table = days["by_day"].set_index("day")
    assert list(table["backlog"]) == [1, 2, 2, 1, 1, 1, 1, 1, 1]
    assert table.loc["2023-10-04", ["left", "left_estimated", "net_flow", "resolution_n"]].to_list() == [1, 1, -1, 0]
    assert days["overview"].iloc[0]["n_before"] == 0
    assert days["data_quality"]["kind"].to_list().count("closed_without_stamp") == 1


def test_the_records_told_are_those_that_the_period_counts(figures: Figures) -> None:
    def lasting(name: str, raised: str, resolved: str | None) -> dict[str, object]:
        return record(source_id=name, raised_at=at("09:00", raised), resolved_at=at("10:00", resolved) if resolved else None)

    before, over, within = (
        lasting("a", "2023-09-01", "2023-09-02"),
        lasting("b", "2023-09-01", "2023-10-02"),
        lasting("c", "2023-10-01", None),
    )
    after, open_ = lasting("d", "2023-10-04", "2023-10-04"), lasting("e", "2023-09-01", None)
    found = figures([before, over, within, after, open_], start=dt.date(2023, 10, 1), end=dt.date(2023, 10, 2))
    assert list(found["records"]["source_id"]) == ["c", "b", "e"]
    assert found["overview"].iloc[0][["n", "resolved", "backlog"]].to_list() == [1, 1, 2]


def test_names_are_folded_and_the_last_agent_resolves(figures: Figures) -> None:
    transferred = answered(5, source_id="a", agent="*客服小張", transfers="客服小王 / 09:03 / 超出权限\n＊客服 小陳 / 09:04 / 专业问题")
    second = answered(5, source_id="b", agent="客服小张")
    third = record(source_id="c", agent="客服小陈", raised_at=at("09:00", "2023-08-01"))
    stages = answered(
        5, source_id="d", accepted_at=at("09:02"), started_at=at("09:10"), resolved_at=at("10:10"), closed_at=at("10:30"), agent="*主管王姐"
    )
    found = figures([transferred, second, third, stages])
    agents = found["by_agent"].set_index("agent")
    assert agents.loc["客服小张", ["n", "first_response_n", "resolved"]].to_list() == [2, 2, 1]
    assert agents.loc["客服小陈", ["n", "first_response_n", "resolved", "resolution_n", "one_touch"]].to_list() == [0, 0, 1, 1, 0]
    chosen = figures([transferred, second, third, {**stages, "desk": "A01"}], agent="＊客服 小陳", forms=["response"], start=None)
    assert set(chosen["records"]["source_id"]) == {"a", "c"}
    # without a first day nothing is compared, and the period begins with the first record
    assert chosen["scope"].iloc[0]["start"] == pd.Timestamp("2023-08-01")
    assert chosen["overview"].iloc[0][["n_before", "n_change"]].isna().all()
    assert pd.isna(chosen["scope"].iloc[0]["before_start"])


def test_of_one_agent_only_what_was_theirs_counts(figures: Figures) -> None:
    """Edge rule 7 holds for --agent, too: a first response of the one who passed the record on is not in the figures of the one who got it."""
    given = answered(
        50,
        source_id="a",
        accepted_at=at("09:30"),
        resolved_at=at("10:50"),
        satisfaction="satisfied",
        transfers="客服小陈 / 09:55 / 专业问题",
    )
    waiting = answered(
        50, source_id="b", accepted_at=at("09:30"), resolved_at=None, closed_at=None, transfers="客服小陈 / 09:55 / 专业问题"
    )
    own = answered(5, source_id="c", agent="客服小陈", accepted_at=at("09:02"))
    days: dict[str, dt.date] = {"start": dt.date(2023, 9, 30), "end": dt.date(2023, 10, 3)}
    everybody = figures([given, waiting, own], **days)["by_agent"].set_index("agent").drop(columns="forms")
    for name in ("客服小李", "客服小陈"):
        found = figures([given, waiting, own], agent=name, **days)
        (row,) = everybody.loc[everybody.index.str.strip("*") == name].to_dict("records")
        assert (
            found["overview"][list(row)].iloc[0].astype("object").fillna("–").to_dict()
            == pd.Series(row, dtype="object").fillna("–").to_dict()
        )
        assert found["by_agent"]["agent"].str.strip("*").to_list() == [name]
        assert found["by_day"]["backlog"].iloc[-1] == row["backlog"] == len(found["open"]) == found["ageing"]["n"].sum()
        assert found["weekday_hour"]["n"].sum() == row["n"] == found["hand_in"]["n"].sum()
        clocks = found["clocks"].set_index("clock")["missed"]
        assert {clock: row[f"{clock}_missed"] for clock in clocks.index} == clocks.to_dict()
        assert len(found["overdue"]) == clocks.sum()
    assert everybody.loc["客服小陈", ["n", "overdue", "first_response_mean", "resolved", "backlog"]].to_list() == [1, 0, 5.0, 2, 1]


def test_the_bottleneck_is_the_largest_stage(figures: Figures) -> None:
    row = answered(
        5, accepted_at=at("09:02"), started_at=at("09:10"), resolved_at=at("10:10"), closed_at=at("10:30"), desk="A01", team="T1"
    )
    elsewhere = [{**row, "source_id": "b", "desk": "A02"}, {**row, "source_id": "c", "team": "T2"}]
    found = figures([row, *elsewhere], desk="A01", team="T1", start=dt.date(2023, 9, 30), end=dt.date(2023, 10, 3))
    table = found["stages"].query("category.isna()", engine="python").set_index("stage")
    assert table["mean"].to_dict() == {"pickup": 2.0, "response": 3.0, "start": 5.0, "handling": 60.0, "close": 20.0}
    assert list(table.index[table["bottleneck"]]) == ["handling"]
    assert table["share"].sum() == pytest.approx(1)
    assert set(table["n"]) == {1}
    assert list(found["by_day"]["day"].dt.day) == [30, 1, 2, 3]
    assert list(found["by_week"]["week"]) == ["2023-W39", "2023-W40"]
    assert list(found["by_month"]["month"]) == ["2023-09", "2023-10"]
    scope = found["scope"].iloc[0]
    assert (scope["before_start"], scope["before_end"]) == (pd.Timestamp("2023-09-26"), pd.Timestamp("2023-09-29"))
    assert scope["first_day"] == pd.Timestamp("2023-10-02")


def test_a_period_that_is_not_over_ends_on_the_day_of_as_of(figures: Figures) -> None:
    """As `--period this-month` does: ten days of a month are held against ten days, not against a whole month."""
    today = AS_OF.date()
    scope = figures([answered(5)], start=today - dt.timedelta(days=9), end=today + dt.timedelta(days=21))["scope"].iloc[0]
    assert (scope["end"].date(), (scope["before_end"] - scope["before_start"]).days) == (today, 9)
    ahead = figures([answered(5)], start=today + dt.timedelta(days=1), end=today + dt.timedelta(days=2))["scope"].iloc[0]
    assert (ahead["end"] - ahead["start"]).days == 1


def test_frequent_problems_are_counted_with_customers_and_examples(figures: Figures) -> None:
    words = metrics.load_wording(VALIDATIONS / "frequent.toml")
    texts = [f"客户反映物流信息一直不更新，订单{1000 + n}" for n in range(4)]
    rows = [
        answered(5, source_id=f"a{n}", description=text, customer=f"CUST{n % 3}", record_no=f"2023100200{n}")
        for n, text in enumerate(texts)
    ]
    found = figures([*rows, answered(5, source_id="b", description="充电器发热")], wording=words)["frequent"]
    first = found.iloc[0]
    assert "物流信息" in first["phrase"]
    assert (first["n"], first["customers"], first["share"], first["n_before"]) == (4, 3, 0.8, 0)
    assert first["example_1"] == "20231002000"
    assert not found["phrase"].str.contains("充电器").any()


def test_customers_without_a_code_are_told_apart_by_name_and_phone(figures: Figures) -> None:
    """Of forms that ask for a name and a phone: a masked name is shared by many."""
    contacts = [("*女士", "138****5678"), ("*女士", "138****5678"), ("*女士", "139****1111"), ("张*", "139****1111"), (None, None)]
    told = {"form": "hotline", "description": "物流信息一直不更新"}
    rows = [
        answered(5, source_id=f"a{place}", contact_name=name, contact_phone=phone, **told) for place, (name, phone) in enumerate(contacts)
    ]
    first = figures(rows, wording=metrics.load_wording(VALIDATIONS / "frequent.toml"))["frequent"].iloc[0]
    assert (first["n"], first["customers"]) == (5, 3)


def test_wrong_settings_for_frequent_problems_are_named(tmp_path: Path) -> None:
    for text in ("speed = 1", "texts = 'many'", "= nothing"):
        (tmp_path / "frequent.toml").write_text(text, "utf-8")
        with pytest.raises(UsageError, match=r"frequent\.toml"):
            metrics.load_wording(tmp_path / "frequent.toml")
    with pytest.raises(UsageError, match=r"frequent\.toml"):
        metrics.load_wording(tmp_path / "missing" / "frequent.toml")


def test_a_reversed_period_is_refused(figures: Figures) -> None:
    with pytest.raises(UsageError):
        figures([], start=dt.date(2023, 10, 4), end=dt.date(2023, 10, 3))


def test_an_empty_ledger_gives_every_table(figures: Figures, found: Tables) -> None:
    empty = figures([])
    assert empty.keys() == found.keys()
    for name, table in empty.items():
        assert list(table.columns) == list(found[name].columns), name
        assert dict(table.dtypes.astype(str)) == dict(found[name].dtypes.astype(str)), name
    assert len(empty["overview"]) == 1
    assert (len(empty["ageing"]), len(empty["weekday_hour"])) == (5, 168)


def test_missing_columns_are_all_null_and_a_policy_may_have_no_clock() -> None:
    bare = pa.table({"form": ["response"], "raised_at": pa.array([at("09:00")], pa.timestamp("us")), "transfers": pa.array([2])})
    found = metrics.figures(bare, pa.table({}), pa.table({}), Policy(), DEFINITIONS, as_of=AS_OF)
    assert found["overview"].iloc[0]["backlog"] == 1
    assert found["records"].iloc[0]["transfers"] == 2
    assert len(found["clocks"]) == 0


def test_the_same_ledger_gives_the_same_figures_in_any_order(figures: Figures) -> None:
    rows = [answered(n, source_id=f"a{n}", desk=f"A0{n % 3}") for n in range(1, 20)]
    for (name, one), other in zip(figures(rows).items(), figures(rows[::-1]).values(), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True, obj=name)


def test_many_rows_are_judged_in_parts_as_few_are_at_once(figures: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [answered(9, form="hotline", source_id=f"v{n}", description=f"{n}不行坏了" + "打印机卡纸" * (n % 3)) for n in range(20)]
    once = figures(records)["doubts"]
    monkeypatch.setattr(doubts, "PART", 3)
    assert len(once) > 1
    pd.testing.assert_frame_equal(figures(records)["doubts"], once)
