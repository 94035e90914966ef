"""PostgreSQL: the same ledger on a real server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from csbook.issues import UsageError
from csbook.ledger import open_ledger, schema
from tests.ledger.server import binary, server
from tests.ledger.workbooks import OTHER, SOLVED, Office, Workbook, case, codes, saved

pytestmark = pytest.mark.skipif(binary("initdb") is None, reason="no PostgreSQL server is installed here")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with server() as url:
        yield url


@pytest.fixture
def office(url: str) -> Iterator[Office]:
    yield Office(url)
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        schema.metadata.drop_all(connection)
    engine.dispose()


def test_the_main_job_is_the_same(office: Office) -> None:
    folder = [
        Workbook([case(), case(None, **OTHER), case("A07-5KQ2M-003", good=False)]),
        Workbook([case("B01-AAAAA-001")], path="b.xlsx", desk="B01"),
    ]
    first, second = office.hand_in(*folder), office.hand_in(*folder)
    assert (list(first.outcomes[0]), codes(first)) == (["new", "new", "quarantined", "new"], ["POSSIBLE_TWIN"])
    assert list(first.numbers[0][[0, 1, 3]]) == ["20231001001", "20231003001", "20231001002"]
    assert list(second.outcomes[0]) == ["unchanged", "unchanged", "quarantined", "unchanged"]
    changed = [case(**SOLVED), case(None, **OTHER), case("A07-5KQ2M-003", customer="CUST3")]
    third = office.hand_in(Workbook(changed, modified=saved(1)))
    assert (list(third.outcomes[0]), third.mended) == (["updated", "unchanged", "new"], 1)
    assert office.outcomes(folder[0]) == ["stale", "unchanged", "stale"]
    assert office.records("record_no", "state", "closed_at", "total_minutes") == [
        ("20231001001", "resolved", office.now - dt.timedelta(minutes=1), 20),
        ("20231001002", "open", None, None),
        ("20231003001", "open", None, None),
        ("20231001003", "open", None, None),
    ]
    assert office.kept_aside("status", "path", "row") == [("mended", "a.xlsx", 7)]
    with office.ledger() as ledger:
        assert ledger.revisions().num_rows == 5
        assert ledger.batches().num_rows == 4
        assert ledger.status()["forms"]["response"] == {"records": 4, "open": 3, "resolved": 1, "withdrawn": 0}
        assert ledger.known_references({"response 20231001002", "response 20231001009"}) == {"response 20231001002"}


def test_a_merge_that_breaks_off_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csbook.ledger.write.write_entries", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        office.hand_in(Workbook([case()]))
    with pytest.raises(UsageError):
        open_ledger(office.path)
    monkeypatch.undo()
    assert office.hand_in(Workbook([case()]), dry_run=True).totals.new == 1
    assert office.outcomes(Workbook([case()])) == ["new"]


def test_verify_finds_an_edited_row_on_a_server_too(office: Office) -> None:
    office.hand_in(Workbook([case(), case(None, **OTHER), case("A07-5KQ2M-003", good=False)]))
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    with office.ledger() as ledger:
        assert ledger.verify() == []
        assert len(ledger.history("20231001001", "response")[0]["revisions"]) == 2
        assert [record["record_no"] for record in ledger.find("cust456", 9)] == ["20231003001"]
        with ledger._engine.begin() as connection:
            connection.execute(schema.record.update().where(schema.record.c.id == 1).values(customer="B公司"))
        (flaw,) = ledger.verify()
    assert (flaw.what, flaw.batch, flaw.record) == ("changed", "B0002", "response 20231001001")
