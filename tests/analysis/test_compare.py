"""The period stands beside the one before, and a filter is named on every sheet."""

from __future__ import annotations

from csbook.analysis import _header, compare
from csbook.analysis.report import Report
from csbook.analysis.words import Words
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


def test_whose_records_are_counted_stands_on_top() -> None:
    assert _header(report(agent="小李")).endswith("小李")
    assert "小李" not in _header(report())


def test_names_of_products_are_no_part_of_a_problem() -> None:
    words = ["空调", "无法", "开机"]
    assert list(_phrases(words, Wording(names=("空调",)))) == [("无法", "开机")]
    assert ("空调", "无法") in list(_phrases(words, Wording()))
