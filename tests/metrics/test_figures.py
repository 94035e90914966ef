"""The rules of METRICS.md one by one, and the known faults of others."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pyarrow as pa
import pytest

from csbook import metrics
from csbook.issues import UsageError
from csbook.policy import Policy
from tests.metrics.conftest import VALIDATIONS, Figures
from tests.metrics.ledgers import AS_OF, Row, record, revision


def at(clock: str, day: str = "2023-10-02") -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{clock}")


def answered(minutes: float, number: int = 1, **cells: object) -> Row:
    """A response record raised at 09:00, answered and solved so many minutes later."""
    done = at("09:00") + dt.timedelta(minutes=minutes)
    stamps = {"accepted_at": at("09:00"), "first_response_at": done, "started_at": done, "resolved_at": done, "closed_at": done}
    about = {"source_id": f"A01-AAAAA-{number:03d}", "raised_at": at("09:00"), "category": "inquiry", "channel": "phone"}
    return record(**(about | stamps | cells))


def test_the_printed_record_took_20_minutes_and_was_answered_after_5(figures: Figures) -> None:
    printed = record(
        record_no="20231001001", customer="A公司", channel="phone", category="inquiry", agent="*客服小李", satisfaction="satisfied",
        raised_at=at("09:00", "2023-10-01"), accepted_at=at("09:02", "2023-10-01"), first_response_at=at("09:05", "2023-10-01"),
        started_at=at("09:05", "2023-10-01"), resolved_at=at("09:20", "2023-10-01"), transfers="无",
    )  # fmt: skip
    row = figures([printed])["records"].iloc[0]
    assert (row["pickup"], row["first_response"], row["resolution"], row["handling"]) == (2.0, 5.0, 20.0, 15.0)
    assert (row["register"], row["respond"], row["resolve"]) == ("met", "met", "met")
    assert row["transfers"] == 0


def test_means_are_over_unrounded_minutes_not_truncated_hours(figures: Figures) -> None:
    """osTicket truncates each ticket to hours: 50 and 100 minutes would be 0 and 1 h; Frappe rounds up to days."""
    overview = figures([answered(50, 1), answered(100.5, 2)])["overview"].iloc[0]
    assert overview["resolution_mean"] == 75.25


def test_an_unanswered_record_has_no_first_response_and_an_instant_one_has_0(figures: Figures) -> None:
    """Chatwoot gives 0 where nothing is known."""
    rows = figures([answered(0, 1), answered(7, 2, first_response_at=None)])["records"].set_index("source_id")
    assert rows.loc["A01-AAAAA-001", "first_response"] == 0
    assert pd.isna(rows.loc["A01-AAAAA-002", "first_response"])


def test_the_backlog_is_a_level_not_a_flow(figures: Figures) -> None:
    """Zammad reports raised − closed of the day; here what was raised long before is still there."""
    old = record(source_id="A01-AAAAA-001", raised_at=at("09:00", "2023-08-01"))
    days = figures([old, answered(5, 2)])["by_day"].set_index("day")
    assert list(days["backlog"]) == [1] * 9
    assert days.loc["2023-10-02", "net_flow"] == 0


def test_attainment_has_one_population(figures: Figures) -> None:
    """Frappe divides by all tickets; running clocks that are not due stand apart."""
    running = record(source_id="A01-AAAAA-003", raised_at=AS_OF - dt.timedelta(minutes=10), category="inquiry")
    overview = figures([answered(30, 1), answered(31, 2), running])["overview"].iloc[0]
    assert (overview["resolve_met"], overview["resolve_missed"], overview["resolve_pending"]) == (1, 1, 1)
    assert overview["resolve_attainment"] == 0.5


def test_equal_to_due_is_on_time_and_running_misses_are_apart(figures: Figures) -> None:
    late = record(source_id="A01-AAAAA-003", raised_at=AS_OF - dt.timedelta(minutes=31), category="inquiry")
    just = record(source_id="A01-AAAAA-004", raised_at=AS_OF - dt.timedelta(minutes=30), category="inquiry")
    found = figures([answered(30, 1), answered(31, 2), late, just])
    row = found["clocks"].set_index("clock").loc["resolve"]
    assert (row["met"], row["missed_stopped"], row["missed_running"], row["pending"]) == (1, 1, 1, 1)
    listed = found["overdue"]
    assert list(listed[listed["clock"] == "resolve"]["over_minutes"]) == [1.0, 1.0]


def test_a_later_change_of_the_type_does_not_rewrite_the_verdict(figures: Figures) -> None:
    rows = figures([answered(90, category="fault", category_first="inquiry")])["records"]
    assert rows["resolve"].iloc[0] == "missed_stopped"


def test_withdrawn_records_are_outside_clocks_and_durations_and_counted_apart(figures: Figures) -> None:
    found = figures([answered(90, state="withdrawn")])
    overview = found["overview"].iloc[0]
    assert (overview["n"], overview["withdrawn"], overview["resolved"], overview["resolve_missed"], overview["resolution_n"]) == (
        1,
        1,
        0,
        0,
        0,
    )
    assert overview["backlog"] == 0
    assert found["clocks"].set_index("clock").loc["resolve", "withdrawn"] == 1


def test_a_communication_closed_without_a_stamp_leaves_at_its_hand_in(figures: Figures) -> None:
    closed = record(form="communication", raised_at=at("09:00"), state="resolved", first_handed_in=at("18:00"))
    history = [revision(closed, 1, state="open", handed_in=at("18:00")), revision(closed, 2, handed_in=at("18:00", "2023-10-04"))]
    found = figures([closed], history)
    days = found["by_day"].set_index("day")
    assert list(days["backlog"]) == [0, 1, 1, 0, 0, 0, 0, 0, 0]
    assert days.loc["2023-10-04", "left_estimated"] == 1
    assert found["overview"].iloc[0]["resolution_n"] == 0
    assert list(found["data_quality"]["kind"]) == ["missing_stamp", "closed_without_stamp"]


def test_a_reopened_record_is_open_again_and_keeps_its_first_resolution(figures: Figures) -> None:
    reopened = record(raised_at=at("09:00"), category="inquiry", resolved_at=at("12:00"))
    history = [
        revision(reopened, 1, resolved_at=at("10:00")),
        revision(reopened, 2, state="open", resolved_at=None),
        revision(reopened, 3),
    ]
    row = figures([reopened], history)["records"].iloc[0]
    assert (row["reopens"], row["first_resolution"], row["resolution"]) == (1, 60.0, 180.0)
    again = {**reopened, "state": "open", "resolved_at": None}
    row = figures([again], history[:2])["records"].iloc[0]
    assert row["reopens"] == 1
    assert pd.isna(row["resolution"])


def test_stamps_after_as_of_are_set_aside_and_counted(figures: Figures) -> None:
    later = answered(5, 1, resolved_at=AS_OF + dt.timedelta(days=1), closed_at=None)
    tomorrow = record(source_id="A01-AAAAA-002", raised_at=AS_OF + dt.timedelta(minutes=1))
    found = figures([later, tomorrow])
    assert found["scope"].iloc[0][["records", "considered", "after_as_of"]].to_list() == [2, 1, 1]
    assert len(found["open"]) == 1
    aside = found["data_quality"].query("kind == 'after_as_of'")
    assert set(zip(aside["item"], aside["n"], strict=True)) == {("raised_at", 1), ("resolved_at", 1)}


def test_rows_out_of_order_have_no_durations_and_are_listed(figures: Figures) -> None:
    found = figures([answered(5, accepted_at=at("09:30"))])
    assert found["overview"].iloc[0][["pickup_n", "first_response_n", "resolution_n", "resolve_met"]].to_list() == [0, 0, 0, 0]
    assert list(found["unordered"][["earlier", "later"]].itertuples(index=False, name=None)) == [("accepted_at", "started_at")]
    coverage = found["coverage"].set_index(["metric", "form"]).loc[("resolution", "response")]
    assert (coverage["population"], coverage["used"], coverage["out_of_order"]) == (1, 0, 1)


def test_what_a_form_has_no_stamp_for_is_missing_with_its_reason(figures: Figures) -> None:
    found = figures([record(form="communication", raised_at=at("09:00"))])
    assert pd.isna(found["by_form"].iloc[0]["first_response_mean"])
    coverage = found["coverage"].set_index(["metric", "form"])
    assert coverage.loc[("first_response", "communication"), "not_offered"] == 1


def test_online_seconds_serve_as_first_response_where_there_is_no_stamp(figures: Figures) -> None:
    row = figures([record(form="feedback", raised_at=at("09:00"), online_seconds=45, call_minutes=15, complex="yes")])["records"].iloc[0]
    assert (row["first_response"], row["online"], row["call"]) == (0.75, "missed_stopped", "met")


def test_percentiles_need_ten_records(figures: Figures) -> None:
    few = figures([answered(n, n) for n in range(1, 10)])["overview"].iloc[0]
    enough = figures([answered(n, n) for n in range(1, 11)])["overview"].iloc[0]
    assert few["resolution_p50"] == 5
    assert pd.isna(few["resolution_p90"])
    assert enough["resolution_p90"] == pytest.approx(9.1)
    assert enough["resolution_p95"] == pytest.approx(9.55)


def test_names_are_folded_and_the_last_agent_resolves(figures: Figures) -> None:
    transferred = answered(5, 1, agent="*客服小張", transfers="客服小王 / 09:03 / 超出权限\n＊客服 小陳 / 09:04 / 专业问题")
    rows = [transferred, answered(5, 2, agent="客服小张"), answered(5, 3, agent="客服小陈", raised_at=at("09:00", "2023-08-01"))]
    agents = figures(rows)["by_agent"].set_index("agent")
    assert agents.loc["客服小张", ["n", "first_response_n", "resolved"]].to_list() == [2, 2, 1]
    assert agents.loc["客服小陈", ["n", "first_response_n", "resolved", "resolution_n"]].to_list() == [0, 0, 1, 1]
    assert agents.loc["客服小陈", "one_touch"] == 0


def test_satisfaction_counts_rated_records_and_feedback_by_the_day_it_was_raised(figures: Figures) -> None:
    open_feedback = record(form="feedback", source_id="A01-AAAAA-002", raised_at=at("09:00"), satisfaction="neutral")
    unrated = record(form="feedback", source_id="A01-AAAAA-003", raised_at=at("09:00"), satisfaction="unrated")
    found = figures([answered(5, 1, satisfaction="satisfied"), open_feedback, unrated])
    rate = found["satisfaction_rate"].query("field == 'satisfaction'").set_index("form")
    assert rate.loc["feedback", ["ratable", "rated", "response_rate"]].to_list() == [2, 1, 0.5]
    assert found["overview"].iloc[0]["satisfaction"] == pytest.approx((1 + 1 / 3) / 2)
    mix = found["satisfaction"]
    assert list(mix[["form", "level", "n", "share"]].itertuples(index=False, name=None)) == [
        ("feedback", "neutral", 1, 1.0),
        ("response", "satisfied", 1, 1.0),
    ]


def test_the_bottleneck_is_the_largest_stage(figures: Figures) -> None:
    row = answered(5, accepted_at=at("09:02"), started_at=at("09:10"), resolved_at=at("10:10"), closed_at=at("10:30"))
    table = figures([row])["stages"].query("category.isna()", engine="python").set_index("stage")
    assert table["mean"].to_dict() == {"pickup": 2.0, "response": 3.0, "start": 5.0, "handling": 60.0, "close": 20.0}
    assert list(table.index[table["bottleneck"]]) == ["handling"]
    assert table["share"].sum() == pytest.approx(1)


def test_late_hand_in_is_over_24_hours(figures: Figures) -> None:
    rows = [
        answered(5, 1, first_handed_in=at("09:00", "2023-10-03")),
        answered(5, 2, first_handed_in=at("09:01", "2023-10-03"), desk="A01"),
    ]
    found = figures(rows)
    assert found["overview"].iloc[0][["late", "late_n"]].to_list() == [1, 2]
    assert found["data_quality"].query("kind == 'late_hand_in'")["desk"].to_list() == ["A01"]


def test_quarantined_rows_are_counted_by_rule_and_desk(figures: Figures) -> None:
    issues = json.dumps([{"rule": "mask.customer", "severity": "error"}, {"rule": "vague.description", "severity": "warning"}])
    kept = pa.table({"form": ["response"] * 2, "desk": ["A01"] * 2, "status": ["open", "mended"], "issues": [issues, issues]})
    found = figures([answered(5, desk="A01")], quarantine=kept)
    rows = found["data_quality"].query("kind == 'quarantined'")
    assert list(rows[["form", "desk", "item", "n"]].itertuples(index=False, name=None)) == [("response", "A01", "mask.customer", 1)]
    assert found["hand_in"]["quarantined"].to_list() == [1]


def test_groups_make_forms_comparable_and_own_keys_stay(figures: Figures) -> None:
    rows = [
        answered(5, 1, category="complaint"),
        record(form="feedback", source_id="A01-AAAAA-002", raised_at=at("09:00"), category="quality_complaint"),
    ]
    found = figures(rows)
    assert found["by_category"][["category", "n"]].to_numpy().tolist() == [["complaint", 2]]
    assert set(found["by_form_category"]["category"]) == {"complaint", "quality_complaint"}
    labels = found["labels"]
    assert metrics.label(labels, "category", "complaint", "zh") == "投诉"
    assert metrics.label(labels, "category", "complaint", "zh", "response") == "complaint"
    assert metrics.label(labels, "category", "unheard", "zh") == "unheard"
    assert metrics.label(labels, "category", None, "zh") == ""


def test_frequent_problems_are_counted_with_customers_and_examples(figures: Figures) -> None:
    words = metrics.load_wording(VALIDATIONS / "frequent.toml")
    rows = [
        answered(5, n, description=f"客户反映物流信息一直不更新，订单{1000 + n}", customer=f"CUST{n % 3}", record_no=f"2023100200{n}")
        for n in range(1, 5)
    ]
    found = figures([*rows, answered(5, 9, description="充电器发热")], wording=words)["frequent"]
    first = found.iloc[0]
    assert "物流信息" in first["phrase"]
    assert (first["n"], first["customers"], first["share"], first["n_before"]) == (4, 3, 0.8, 0)
    assert first["example_1"] == "20231002001"
    assert not found["phrase"].str.contains("充电器").any()


def test_periods_days_weeks_and_the_period_before(figures: Figures) -> None:
    found = figures([answered(5)], start=dt.date(2023, 9, 30), end=dt.date(2023, 10, 3))
    assert list(found["by_day"]["day"].dt.day) == [30, 1, 2, 3]
    assert list(found["by_week"]["week"]) == ["2023-W39", "2023-W40"]
    assert list(found["by_month"]["month"]) == ["2023-09", "2023-10"]
    scope = found["scope"].iloc[0]
    assert (scope["before_start"], scope["before_end"]) == (pd.Timestamp("2023-09-26"), pd.Timestamp("2023-09-29"))
    with pytest.raises(UsageError):
        figures([], start=dt.date(2023, 10, 4), end=dt.date(2023, 10, 3))


def test_without_a_first_day_everything_counts_and_nothing_is_compared(figures: Figures) -> None:
    found = figures([answered(5)], start=None)
    assert found["scope"].iloc[0]["start"] == pd.Timestamp("2023-10-02")
    assert pd.isna(found["scope"].iloc[0]["before_start"])
    assert pd.isna(found["overview"].iloc[0]["n_before"])
    assert pd.isna(found["overview"].iloc[0]["n_change"])


def test_filters_choose_records(figures: Figures) -> None:
    rows = [
        answered(5, 1, desk="A01", team="T1"),
        answered(5, 2, desk="A02", agent="客服小王"),
        record(form="hotline", raised_at=at("09:00")),
    ]
    for chosen, n in (({"desk": "A01"}, 1), ({"team": "T1"}, 1), ({"agent": " *客服小王"}, 1), ({"forms": ["hotline"]}, 1), ({}, 3)):
        assert figures(rows, **chosen)["overview"].iloc[0]["n"] == n


def test_an_empty_ledger_gives_every_table(figures: Figures) -> None:
    empty, full = figures([]), figures([answered(5)])
    assert empty.keys() == full.keys()
    for name, table in empty.items():
        assert list(table.columns) == list(full[name].columns), name
        assert dict(table.dtypes.astype(str)) == dict(full[name].dtypes.astype(str)), name
    assert len(empty["overview"]) == 1
    assert (len(empty["ageing"]), len(empty["weekday_hour"])) == (5, 168)


def test_missing_columns_are_all_null(shipped: Policy) -> None:
    from tests.metrics.forms import DEFINITIONS

    bare = pa.table({"form": ["response"], "raised_at": pa.array([at("09:00")], pa.timestamp("us"))})
    found = metrics.figures(bare, pa.table({}), pa.table({}), shipped, DEFINITIONS, as_of=AS_OF)
    assert found["overview"].iloc[0]["backlog"] == 1


def test_the_same_ledger_gives_the_same_figures(figures: Figures) -> None:
    rows = [answered(n, n, desk=f"A0{n % 3}") for n in range(1, 20)]
    for (name, one), other in zip(figures(rows).items(), figures(rows[::-1]).values(), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True, obj=name)


def test_open_records_name_the_clock_that_is_due_first(figures: Figures) -> None:
    waiting = record(raised_at=AS_OF - dt.timedelta(minutes=10), category="inquiry", channel="email", accepted_at=AS_OF)
    row = figures([waiting])["open"].iloc[0]
    assert (row["age_minutes"], row["band"], row["next_clock"], row["next_due"]) == (
        10.0,
        "h4",
        "resolve",
        AS_OF + dt.timedelta(minutes=20),
    )
    assert bool(row["due_soon"])
    assert not row["running_overdue"]


def test_a_clock_is_judged_by_the_block_in_force_when_it_was_raised(figures: Figures, shipped: Policy) -> None:
    import dataclasses

    from csbook.policy import Block

    stricter = tuple(
        dataclasses.replace(clock, limits={"inquiry": dt.timedelta(minutes=10)}) if clock.name == "resolve" else clock
        for clock in shipped.blocks[0].clocks
    )
    changed = dataclasses.replace(shipped, blocks=(*shipped.blocks, Block(dt.date(2023, 10, 3), stricter)))
    after = answered(
        5, 2, raised_at=at("09:00", "2023-10-03"), resolved_at=at("09:20", "2023-10-03"), accepted_at=None, first_response_at=None
    )
    rows = figures([answered(20, 1), {**after, "started_at": None, "closed_at": None}], policy=changed)["records"].set_index("source_id")
    assert rows["resolve"].to_dict() == {"A01-AAAAA-001": "met", "A01-AAAAA-002": "missed_stopped"}
