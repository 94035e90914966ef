"""Disclosure: what outsiders get gives no count of 1 to 5 away, neither as it stands nor by reckoning with all that is told."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbook import analysis, metrics, policy
from csbook.privacy import bands, groups
from csbook.privacy.roles import UNTOUCHED
from tests.analysis.ledger import AS_OF, END, ROOT, START, definitions, figures
from tests.privacy.test_roles import view

FEW = 5
# as validations/privacy.toml has them
BANDS = bands.Bands(share_of=4, minutes_from=10, parts=5, few=FEW)
Tables = Mapping[str, pd.DataFrame]


@cache
def told() -> dict[str, pd.DataFrame]:
    """Every table as outsiders get it."""
    seen = view("external").figures(figures())
    return {name: seen[name] for name in seen}


def truth(monkeypatch: pytest.MonkeyPatch) -> dict[str, pd.DataFrame]:
    """The same tables, merged alike, with their true counts."""
    monkeypatch.setattr(groups, "banded", lambda frame, _: frame)
    seen = view("external").figures(figures())
    return {name: seen[name] for name in seen}


# -- as it stands


def test_every_count_is_a_band_and_every_record_stays_inside() -> None:
    for name, table in told().items():
        assert "source_id" not in table or table.empty, name
        for column in () if name in UNTOUCHED else bands.counted(table):
            values = table[column].dropna()
            assert (values % FEW == 0).all(), (name, column)
        if "n" in table and name not in groups.WHOLE | UNTOUCHED:
            assert (table["n"] >= FEW).all(), name


def test_every_column_of_figures_is_thought_of() -> None:
    """What is neither a count nor made of counts is missing: only the longest overrun is, which is one record's."""
    whole = view("manager").figures(figures())
    shown = {(name, str(column)) for name, table in told().items() for column in table if table[column].notna().any()}
    there = {(name, str(column)) for name, _ in told().items() for column in whole[name] if whole[name][column].notna().any()}
    lost = {column for name, column in there - shown if not told()[name].empty} - {column for _, column in shown}
    assert {column for column in lost if not column.endswith(("_before", "_change"))} == {"worst"}


@pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl does not know the newer data bars
def test_the_workbook_shows_bands_alone(tmp_path: Path) -> None:
    analysis.write(told(), path := tmp_path / "x.xlsx", definitions=definitions())
    book: Any = openpyxl.load_workbook(path)  # its types do not know that it is iterable
    shown = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.number_format == f'[<{FEW}]"≤{FEW}";#,##0"+"']
    assert shown
    assert [cell.coordinate for cell in shown if isinstance(cell.value, int | float) and cell.value % FEW] == []
    texts = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str))
    assert re.findall(r"(?<![≤\d.,+-])[1-4]\+? ?(?:条|个登记台)|n=[1-4]\b", texts) == []
    assert not re.search(r"A0\d-5KQ2M-\d{3}", texts)


# -- two ledgers that differ in small counts only


def late(count: int) -> Tables:
    """October with 44 calls answered alike, `count` of them past what was promised."""
    rows = [_call(place, late=place % 11 * 4 + place // 11 < count) for place in range(44)]
    records = pa.Table.from_pandas(pd.DataFrame(rows), preserve_index=False)
    history = pa.table({"form": records["form"], "source_id": records["source_id"], "handed_in": records["first_handed_in"]})
    shipped = policy.load(ROOT / "validations" / "policy.toml")
    made = metrics.figures(records, history, pa.table({}), shipped, definitions(), as_of=AS_OF, start=START, end=END)
    return view("external").figures(made)


def _call(place: int, *, late: bool) -> dict[str, object]:
    raised = dt.datetime(2023, 10, 9 + place // 11, 9, place)
    return {
        "form": "hotline", "record_no": f"{raised:%Y%m%d}{place:03d}", "source_id": f"A01-5KQ2M-{place:03d}", "raised_at": raised,
        "started_at": raised + dt.timedelta(minutes=4), "resolved_at": raised + dt.timedelta(hours=2), "due_at": raised + dt.timedelta(hours=1 if late else 5),
        "first_handed_in": raised + dt.timedelta(hours=3), "desk": "A01", "team": "一组", "agent": "客服小李", "state": "resolved",
        "category": "complaint", "priority": "high", "category_first": "complaint", "priority_first": "high",
    }  # fmt: skip


# tables that count such records in most ways, and are quickly made
LOOKED_AT = "clocks", "clocks_by_level", "by_day", "by_week", "by_month"


def test_nobody_can_tell_none_from_four() -> None:
    none, four, six = (late(count) for count in (0, 4, 6))
    for name in LOOKED_AT:
        assert none[name].equals(four[name]), name
    assert not none["clocks"].equals(six["clocks"])


# -- by reckoning


@dataclass
class Attacker:
    """Knows between which bounds every count lies, and which counts add up to which; reckons until nothing more follows."""

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    true: list[int] = field(default_factory=list)
    sums: list[tuple[int, list[int]]] = field(default_factory=list)

    def reads(self, shown: float, true: float) -> int:
        """A count that stands somewhere; its number."""
        least, most = (0, FEW) if not shown else (max(int(shown), FEW + 1), int(shown) + FEW - 1)
        assert least <= true <= most
        self.low.append(least)
        self.high.append(most)
        self.true.append(int(true))
        return len(self.true) - 1

    def adds(self, whole: int, parts: list[int]) -> None:
        """These parts are that whole."""
        assert self.true[whole] == sum(self.true[part] for part in parts)
        self.sums.append((whole, parts))

    def reckons(self, rounds: int = 5) -> None:
        """Total minus parts, parts minus others, over and over."""
        for _ in range(rounds):
            for whole, parts in self.sums:
                least, most = sum(self.low[part] for part in parts), sum(self.high[part] for part in parts)
                self._between(whole, least, most)
                for part in parts:
                    rest = least - self.low[part], most - self.high[part]
                    self._between(part, self.low[whole] - rest[1], self.high[whole] - rest[0])

    def _between(self, count: int, least: int, most: int) -> None:
        self.low[count], self.high[count] = max(self.low[count], least), min(self.high[count], most)

    def learned(self) -> list[int]:
        """The small counts that are no secret any more."""
        return [value for low, high, value in zip(self.low, self.high, self.true, strict=True) if low == high and 0 < value < FEW]


def test_no_small_count_follows_from_all_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, true = told(), truth(monkeypatch)
    attacker = Attacker()
    cells: dict[Cell, int] = {}
    for name, table in shown.items():
        for column in () if name in UNTOUCHED else bands.counted(table):
            for row, (band, value) in enumerate(zip(table[column].to_list(), true[name][column].to_list(), strict=True)):
                if not pd.isna(value) and not column.startswith("net_flow"):
                    cells[name, column, row] = attacker.reads(band, value)
    for whole, parts in relations(true):
        if whole in cells and all(part in cells for part in parts):
            attacker.adds(cells[whole], [cells[part] for part in parts])
    assert len(attacker.sums) > 100
    attacker.reckons()
    assert attacker.learned() == []


Cell = tuple[str, str, Hashable]


def relations(tables: Tables) -> Iterator[tuple[Cell, list[Cell]]]:
    """What adds up: the groups of a table to the period, days to weeks and months, verdicts to their sums, levels to their whole."""
    yield from _groups(tables)
    yield from _verdicts(tables)
    yield from _spans(tables)
    levels, rates = tables["satisfaction"], tables["satisfaction_rate"]
    for row, question, form in rates[["field", "form"]].itertuples():
        rows = levels.index[(levels["field"] == question) & (levels["form"] == form)]
        if levels["n"][rows].sum() == rates["rated"][row]:
            yield ("satisfaction_rate", "rated", row), [("satisfaction", "n", level) for level in rows]


def _groups(tables: Tables) -> Iterator[tuple[Cell, list[Cell]]]:
    for name in (each for each in tables if each.startswith("by_")):
        for column in (each for each in bands.counted(tables[name]) if not each.startswith(("net_flow", "backlog"))):
            if tables[name][column].sum() == tables["overview"][column].iloc[0]:  # a form may lack what the table is by
                yield ("overview", column, 0), [(name, column, row) for row in tables[name].index]


def _verdicts(tables: Tables) -> Iterator[tuple[Cell, list[Cell]]]:
    for name, table in tables.items():
        for column in (str(each) for each in table if f"{each}_running" in table):
            for row in table.index:
                yield (name, column, row), [(name, f"{column}_{how}", row) for how in ("running", "stopped")]
    for row, clock in tables["clocks"]["clock"].items():
        yield ("clocks", "n", row), [("clocks", "met", row), ("clocks", "missed", row)]
        for verdict in ("met", "missed", "pending"):
            yield ("clocks", verdict, row), [("overview", f"{clock}_{verdict}", 0)]


def _spans(tables: Tables) -> Iterator[tuple[Cell, list[Cell]]]:
    days = tables["by_day"]
    for name, kind in (("by_week", "week"), ("by_month", "month")):
        starts = days["day"].dt.to_period(kind[0].upper()).dt.start_time
        for row, start in tables[name][f"{kind}_start"].items():
            inside = days.index[starts == start]
            for column in (each for each in bands.counted(days) if not each.startswith(("net_flow", "backlog"))):
                yield (name, column, row), [("by_day", column, day) for day in inside]


def test_the_attacker_finds_what_a_narrower_lowest_band_would_give_away() -> None:
    """Five parts of four each: with 0 to 4 as the lowest band, total and parts would leave no other way."""
    careless = Attacker(low=[20, 0, 0, 0, 0, 0], high=[24, 4, 4, 4, 4, 4], true=[20, 4, 4, 4, 4, 4], sums=[(0, [1, 2, 3, 4, 5])])
    careless.reckons()
    assert careless.learned() == [4] * 5


@given(st.lists(st.integers(0, 12), min_size=2, max_size=9))
def test_a_total_and_its_parts_never_give_a_small_one_away(parts: list[int]) -> None:
    attacker = Attacker()
    shown = bands.band(pd.Series([sum(parts), *parts]), FEW)
    whole, *each = (attacker.reads(value, true) for value, true in zip(shown, (sum(parts), *parts), strict=True))
    attacker.adds(whole, each)
    attacker.reckons()
    assert attacker.learned() == []


def test_a_share_says_no_more_than_its_bands() -> None:
    met, missed = (pd.Series(each) for each in zip(*itertools.product(range(60), range(60)), strict=True))
    shown = bands.banded(pd.DataFrame({"met": met, "missed": missed, "attainment": 0.5}), BANDS)
    told_alike = shown.fillna(-1).groupby(["met", "missed"])["attainment"]
    assert (told_alike.nunique() == 1).all()
    assert told_alike.size().min() >= (FEW - 1) ** 2
    assert shown["attainment"].dropna().between(0.01, 0.99).all()
    assert shown["attainment"].isna().equals(shown["met"] + shown["missed"] < 4 * FEW)


def test_a_mean_fits_every_count_of_its_band() -> None:
    counts, sums = (pd.Series(each) for each in zip(*((n, total) for n in range(45) for total in range(40 * n + 1)), strict=True))
    shown = bands.banded(pd.DataFrame({"n": counts, "mean": sums / counts.where(counts > 0)}), BANDS)
    assert shown["mean"].isna().equals(counts <= FEW)
    by_count = shown[counts > FEW].groupby([shown["n"], counts])["mean"].agg(frozenset)
    assert (by_count.groupby("n").nunique() == 1).all()


# -- groups


def counted(*sizes: int) -> pd.DataFrame:
    names = pd.Series([f"k{place}" for place in range(len(sizes))], dtype="str")
    return pd.DataFrame({"category": names, "n": sizes, "resolution_n": sizes, "resolution_mean": [1.5] * len(sizes)})


@pytest.mark.parametrize(
    ("sizes", "left"),
    [
        ((9, 7, 5, 2), {"k0": 5, "k1": 5, "_rest": 5}),
        ((9, 7, 3), {"k0": 5, "_rest": 10}),
        ((9, 7, 0, 3), {"k0": 5, "_rest": 10}),
        ((9, 7, 0), {"k0": 5, "k1": 5}),
        ((2, 1), {}),
        ((16, 15), {"k0": 15, "k1": 15}),
        ((), {}),
    ],
)
def test_small_groups_are_merged(sizes: tuple[int, ...], left: dict[str, int]) -> None:
    found = groups.few_only("by_category", counted(*sizes), BANDS)
    assert dict(zip(found["category"], found["n"], strict=True)) == left
    assert found.loc[found["category"] == "_rest", "resolution_mean"].isna().all()


def test_days_are_all_there_and_few_records_look_like_none() -> None:
    days = counted(9, 3, 0).assign(day=pd.date_range("2023-10-01", periods=3))
    found = groups.few_only("by_day", days, BANDS)
    assert found["n"].to_list() == [5, 0, 0]
    assert found["resolution_mean"].notna().to_list() == [True, False, False]


def test_a_period_and_its_change_are_told_in_bands() -> None:
    period = counted(44).assign(
        n_before=23.0, n_change=0.91, resolution_n_before=3.0, resolution_mean_before=2.53, resolution_mean_change=0.4
    )
    found = groups.few_only("overview", period.drop(columns="category"), BANDS).iloc[0]
    assert found[["n", "n_before", "n_change", "resolution_n_before"]].to_list() == [40, 20, 1.0, 0]
    assert found[["resolution_mean_before", "resolution_mean_change"]].isna().all()
