"""Conservation: rows read are rows accounted for, twice the same is unchanged, and what fails leaves nothing."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csbook.issues import UnfinishedError
from csbook.ledger import schema, write
from csbook.ledger.audit import START
from csbook.ledger.batch import Counts
from csbook.ledger.values import digest
from tests.ledger.workbooks import OTHER, SOLVED, Office, Workbook, batch, case, saved

CASES = st.builds(
    case,
    st.sampled_from([None, "A07-5KQ2M-001", "A07-5KQ2M-002", "B01-AAAAA-001"]),
    good=st.sampled_from([True, True, False]),
    customer=st.sampled_from(["CUST1", "CUST2"]),
    raised_at=st.sampled_from(["2023-10-01 09:00", "2023-10-02 09:00"]),
    description=st.sampled_from(["查询订单", "登录失败"]),
    channel=st.sampled_from(["phone", "chat"]),
    closed_at=st.sampled_from([None, "2023-10-05 09:00"]),
)
WORKBOOKS = st.builds(
    Workbook,
    st.lists(CASES, max_size=4),
    path=st.sampled_from(["a.xlsx", "b.xlsx"]),
    modified=st.sampled_from([None, saved(), saved(1)]),
    desk=st.sampled_from(["A07", "B01", ""]),
    absent=st.sampled_from([(), ("channel",), ("closed_at", "reviewer")]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(WORKBOOKS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_every_row_is_accounted_for_and_the_same_again_changes_no_record(batches: list[list[Workbook]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder) / "ledger.sqlite")
        for folder_of_workbooks in batches:
            merged = office.hand_in(*folder_of_workbooks)
            assert merged.totals.balanced
            assert [counts.read for counts in merged.counts] == [len(each.rows) for each in folder_of_workbooks]
            for outcomes, numbers in zip(merged.outcomes, merged.numbers, strict=True):
                assert (
                    numbers[outcomes.isin(["new", "updated", "unchanged", "stale", "conflict"])].notna().sum()
                    >= outcomes.isin(["new"]).sum()
                )
        if not any(len(each.rows) for of_batch in batches for each in of_batch):
            assert not office.path.exists()
            return
        before, aside = office.records("id", "seq", "channel"), sorted(office.kept_aside("receipt_id", "status"))
        again = office.hand_in(*batches[-1]).totals
        assert again.new == again.updated == again.mended == 0
        assert office.records("id", "seq", "channel") == before
        assert sorted(office.kept_aside("receipt_id", "status")) == aside


@pytest.mark.parametrize("step", ["write_batch", "write_records", "write_aliases", "confirm", "write_entries"])
def test_a_merge_that_breaks_off_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    office.hand_in(Workbook([case()]))
    before = dump(office.path)

    def fail(*_: Any) -> None:
        raise RuntimeError(step)

    monkeypatch.setattr(write, step, fail)
    with pytest.raises(RuntimeError, match=step):
        office.hand_in(Workbook([case(**SOLVED), case(None, **OTHER), case("A07-5KQ2M-009", good=False)], modified=saved(1)))
    assert dump(office.path) == before


def test_rows_that_do_not_add_up_stop_the_batch(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counts, "balanced", False)
    with pytest.raises(UnfinishedError, match="do not add up"):
        office.hand_in(Workbook([case()]))
    monkeypatch.undo()
    monkeypatch.setattr(write, "_revisions", lambda *_: iter(()))
    with pytest.raises(UnfinishedError, match="1 accepted, 0 written"):
        office.hand_in(Workbook([case()]))
    monkeypatch.undo()
    assert office.outcomes(Workbook([case()])) == ["new"]


def test_a_batch_without_a_row_writes_nothing(office: Office) -> None:
    merged = office.hand_in(Workbook([]))
    assert (merged.batch_id, merged.totals.read, [list(each) for each in merged.outcomes]) == (None, 0, [[]])
    assert office.hand_in().batch_id is None
    assert not office.path.exists()


def test_every_batch_is_chained_in_the_audit(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    engine = sa.create_engine(f"sqlite:///{office.path}")
    with engine.connect() as connection:
        entries = connection.execute(sa.select(schema.audit).order_by(schema.audit.c.id)).all()
    engine.dispose()
    assert [entry.previous for entry in entries] == [START, entries[0].hash]
    assert all(entry.hash == digest(entry.previous, entry.action, entry.entry) for entry in entries)
    told = json.loads(entries[1].entry)
    assert (told["batch"], told["by"], told["counts"]["updated"], told["files"][0]["path"]) == (2, "admin", 1, "a.xlsx")
    assert dt.datetime.fromisoformat(told["at"]) == office.now


def test_rows_of_two_versions_of_a_form_are_one_history(office: Office) -> None:
    parts = [batch(Workbook([case()])), batch(Workbook([case(**SOLVED)], modified=saved(1), absent=("reviewer",)))]
    moved = parts[1].rows[0]
    blocks = tuple(type(block)(file=1, sheet=block.sheet, header_row=4, columns=block.columns) for block in moved.blocks)
    both = type(parts[0])(
        rows=(parts[0].rows[0], type(moved)(form=moved.form, frame=moved.frame, texts=moved.texts, places=moved.places, blocks=blocks)),
        good=parts[0].good + parts[1].good,
        issues=parts[0].issues + parts[1].issues,
        files=parts[0].files + parts[1].files,
        now=parts[0].now,
        user="admin",
    )
    with office.ledger() as ledger:
        merged = ledger.merge(both)
    assert [list(each) for each in merged.outcomes] == [["new"], ["updated"]]
    assert office.records("state", "seq", "category_first") == [("resolved", 2, "inquiry")]


def dump(path: Path) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        rows = [tuple(row) for table in schema.metadata.sorted_tables for row in connection.execute(sa.select(table))]
    engine.dispose()
    return rows
