"""Reading: what comes back as Arrow, and which references are known."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3

import pyarrow as pa
import pytest

from csbook import messages
from csbook.issues import Code, UnfinishedError
from csbook.ledger.database.schema import COLUMNS, FIRSTS
from csbook.ledger.reading import quoted
from tests.ledger.workbooks import NOW, OTHER, SOLVED, Office, Workbook, batch, case, saved

MERGE_CODES = [
    Code.ID_REUSED, Code.TEMPLATE_COPIED, Code.ID_TWICE, Code.SHEET_COPIED, Code.ID_CONFLICT, Code.EDIT_CONFLICT, Code.MATCHED_BY_CONTENT,
    Code.POSSIBLE_TWIN, Code.STALE_NEWER_FILE,
]  # fmt: skip
FEEDBACK = {
    "id": "A07-FFFFF-001", "raised_date": "2023-10-01", "raised_clock": "09:05:00", "raised_at": "2023-10-01 09:05", "channel": "phone",
    "contact_name": "*女士", "contact_phone": "138****5678", "category": "inquiry", "description": "产品无法开机", "plan": "寄回检测",
    "product": "2023-10-01", "call_minutes": 12, "status": "open", "satisfaction": "unrated", "agent": "*客服小李",
}  # fmt: skip


def test_records_are_typed_and_hold_every_field(office: Office) -> None:
    office.hand_in(Workbook([case(reviewer="*主管王姐", **SOLVED)]), Workbook([FEEDBACK], path="f.xlsx", form="feedback"))
    with office.ledger() as ledger:
        table = ledger.records()
    assert {*COLUMNS, *FIRSTS, "form", "source_id", "record_no", "state", "desk", "team", "first_handed_in"} <= set(table.column_names)
    assert table.schema.field("raised_at").type == table.schema.field("first_handed_in").type == pa.timestamp("us")
    assert table.schema.field("total_minutes").type == table.schema.field("call_minutes").type == pa.int64()
    feedback, response = sorted(table.to_pylist(), key=lambda row: str(row["form"]))
    assert (response["total_minutes"], response["plan"], response["reviewer"]) == (20, None, "*主管王姐")
    assert (feedback["plan"], feedback["product"], feedback["call_minutes"]) == ("寄回检测", "2023-10-01", 12)
    assert (feedback["raised_date"], feedback["raised_clock"]) == (dt.datetime(2023, 10, 1), "09:05:00")
    assert response["first_handed_in"] == response["last_handed_in"] == NOW + dt.timedelta(minutes=1)


def test_only_wanted_columns_come_and_whichever_way_they_come_they_are_the_same(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.hand_in(Workbook([case(reviewer="*主管王姐", **SOLVED)]), Workbook([FEEDBACK], path="f.xlsx", form="feedback"))
    office.hand_in(Workbook([case("A07-5KQ2M-002", good=False, **OTHER)]))
    wanted = {"form", "raised_at", "closed_at", "complex", "call_minutes", "plan", "first_handed_in"}
    with office.ledger() as ledger:
        every, some = ledger.records(), ledger.records(wanted)
        assert set(some.column_names) == {"id", *wanted}
        assert some.equals(every.select(some.column_names))
        tables = every, some, ledger.revisions(), ledger.quarantine(), ledger.batches(), ledger.records({"form"})
        monkeypatch.setattr(quoted, "PART", 1)
        assert tables == (
            ledger.records(), ledger.records(wanted), ledger.revisions(), ledger.quarantine(), ledger.batches(), ledger.records({"form"})
        )  # fmt: skip


def test_an_empty_quarantine_and_ledger_still_have_their_columns(office: Office) -> None:
    office.hand_in(Workbook([case(good=False)]))
    with office.ledger() as ledger:
        assert ledger.records().num_rows == ledger.revisions().num_rows == 0
        assert ledger.records().schema.field("raised_at").type == pa.timestamp("us")
        assert ledger.quarantine().num_rows == 1
    other = Office(office.path.with_name("other.sqlite"))
    other.hand_in(Workbook([case()]))
    with other.ledger() as ledger:
        assert ledger.quarantine().num_rows == 0
        assert "receipt_id" in ledger.quarantine().column_names


def test_status_and_batches(office: Office) -> None:
    office.hand_in(Workbook([case(), case("A07-5KQ2M-002", good=False, **OTHER)]))
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    with office.ledger() as ledger:
        status, batches = ledger.status(), ledger.batches().to_pylist()
    assert status["forms"] == {"response": {"records": 1, "open": 0, "resolved": 1, "withdrawn": 0}}
    assert (status["quarantine_open"], status["encrypted"], status["where"]) == (1, False, str(office.path))
    assert status["last_batch"] == {"id": 2, "at": office.now, "handed_in_by": "admin"}
    assert [(row["rows_read"], row["rows_new"], row["rows_updated"], row["rows_quarantined"]) for row in batches] == [
        (2, 1, 0, 1),
        (1, 0, 1, 0),
    ]


def test_known_references(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    asked = {"response 20231001001", "20231001001", "A07-5KQ2M-001", "hotline 20231001001", "response 20231001002", "A07-5KQ2M-009"}
    with office.ledger() as ledger:
        assert ledger.known_references(asked) == {"response 20231001001", "20231001001", "A07-5KQ2M-001"}
        assert ledger.known_references(set()) == set()


def test_references_that_nobody_knows_are_flagged(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    related = ["response 20231001001、B01-BBBBB-002", "response 20231001001、response 20231001009", None]
    rows = [
        {"id": f"B01-BBBBB-{number:03}", "related": each, "raised_at": "2023-10-02 09:00"} for number, each in enumerate(related, start=1)
    ]
    handed_in = batch(Workbook(rows, form="coordination"), Workbook([case(**OTHER)])).rows
    with office.ledger() as ledger:
        flagged = ledger.flag_references(handed_in)
    assert list(flagged[0].frame["related?unknown"]) == [False, True, False]
    assert flagged[1] is handed_in[1]


def test_quarantine_names_place_and_findings(office: Office) -> None:
    office.hand_in(Workbook([case(), case(None, good=False, **OTHER)]))
    with office.ledger() as ledger:
        [row] = ledger.quarantine().to_pylist()
    assert (row["path"], row["sheet"], row["row"], row["desk"], row["team"], row["record_no"]) == ("a.xlsx", "记录", 6, "A07", "一组", None)
    assert json.loads(row["content"])["customer"] == "CUST456"
    assert json.loads(row["issues"])[0]["field"] == "solution"


def test_every_merge_code_speaks_both_languages() -> None:
    words = {"number": "20231001001", "desk": "A07", "source_id": "A07-5KQ2M-001", "count": 3, "rows": 4}
    for code in MERGE_CODES:
        for part in ("prompt", "fault", "remedy"):
            assert messages.text("zh", f"{code}.{part}", **words) != messages.text("en", f"{code}.{part}", **words)


@pytest.mark.parametrize("change", ["call_minutes = 'much'", "raised_at = 'yesterday'", "rest = '{much'"])
def test_a_value_of_another_type_is_told_as_a_change_and_not_quoted(office: Office, change: str) -> None:
    office.hand_in(Workbook([case(reviewer="*主管王姐", **SOLVED)]), Workbook([FEEDBACK], path="f.xlsx", form="feedback"))
    with sqlite3.connect(office.path) as connection:
        connection.execute(f"UPDATE record SET {change}")
    connection.close()
    with office.ledger() as ledger, pytest.raises(UnfinishedError, match="changed after it was stored") as told:
        ledger.records()
    assert change.split("'")[1] not in str(told.value)
