"""What the first sheet and the 日报 say is in the figures, and nothing is said about too few records."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbook import analysis, messages
from csbook.analysis import attention, facts, findings, measures
from csbook.analysis.report import Report
from csbook.analysis.words import Words, brief
from tests.analysis.ledger import figures

# forms as a sentence calls them
SHORT = {"communication": "沟通记录", "hotline": "热线", "feedback": "顾客沟通", "response": "服务响应", "coordination": "协调跟进"}


def report(**tables: pd.DataFrame) -> Report:
    """The full ledger's report with some tables replaced."""
    return Report({**figures(), **tables}, Words.of(figures()["labels"], "zh"))


def edited(table: str, **values: Any) -> pd.DataFrame:
    return figures()[table].assign(**values)


def said(finder: findings.Finder, **tables: pd.DataFrame) -> list[str]:
    return [each.text for each in finder(report(**tables))]


def test_the_daily_report_has_five_lines_about_the_last_busy_day() -> None:
    day = figures()["by_day"].iloc[-1]
    lines = analysis.daily(figures())
    assert len(lines) == 5
    first, resolution = brief(day["first_response_mean"]), brief(day["resolution_mean"])
    assert lines[0].startswith(f"10月31日 受理{day['n']}条，首响均值{first}分，解决均值{resolution}分，超时{day['overdue']}条")
    assert lines[0].endswith(f"待办{day['backlog']}条")
    assert lines[3].startswith(f"截至 2023-10-31 18:00 待办{len(figures()['open'])}条")
    assert analysis.daily(figures(), "en")[0].startswith(f"2023-10-31: {day['n']} received")


def test_the_overdue_numbers_of_the_day_stand_in_its_line() -> None:
    day, late = figures()["by_day"].iloc[-1], figures()["overdue"]
    numbers = late[late["raised_at"].dt.normalize() == day["day"]][["form", "record_no"]].drop_duplicates()
    assert len(numbers) == day["overdue"] > 0
    # the same number stands in several forms, so the line tells which
    assert numbers["record_no"].duplicated().any()
    assert "、".join(f"{SHORT[form]} {number}" for form, number in numbers.head(3).itertuples(index=False)) in analysis.daily(figures())[0]
    assert re.search(rf"最久的 ({'|'.join(SHORT.values())}) \d{{11}} 已等", analysis.daily(figures())[3])
    alone = {
        name: table[table["form"] == "response"] if name in ("records", "open", "overdue") else table for name, table in figures().items()
    }
    assert re.search(r"超时\d+条（\d{11}、?", analysis.daily(alone)[0])
    assert re.search(r"最久的 \d{11} 已等", analysis.daily(alone)[3])


def test_a_quiet_last_day_gives_way_to_the_last_busy_one() -> None:
    days = figures()["by_day"].copy()
    days.loc[days.index[-2:], ["n", "resolved"]] = 0
    assert analysis.daily({**figures(), "by_day": days})[0].startswith("10月29日")


def test_a_day_without_answers_has_dashes_not_zeros() -> None:
    lines = analysis.daily(figures(count=0))
    assert lines[0] == "10月31日 受理0条，首响均值–，解决均值–，超时0条，待办0条"
    assert analysis.daily({**figures(count=0), "by_day": figures()["by_day"].head(0)}) == [messages.text("zh", "daily.none")]


@pytest.mark.parametrize(("value", "text"), [(6.2, "6.2"), (6.0, "6"), (9.96, "10"), (48.4, "48"), (0.5, "0.5"), (0.0, "0")])
def test_minutes_are_brief(value: float, text: str) -> None:
    assert brief(value) == text


def test_three_to_six_sentences_with_their_n() -> None:
    assert 3 <= len(attention.sentences(report())) <= 6
    quiet = attention.sentences(
        report(open=figures()["open"].head(0), clocks=edited("clocks", attainment=1.0), by_category=figures()["by_category"].head(0))
    )
    assert len(quiet) >= 3


def test_an_empty_ledger_says_how_to_start() -> None:
    empty = Report(figures(count=0), Words.of(figures()["labels"], "zh"))
    assert attention.sentences(empty) == [messages.text("zh", "look.nothing")]


@pytest.mark.parametrize(("asked", "told"), [({"agent": "客服小丽"}, "客服小丽"), ({"after_as_of": 3}, "2023-10-31 18:00")])
def test_a_ledger_with_other_records_is_not_called_empty(asked: dict[str, Any], told: str) -> None:
    tables = figures(count=0)
    (said,) = attention.sentences(Report({**tables, "scope": tables["scope"].assign(**asked)}, Words.of(tables["labels"], "zh")))
    assert told in said
    assert said != messages.text("zh", "look.nothing")


@pytest.mark.parametrize(
    ("finder", "table", "few"),
    [
        (findings.missed_clocks, "clocks", {"n": 9}),
        (findings.slow_category, "by_category", {"resolution_n": 9}),
        (findings.bottleneck, "stages", {"n": 9}),
        (findings.dissatisfied, "by_category", {"rated": 9}),
        (findings.slower_than_before, "overview", {"resolution_n_before": 9}),
        (facts.on_target, "clocks", {"n": 9, "attainment": 1.0}),
        (findings.frequent, "frequent", {"n": 2}),
        (facts.busiest_hour, "weekday_hour", {"n": 0}),
    ],
)
def test_nothing_is_said_about_too_few_records(finder: findings.Finder, table: str, few: dict[str, int]) -> None:
    assert said(finder, **{table: edited(table, **few)}) == []


def test_the_slowest_category_is_compared_with_the_quickest() -> None:
    table = figures()["by_category"].head(2).assign(category=["fault", "inquiry"], resolution_n=[212, 340], resolution_p50=[192.0, 46.8])
    assert said(findings.slow_category, by_category=table) == ["故障的解决时长中位数 3.2 小时，为咨询的 4.1 倍（n=212，对 340）。"]
    assert said(findings.slow_category, by_category=table.assign(resolution_p50=[60.0, 46.8])) == []


def test_where_the_wait_for_the_hand_in_takes_most_the_stage_before_it_is_named_too() -> None:
    table = figures()["stages"]
    table = table[table["category"].isna()].assign(n=40, p50=16.0)
    mean = table["stage"].map({"handling": 30.0, "close": 900.0}).fillna(15.0)
    sentence = said(findings.bottleneck, stages=table.assign(mean=mean, share=mean / mean.sum(), bottleneck=table["stage"] == "close"))[0]
    assert "“关闭”环节：占 92%" in sentence
    assert "“处理”：占其余的 40%" in sentence
    # of other records nobody knows where the time went
    assert "n=40，只算各环节时间齐全的记录" in sentence
    handled = table.assign(mean=mean, share=0.9, bottleneck=table["stage"] == "handling")
    assert "其余" not in said(findings.bottleneck, stages=handled)[0]


def test_clocks_below_target_name_n_and_pending() -> None:
    table = figures()["clocks"].assign(n=100, met=80, missed=20, attainment=0.8, target=0.9, pending=5)
    found = said(findings.missed_clocks, clocks=table)
    assert len(found) == 1
    assert all(part in found[0] for part in (f"{len(table)} 项时限中 {len(table)} 项", "80.0%", "90%", "n=100", "20 条", "5 条"))
    assert found[0].count("80.0%") == 3
    furthest = said(findings.missed_clocks, clocks=table.assign(attainment=[*[0.8] * (len(table) - 1), 0.5]))[0]
    assert furthest.index("50.0%") < furthest.index("80.0%")
    one = table.assign(attainment=[0.5, *[0.95] * (len(table) - 1)])
    assert f"{len(table)} 项时限中 1 项低于目标：" in said(findings.missed_clocks, clocks=one)[0]
    assert "未到期" not in said(findings.missed_clocks, clocks=table.assign(pending=0))[0]
    assert said(findings.missed_clocks, clocks=table.assign(attainment=0.9)) == []
    assert len(said(facts.on_target, clocks=table.assign(attainment=0.9))) == 1


@pytest.mark.parametrize(("change", "verb"), [(0.5, "升至"), (-0.5, "降至"), (0.1, None), (None, None)])
def test_a_fifth_more_or_less_is_worth_a_sentence(change: float | None, verb: str | None) -> None:
    table = edited("overview", resolution_p50_change=float("nan") if change is None else change, resolution_n_before=50, resolution_n=50)
    found = said(findings.slower_than_before, overview=table)
    assert [verb in text for text in found if verb] == ([True] if verb else [])


def test_the_open_record_that_is_overdue_longest_is_named() -> None:
    table = figures()["open"]
    worst = table[table["running_overdue"]].sort_values("next_due", kind="stable").iloc[0]
    (text,) = said(findings.open_overdue)
    assert worst["record_no"] in text
    assert f"待办 {len(table)} 条" in text
    unnumbered = table.assign(record_no=pd.Series(pd.NA, index=table.index, dtype="str"))
    assert worst["source_id"] in said(findings.open_overdue, open=unnumbered)[0]


def test_growth_quarantine_and_dissatisfaction() -> None:
    phrases = figures()["frequent"].head(1).assign(phrase="无法登录", n=34, n_before=pd.array([20], dtype="Int64"), customers=30)
    assert "由上期 20 次增至 34 次" in said(findings.frequent, frequent=phrases)[0]
    unknown = phrases.assign(n_before=pd.array([pd.NA], dtype="Int64"))
    assert "34 次" in said(findings.frequent, frequent=unknown)[0]
    assert said(findings.quarantined, hand_in=edited("hand_in", quarantined=0)) == []
    assert "2 行" in said(findings.quarantined)[0]
    low = figures()["by_category"].assign(rated=20, satisfaction=0.2)
    assert "0.20" in said(findings.dissatisfied, by_category=low, overview=edited("overview", satisfaction=0.8))[0]
    assert said(findings.dissatisfied, by_category=low, overview=edited("overview", satisfaction=0.25)) == []
    assert said(findings.growing_backlog, overview=edited("overview", net_flow=0)) == []


def test_no_problem_grew_from_days_that_hold_no_records() -> None:
    phrases = figures()["frequent"].head(1).assign(phrase="闪退", n=16, n_before=pd.array([0], dtype="Int64"), customers=16)
    scope = figures()["scope"]
    assert "由上期 0 次增至 16 次" in said(findings.frequent, frequent=phrases)[0]
    for first in ("before_end", "start"):
        (sentence,) = said(findings.frequent, frequent=phrases, scope=scope.assign(first_day=scope[first]))
        assert "上期" not in sentence
        assert "16 次" in sentence


def test_a_score_that_hardly_changed_is_not_less_than_nothing() -> None:
    assert [measures.changed(report(), "satisfaction", each) for each in (-0.004, 0.004, -0.006)] == ["+0.00", "+0.00", "-0.01"]


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_longer_span_never_reads_shorter(first: float, second: float) -> None:
    words = Words("zh", {})
    scale = {"分钟": 1, "小时": 60, "天": 1440}

    def minutes(text: str) -> float:
        value, unit = text.split(" ")
        return float(value) * scale[unit]

    low, high = sorted((first, second))
    assert minutes(words.span(low)) <= minutes(words.span(high)) * 1.03 + 1


def test_words_fall_back_to_what_is_stored() -> None:
    words = Words.of(figures()["labels"], "zh")
    assert words.label("category", "category_07") == "category_07"
    assert words.label("item", "mask.contact_phone", "response") == "联系方式（未打码）"
    assert words.label("metric", "resolve") == words.label("clock", "resolve") != "resolve"
    assert (words.stamp(None), words.day(None), words.count(None), words.share(float("nan")), words.span(None)) == ("–",) * 5


def test_a_week_with_far_more_overdue_is_named_and_an_even_period_has_none() -> None:
    weeks = pd.DataFrame(
        {"week_start": pd.date_range("2023-09-04", periods=4, freq="7D"), "n": [200, 100, 100, 9], "overdue": [20, 30, 10, 9]}
    )
    (text,) = said(findings.worst_week, by_week=weeks)
    assert all(part in text for part in ("2023-09-11", "30 条", "30%"))
    # the others are all of them, whatever their size: 20 + 10 + 9 of 200 + 100 + 9
    assert "13%（n=309）" in text
    # a week with few overdue is one of the others as well
    assert "9%（n=300）" in said(findings.worst_week, by_week=weeks.head(3).assign(overdue=[20, 30, 8]))[0]
    assert said(findings.worst_week, by_week=weeks.assign(overdue=weeks["n"] // 5)) == []
    assert said(findings.worst_week, by_week=weeks.head(2)) == []


@pytest.mark.parametrize(
    ("value", "digits", "told"),
    [
        (0.9963, 0, "99.6%"), (0.9996, 0, "99.96%"), (1.0, 0, "100%"), (0.994, 0, "99%"), (3 / 3309, 0, "0.1%"), (0.0, 0, "0%"),
        (0.99996, 1, "99.996%"), (1 - 1e-9, 0, "100.0000%"), (0.125, 1, "12.5%"),
    ],
)  # fmt: skip
def test_what_is_not_all_is_not_called_so(value: float, digits: int, told: str) -> None:
    assert report().words.share(value, digits) == told


def test_a_target_has_all_its_digits() -> None:
    assert [report().words.target(each) for each in (0.95, 0.925, 0.999, 0.57, 1.0, None)] == ["95%", "92.5%", "99.9%", "57%", "100%", "–"]
    table = figures()["clocks"].assign(n=1000, met=923, missed=77, attainment=0.923, target=0.925, pending=0)
    assert "92.3%（目标 92.5%" in said(findings.missed_clocks, clocks=table)[0]


@pytest.mark.parametrize(("field", "rating"), [("satisfaction", "顾客满意度"), ("result_satisfaction", "结果满意度")])
def test_the_rating_that_falls_with_time_is_named(field: str, rating: str) -> None:
    """Of the two ratings of a talk one may go with the time it took and the other not."""
    row = {"field": field, "form": "feedback", "duration": "resolution", "n": 311, "rho": -0.56, "p": 1e-9, "reading": "slower_worse"}
    (text,) = said(findings.rated_by_speed, satisfaction_speed=pd.DataFrame([row]))
    assert f"顾客沟通中，总响应时长越长，{rating}越低（ρ=-0.56，p<0.001，n=311" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_score_has_one_name(lang: str) -> None:
    """In the tile, in the columns and in the list of metrics that a measure names."""
    words = Words.of(figures()["labels"], lang)
    name = next(label for label, metric in measures.metrics(Report(figures(), words)).items() if metric == "satisfaction")
    assert words.text("tile.satisfaction").startswith(name)
    assert name == {"zh": "满意度得分", "en": "Satisfaction score"}[lang]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_definitions_name_columns_as_the_forms_do(lang: str) -> None:
    """The promise of a 沟通记录 stands in 后续行动; no form shows a column `due_at`."""
    told = figures()["definitions"][f"definition_{lang}"].str.cat(sep=" ")
    assert not re.findall(r"[「“][a-z]+_[a-z_]+[」”]", told)
    assert {"zh": "「后续行动」", "en": "“Next action”"}[lang] in told
