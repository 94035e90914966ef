"""Finding records, and telling the history of one."""

from __future__ import annotations

import datetime as dt

from csbook.ledger.reading.lookup import find
from tests.ledger.workbooks import NOW, OTHER, SOLVED, Office, Workbook, case, everywhere, form, saved

pytestmark = everywhere()


def numbers(office: Office, text: str, limit: int = 9) -> list[str]:
    with office.ledger() as ledger:
        return [record["record_no"] for record in ledger.find(text, limit)]


def test_history_tells_who_when_from_where_and_what(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    office.hand_in(Workbook([case(None, **OTHER), case(**SOLVED, reviewer="*主管王姐")], path="b.xlsx", modified=saved(1)))
    office.hand_in(Workbook([case(**SOLVED)], path="c.xlsx", modified=saved(2)))
    with office.ledger() as ledger:
        (record,) = ledger.history("20231001001", "response")
        assert ledger.history("A07-5KQ2M-001") == [record]
    assert (record["state"], record["desk"]) == ("resolved", "A07")
    first, second, third = record["revisions"]
    place = ("seq", "batch", "by", "path", "sheet", "row", "state", "at")
    assert [first[name] for name in place] == [1, "B0001", "admin", "a.xlsx", "记录", 5, "open", NOW + dt.timedelta(minutes=1)]
    assert [second[name] for name in place] == [2, "B0002", "admin", "b.xlsx", "记录", 6, "resolved", NOW + dt.timedelta(minutes=2)]
    assert first["changes"]["customer"] == [None, "A公司"]
    assert second["changes"]["satisfaction"] == [None, "satisfied"]
    assert "customer" not in second["changes"]
    assert second["changes"]["closed_at"] == [None, "2023-10-31 18:02:00"]
    assert third["changes"] == {"reviewer": ["*主管王姐", None]}
    columns = [each.name for each in form().fields]
    assert (first["cells"]["customer"], first["cells"]["raised_at"]) == tuple(
        f"C{columns.index(name)}5" for name in ("customer", "raised_at")
    )
    assert second["cells"]["satisfaction"] == f"C{columns.index('satisfaction')}6"
    assert "closed_at" not in second["cells"], "a stamp that the merge set stands in no cell"
    assert third["cells"] == {"reviewer": f"C{columns.index('reviewer')}5"}


def test_history_names_the_column_that_a_stamp_was_derived_from(office: Office) -> None:
    typed = {"raised_date": "2023-10-01", "raised_clock": "14:30:00", "raised_at": "2023-10-01 14:30", "due_at": "2023-10-03 00:00"}
    row = {"id": "A07-AAAAA-001", "customer": "CUST456", "description": "客户反馈订单延迟发货", "follow_up": "明日电话确认", **typed}
    office.hand_in(Workbook([{**row, "due_words": "明日"}], form="communication"))
    with office.ledger() as ledger:
        cells = ledger.history("A07-AAAAA-001")[0]["revisions"][0]["cells"]
    assert cells["raised_at"] == cells["raised_date"]
    assert cells["due_at"] == cells["due_words"] == cells["follow_up"]


def test_history_of_nothing_and_of_a_row_used_again(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    office.hand_in(Workbook([case(**OTHER)], modified=saved(1)))
    with office.ledger() as ledger:
        assert ledger.history("20231001009", "response") == []
        assert ledger.history("20231001001", "hotline") == []
        assert [each["record_no"] for each in ledger.history("A07-5KQ2M-001")] == ["20231001001", "20231003001"]


def test_find_by_number_source_id_customer_and_order(office: Office) -> None:
    office.hand_in(Workbook([case(), case("B01-ABCDE-002", **OTHER)]))
    office.hand_in(Workbook([case("C01-XYZ99-002", **OTHER)], path="c.xlsx", modified=saved(1)))
    assert numbers(office, "20231001001") == ["20231001001"]
    assert numbers(office, "5kq2m") == ["20231001001"]
    assert numbers(office, "XYZ99") == ["20231003001"], "an id that the record came with later"
    assert numbers(office, "A公司") == ["20231001001"]
    assert numbers(office, "2023") == ["20231003001", "20231001001"], "newest first"
    assert numbers(office, "2023", 1) == ["20231003001"]
    assert numbers(office, "%") == numbers(office, "_") == numbers(office, "=") == []


def test_find_by_order_number_and_contact(office: Office) -> None:
    row = {"raised_at": "2023-10-01 14:30", "contact_name": "*女士", "order_no": "DD-778", "due_at": "2023-10-02 18:00", "owner": "*主管"}
    office.hand_in(Workbook([{"id": "H01-AAAAA-001", **row}], form="feedback"))
    with office.ledger() as ledger, ledger._reading() as connection:
        (found,) = find(connection, "dd-778", 9)
    assert (found["owner"], found["due_at"], found["state"]) == ("*主管", dt.datetime(2023, 10, 2, 18), "open")
    assert numbers(office, "女士") == [found["record_no"]]
