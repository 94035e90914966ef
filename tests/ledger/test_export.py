"""Export: what is selected, what stands in the files, that they stay harmless, whole and split where Excel ends."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet
import pytest

from csbook.issues import UnfinishedError, UsageError
from csbook.ledger.export import Layout, Plan, Selection, rare
from csbook.ledger.export.files import SIZE
from csbook.ledger.export.whole import CONTENTS
from csbook.lists import Bilingual
from csbook.privacy import groups
from csbook.privacy.roles import Role, View
from tests.ledger.workbooks import OTHER, SOLVED, Office, Workbook, case, everywhere, form

DANGEROUS = ["=1+1", "+86", "-x", "@SUM(A1)", "\tx", "<r>x</r>", "x\x0by"]
COORDINATION = {
    "id": "A07-BBBBB-001", "raised_at": "2023-10-01 10:00", "customer": "CUST1", "description": "系统登录失败", "progress": "done",
    "category": "emergency", "priority": "urgent",
}  # fmt: skip


def plan(path: Path, *names: str, **more: Any) -> Plan:
    kind = more.pop("format", path.suffix.removeprefix(".") or "parquet")
    return Plan(target=path, format=kind, forms={name: form(name) for name in names or ("response", "coordination")}, **more)


def export(office: Office, *args: Any, **more: Any) -> dict[str, int]:
    with office.ledger() as ledger:
        return {path.name: count for path, count in ledger.export(plan(*args, **more)).items()}


def sheet(path: Path, name: str | None = None) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(path)
    head, *rows = (book[name] if name else book.worksheets[0]).iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def commas(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.fixture
def filled(office: Office) -> Office:
    """Two response records of two desks, one solved, and one archived coordination event."""
    office.hand_in(
        Workbook([case(**SOLVED)]),
        Workbook([case("B01-AAAAA-001", category="fault", channel="chat", **OTHER)], path="b.xlsx", desk="B01"),
        Workbook([{**COORDINATION, "archived": "yes"}, {**COORDINATION, "id": "A07-BBBBB-002", "customer": "CUST2"}], form="coordination"),
    )
    return office


@everywhere()
@pytest.mark.parametrize(
    ("parts", "numbers"),
    [
        ({}, ["20231001001", "20231003001"]),
        ({"start": dt.date(2023, 10, 2)}, ["20231003001"]),
        ({"end": dt.date(2023, 10, 2)}, ["20231001001"]),
        ({"start": dt.date(2023, 10, 3), "end": dt.date(2023, 10, 3)}, ["20231003001"]),
        ({"equal": {"state": ["resolved"]}}, ["20231001001"]),
        ({"equal": {"category": {"fault"}, "channel": {"chat"}, "desk": ["B01"]}}, ["20231003001"]),
        ({"equal": {"agent": ["100%' --"]}}, []),
        ({"equal": {"customer": ["CUST456", "A公司"], "owner": [None]}}, ["20231001001", "20231003001"]),
        ({"ids": [3, 99]}, ["20231001001"]),
    ],
)
def test_filters(filled: Office, tmp_path: Path, parts: dict[str, Any], numbers: list[str]) -> None:
    export(filled, tmp_path / "x.csv", "response", selection=Selection(**parts))
    assert [row["记录编号"] for row in commas(tmp_path / "x.csv")] == numbers


@pytest.fixture
def office_of_texts(office: Office) -> Office:
    rows = [case(f"A07-5KQ2M-{n:03}", customer=f"CUST{n}", description=text, **SOLVED) for n, text in enumerate(DANGEROUS)]
    office.hand_in(Workbook(rows))
    return office


def test_a_sheet_has_typed_cells_labels_and_a_table(office_of_texts: Office, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    assert export(office_of_texts, path, layout=Layout()) == {"x.xlsx": len(DANGEROUS)}
    rows = sheet(path, form().title.zh)
    assert [row["问题描述"] for row in rows] == [text.replace("\x0b", "_x000B_") for text in DANGEROUS]
    first = rows[0]
    assert first["日期"] == dt.datetime(2023, 10, 1)
    assert first["客户提出时间"] == dt.datetime(2023, 10, 1, 9)
    assert (first["总响应时长（分钟）"], first["客户满意度"], first["记录状态"], first["登记台"]) == (20, "满意", "已解决", "A07")
    assert first["联系方式"] == "138****5678"
    with zipfile.ZipFile(path) as archive:
        body = archive.read("xl/worksheets/sheet1.xml").decode()
        table = archive.read("xl/tables/table1.xml").decode()
        assert not any("externalLink" in name for name in archive.namelist())
    assert "<f>" not in body
    assert "hyperlink" not in body
    assert f'{len(DANGEROUS) + 1}"' in table.partition("ref=")[2].partition(" ")[0]


def test_csv_starts_no_formula_and_opens_as_utf8(office_of_texts: Office, tmp_path: Path) -> None:
    export(office_of_texts, tmp_path / "x.csv", "response")
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = commas(tmp_path / "x.csv")
    assert [row["问题描述"] for row in rows] == ["'=1+1", "'+86", "'-x", "'@SUM(A1)", "'\tx", "<r>x</r>", "x\x0by"]
    assert (rows[0]["日期"], rows[0]["客户提出时间"], rows[0]["需求类型"]) == ("2023-10-01", "2023-10-01 09:00", "咨询类")


def few(least: int) -> Layout:
    return Layout(view=View(role=Role(least=least)))


def test_outsiders_see_no_entry_that_few_rows_have(filled: Office, tmp_path: Path) -> None:
    export(filled, path := tmp_path / "x.csv", "response", layout=few(1))
    rows = commas(path)
    assert [row["需求类型"] for row in rows] == ["其余（合并）"] * 2
    assert [row["小组"] for row in rows] == ["一组"] * 2


def test_outsiders_get_no_form_of_few_records_and_no_small_files(filled: Office, tmp_path: Path) -> None:
    assert export(filled, tmp_path / "x.xlsx", layout=few(2)) == {"x.xlsx": 0}
    assert export(filled, tmp_path / "parquet", layout=few(2)) == {"parquet": 0}
    with pytest.raises(UsageError, match="--split"):
        export(filled, tmp_path / "x.csv", split="date", layout=few(2))


@pytest.mark.parametrize(
    ("counts", "merged"),
    [({"a": 9, "b": 5}, {"a", "b"}), ({"a": 9, "b": 5, "c": 1}, {"b", "c"}), ({"a": 9, "b": 8, None: 2}, {"b", None}), ({"a": 6}, set())],
)
def test_rare_entries_are_merged_until_they_are_many(counts: dict[str | None, int], merged: set[str | None]) -> None:
    rows = [key for key, count in counts.items() for _ in range(count)]
    known = rare.rare([pa.table({"category": pa.array(rows, pa.string())})], form("response"), 5)
    assert (known.rows, known.values["category"]) == (len(rows), merged)
    shown = known.merged(pa.table({"category": pa.array(rows, pa.string())}))["category"].to_pylist()
    assert [value == groups.REST for value in shown] == [key in merged for key in rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_role_sees_neither_hidden_columns_nor_last_digits(office: Office, tmp_path: Path, kind: str) -> None:
    office.hand_in(Workbook([case(**{**SOLVED, "description": "请回电138****5678，谢谢"})]))
    role = Role(hide=frozenset({"team_only", "source_id"}), code={"customer": Bilingual("K-", "K-")}, digits=False)
    tags = {field.name: field.tags for field in form().fields}
    path = tmp_path / f"x.{kind}"
    export(office, path, "response", layout=Layout(view=View(role=role, tags=tags, key=b"k")))
    [row] = pyarrow.parquet.read_table(path).to_pylist() if kind == "parquet" else commas(path) if kind == "csv" else sheet(path)
    values = dict(zip(map(str, row), map(str, row.values()), strict=True))
    assert not {"联系人", "联系方式", "行号", "contact_name", "contact_phone", "source_id"} & set(values)
    assert values.get("问题描述", values.get("description")) == "请回电138****，谢谢"
    assert values.get("客户名称/编号", values.get("customer", "")).startswith("K-")
    assert all("5678" not in value and "A公司" not in value for value in values.values())


def test_labels_in_english(filled: Office, tmp_path: Path) -> None:
    export(filled, tmp_path / "x.csv", "response", layout=Layout(lang="en"))
    assert {"Record state", "Desk"} <= set(commas(tmp_path / "x.csv")[0])


def test_cases_are_the_archived_events(filled: Office, tmp_path: Path) -> None:
    assert export(filled, tmp_path / "x.xlsx", "coordination", selection=Selection(cases=True)) == {"x.xlsx": 1}
    assert [row["事件编号"] for row in sheet(tmp_path / "x.xlsx")] == ["CS-2023-001"]
    assert export(filled, tmp_path / "y.xlsx", "response", selection=Selection(cases=True)) == {"y.xlsx": 0}


@everywhere()
@pytest.mark.parametrize(
    ("split", "files"),
    [
        ("date", {"x-2023-10-01.csv": 1, "x-2023-10-03.csv": 1}),
        ("category", {"x-故障报修.csv": 1, "x-咨询类.csv": 1}),
        ("priority", {"x-未填.csv": 2}),
    ],
)
def test_one_file_for_each_value(filled: Office, tmp_path: Path, split: str, files: dict[str, int]) -> None:
    assert export(filled, tmp_path / "x.csv", "response", split=split) == files
    assert {path.name: len(commas(path)) for path in tmp_path.glob("x-*.csv")} == files


def test_values_that_would_share_a_file_name_lose_no_record(office: Office, tmp_path: Path) -> None:
    """Forbidden characters, letter case, the label of a blank, the name of a form: each value keeps a file of its own."""
    values = ["VIP/急", "VIP?急", "vip|急", "未填", None, "x", "x-response", "con"]
    office.hand_in(
        Workbook([case(f"A07-5KQ2M-{n:03}", customer=f"CUST{n}", category=value) for n, value in enumerate(values)]),
        Workbook([{**COORDINATION, "category": "x"}], form="coordination"),
    )
    written = export(office, tmp_path / "x.csv", split="category")
    assert (len(written), sum(written.values())) == (len(values) + 1, len(values) + 1)
    assert len({name.casefold() for name in written}) == len(written)
    assert sum(len(commas(tmp_path / name)) for name in written) == len(values) + 1
    book = export(office, tmp_path / "x.xlsx", split="category")
    assert (sum(book.values()), sum(len(sheet(tmp_path / name, each)) for name in book for each in sheets(tmp_path / name))) == (9, 9)


def sheets(path: Path) -> list[str]:
    return openpyxl.load_workbook(path).sheetnames


def test_several_forms_are_sheets_of_one_workbook_and_files_of_their_own(filled: Office, tmp_path: Path) -> None:
    assert export(filled, tmp_path / "x.xlsx") == {"x.xlsx": 4}
    assert openpyxl.load_workbook(tmp_path / "x.xlsx").sheetnames == [form("response").title.zh, form("coordination").title.zh]
    assert export(filled, tmp_path / "x.csv") == {"x-response.csv": 2, "x-coordination.csv": 2}


@everywhere()
def test_parquet_in_a_folder_by_form_and_month(filled: Office, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for _ in range(2):  # a second export takes the place of the first
        assert export(filled, folder, layout=Layout()) == {"out": 4}
    months = {"form=response/month=2023-10", "form=coordination/month=2023-10"}
    assert {str(path.relative_to(folder / "records").parent) for path in (folder / "records").rglob("*.parquet")} == months
    assert {path.name for path in folder.iterdir()} == CONTENTS, "nothing of the ledger is left out"
    table = pyarrow.dataset.dataset(folder / "records", partitioning="hive").to_table()
    with filled.ledger() as ledger:
        records = ledger.records()
    assert set(records.column_names) == set(table.column_names) - {"month"}
    assert table.sort_by("id").select(["id", "raised_at", "category"]).equals(records.select(["id", "raised_at", "category"]))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.txt").write_text("mine")
    with pytest.raises(UsageError):
        export(filled, tmp_path / "other")
    assert (tmp_path / "other" / "x.txt").exists()


def test_more_rows_than_a_batch_stream_in_order(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SIZE > 1_000
    monkeypatch.setattr("csbook.ledger.export.files.SIZE", 2)
    office.hand_in(Workbook([case(f"A07-5KQ2M-{n:03}", customer=f"CUST{n}") for n in range(5)]))
    export(office, tmp_path / "x.csv", "response")
    export(office, tmp_path / "x.xlsx", "response")
    export(office, tmp_path / "x.parquet", "response")
    numbers = office.records("record_no")
    assert [row["记录编号"] for row in commas(tmp_path / "x.csv")] == numbers
    assert [row["记录编号"] for row in sheet(tmp_path / "x.xlsx")] == numbers
    assert pyarrow.parquet.read_table(tmp_path / "x.parquet")["record_no"].to_pylist() == numbers


@pytest.mark.parametrize("kind", ["xlsx", "csv", "parquet"])
def test_nothing_selected_and_nowhere_to_write(filled: Office, tmp_path: Path, kind: str) -> None:
    assert export(filled, tmp_path / f"x.{kind}", "response", selection=Selection(equal={"desk": ["Z"]})) == {f"x.{kind}": 0}
    with pytest.raises(UnfinishedError):
        export(filled, tmp_path / "no" / f"x.{kind}")
    assert [path.name for path in tmp_path.iterdir() if "sqlite" not in path.name] == [f"x.{kind}"]
