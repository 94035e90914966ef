"""The table of measures is read back filled, its faults are named by cell, and a file that is open gets a sibling."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from csbook import analysis, messages
from csbook.analysis import measures
from csbook.issues import UnfinishedError, UsageError
from csbook.passwords import Password
from tests.analysis.conftest import Opened
from tests.analysis.ledger import definitions, figures

LABEL = messages.text("zh", "column.n")


def filled(opened: Opened, path: Path, *rows: tuple[Any, ...], lang: str = "zh") -> Path:
    """A workbook of ours with these rows typed below the header of its measures."""
    source = next(each for each in opened("full", lang) if "measures" in each.tables)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "R"
    sheet.append([cell.value for cell in source[source.tables["measures"].ref][0]])
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def spans(first: dt.date, last: dt.date, begun: str = "2023-09-01") -> dict[str, pd.DataFrame]:
    row = figures()["overview"].assign(n=12, n_before=30, n_change=-0.6, first=first, last=last)
    scope = figures()["scope"].assign(
        first_day=pd.Timestamp(begun), before_start=pd.Timestamp(first - (last - first) - dt.timedelta(days=1))
    )
    return {"overview": row, "scope": scope}


def test_a_filled_measure_shows_its_metric_before_and_after(opened: Opened, tmp_path: Path) -> None:
    path = filled(
        opened, tmp_path / "a.xlsx", ("慢", "加人", "王姐", dt.datetime(2023, 10, 22), LABEL), ("x", "y", "z", "2023/11/30", LABEL)
    )
    tables = analysis.followed(figures(), path, spans)
    effects = tables["effects"]
    assert effects.loc[0, ["days", "before", "n_before", "after", "n_after", "change"]].to_list() == [10, "30", 30, "12", 12, "-60%"]
    assert pd.isna(effects.loc[1, "days"])
    assert tables["measures"]["owner"].to_list() == ["王姐", "z"]
    analysis.write({**figures(), **tables}, tmp_path / "b.xlsx", definitions=definitions())
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported")
        again = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert any({"effects", "measures"} <= set(sheet.tables) for sheet in again)
    assert len(analysis.followed(figures(), tmp_path / "b.xlsx", spans)["measures"]) == 2


def test_the_n_of_a_backlog_is_the_records_that_were_open() -> None:
    row = pd.Series({"n": 40, "n_before": 50, "backlog": 7, "backlog_before": 9, "overdue": 3, "overdue_before": 4})
    assert [measures.counted(row, "backlog", ending) for ending in ("_before", "")] == [9, 7]
    assert [measures.counted(row, "overdue", ending) for ending in ("_before", "")] == [50, 40]


@pytest.mark.parametrize(
    ("begun", "told"), [("2023-10-12", "-60%"), ("2023-10-13", "上期不全（10-13 起）"), ("2023-10-25", "上期不全（10-25 起）")]
)
def test_counts_are_not_held_against_days_before_the_first_record(opened: Opened, tmp_path: Path, begun: str, told: str) -> None:
    """The measure of the 22nd is counted from the 22nd to the 31st, and from the 12th to the 21st."""
    rows = [("慢", "加人", "王姐", "2023-10-22", messages.text("zh", f"column.{metric}")) for metric in ("n", "satisfaction")]
    path = filled(opened, tmp_path / "a.xlsx", *rows)
    effects = analysis.followed(figures(), path, lambda first, last: spans(first, last, begun))["effects"]
    assert effects["change"].to_list()[0] == told
    assert "上期不全" not in effects["change"].to_list()[1]


def test_faults_are_named_by_cell(opened: Opened, tmp_path: Path) -> None:
    path = filled(opened, tmp_path / "a.xlsx", ("慢", "加人", "王姐", "soon", LABEL), ("慢", "加人", "王姐", dt.date(2023, 10, 1), "?"))
    with pytest.raises(UsageError) as error:
        analysis.followed(figures(), path, spans)
    assert "R!D2" in str(error.value)
    assert "R!E3" in str(error.value)
    with pytest.raises(UsageError):
        analysis.followed(figures(), filled(opened, tmp_path / "none.xlsx"), spans)
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    with pytest.raises(UsageError):
        analysis.followed(figures(), tmp_path / "broken.xlsx", spans)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_fault_repeats_neither_personal_data_nor_a_long_cell(opened: Opened, tmp_path: Path, lang: str) -> None:
    phone = "1390000" + "1111"
    path = filled(opened, tmp_path / "a.xlsx", ("慢", "加人", "王姐", phone, phone + "长" * 30_000))
    with pytest.raises(UsageError) as error:
        analysis.followed(figures(), path, spans, lang)
    said = str(error.value)
    assert "R!D2" in said
    assert "R!E2" in said
    assert phone not in said
    assert len(said) < 300


@pytest.mark.parametrize(
    "day", ["2023年10月22日", "2023/10/22", "2023-10-22", "２０２３.10.22", "20231022", "2023 年 10 月 22 日", "2023-10-22 00:00"]
)
def test_dates_and_metrics_are_read_as_people_write_them(opened: Opened, tmp_path: Path, day: str) -> None:
    """The tile says 登记时限达标率, the list to choose from 登记时限 达标率."""
    path = filled(opened, tmp_path / "a.xlsx", ("慢", "加人", "王姐", day, "登记时限达标率"))
    tables = analysis.followed(figures(), path, spans)
    assert tables["measures"].loc[0, ["deadline", "metric"]].to_list() == ["2023-10-22", "登记时限 达标率"]


@pytest.mark.parametrize("day", ["now", "today", "10", "2023-13-01", "2023-2-30", "22", "2023111", 45221])
def test_what_is_no_date_is_a_fault(opened: Opened, tmp_path: Path, day: object) -> None:
    with pytest.raises(UsageError, match="R!D2"):
        analysis.followed(figures(), filled(opened, tmp_path / "a.xlsx", ("慢", "加人", "王姐", day, LABEL)), spans)


def test_a_workbook_that_is_open_elsewhere_gets_a_sibling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, replace = tmp_path / "a.xlsx", Path.replace

    def locked(self: Path, target: Path) -> Path:
        if target.name in held:
            raise PermissionError(13, "locked")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    path.write_text("old")
    held = {"a.xlsx"}
    assert analysis.write(figures(count=0), path, definitions=definitions()) == tmp_path / "a (2).xlsx"
    assert path.read_text() == "old"
    held |= {"a (3).xlsx"}
    with pytest.raises(UnfinishedError):
        analysis.write(figures(count=0), path, definitions=definitions())
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a (2).xlsx", "a.xlsx"]


def test_an_encrypted_workbook_is_opened_with_its_password_alone(opened: Opened, tmp_path: Path) -> None:
    path, password = filled(opened, tmp_path / "a.xlsx", ("慢", "加人", "王姐", dt.datetime(2023, 10, 22), LABEL)), Password("right one")
    path.write_bytes(closed := password.closed(path.read_bytes()))
    assert analysis.followed(figures(), path, spans, password=password)["measures"]["owner"].to_list() == ["王姐"]
    for given, said in ((None, "--password-file"), (Password("other one"), "agreed password")):
        with pytest.raises(UsageError, match=said):
            analysis.followed(figures(), path, spans, "en", given)
    path.write_bytes(closed[:6000] + bytes(100) + closed[6100:])
    with pytest.raises(UsageError, match="changed or damaged"):
        analysis.followed(figures(), path, spans, "en", password)
