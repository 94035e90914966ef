"""The period stands beside the one before, and a filter is named on every sheet."""

from __future__ import annotations

from csbook.analysis import _header, compare, measures
from csbook.analysis.report import Report
from csbook.analysis.sheets import overview
from csbook.analysis.words import DASH, Words
from csbook.metrics.frequent import Wording, _phrases
from tests.analysis.ledger import figures


def report(**changed: object) -> Report:
    tables = {**figures(), "scope": figures()["scope"].assign(**changed)}
    return Report(tables, Words.of(figures()["labels"], "zh"))


def test_each_metric_stands_beside_that_of_the_period_before() -> None:
    (table,) = compare.tables(report())
    row = figures()["overview"].iloc[0]
    first = table.frame.iloc[0]
    assert [first["before"], first["after"]] == [f"{int(row['n_before']):,}", f"{int(row['n']):,}"]
    assert (table.frame[["n_before", "n_after"]].sum(axis=1) > 0).all()
    assert list(compare.tables(report(before_start=None))) == []


def test_counts_are_not_held_against_a_period_that_the_records_only_partly_fill() -> None:
    """A team that began in the middle of last month did not get six times as many records this month."""
    scope = figures()["scope"].iloc[0]
    whole, partly = report(first_day=scope["before_start"]), report(first_day=scope["before_end"])
    assert (whole.begun, partly.begun) == (None, scope["before_end"])
    (before,), (after,) = compare.tables(whole), compare.tables(partly)
    assert (before.note, "2023-09-30" in after.note) == ("", True)
    counts = [label for label, name in measures.metrics(whole).items() if name in measures.COUNTS]
    assert DASH not in before.frame.set_index("metric").loc[counts, "change"].to_list()
    assert set(after.frame.set_index("metric").loc[counts, "change"]) == {DASH}
    assert before.frame["change"].iloc[-1] == after.frame["change"].iloc[-1] != DASH
    tiles = [tile.change for tile in overview.sheet(partly).blocks[0].tiles]  # type: ignore[union-attr]
    assert ["09-30" in each for each in tiles] == [True, False, False, True, True]


def test_a_figure_that_one_of_the_two_periods_lacks_is_not_called_without_a_period_before() -> None:
    def told(**row: float) -> str:
        tables = {**figures(), "overview": figures()["overview"].assign(resolution_mean_change=float("nan"), **row)}
        block = overview.sheet(Report(tables, Words.of(figures()["labels"], "zh"))).blocks[0]
        return str(block.tiles[2].change)  # type: ignore[union-attr]

    nothing = float("nan")
    assert told(resolution_mean=nothing, resolution_mean_before=7.4) == "上期 7.4 分钟"
    assert told(resolution_mean=7.4, resolution_mean_before=nothing) == "上期没有这项数"


def test_whose_records_are_counted_stands_on_top() -> None:
    assert _header(report(agent="小李")).endswith("小李")
    assert _header(report(only_forms="response")).endswith("服务响应")
    assert "小李" not in _header(report())


def test_names_of_products_are_no_part_of_a_problem() -> None:
    words = ["空调", "无法", "开机"]
    assert list(_phrases(words, Wording(names=("空调",)))) == [("无法", "开机")]
    assert ("空调", "无法") in list(_phrases(words, Wording()))
