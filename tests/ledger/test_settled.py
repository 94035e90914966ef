"""Settled: a folder that is handed in again changes nothing, however its workbooks, ids and facts are mixed up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from csbook.ledger.database import schema
from csbook.ledger.database.engine import connect
from csbook.ledger.database.transaction import writing
from csbook.ledger.merging.merge import merge
from tests.ledger.workbooks import NOW, Workbook, batch, case, saved

ENGINE = connect(sa.URL.create("sqlite"), 0)
IDS = ["A07-5KQ2M-001", "A07-5KQ2M-002", "A07-9ZZZ9-001", None]
# few values, so that rows of a folder often share a fact
VALUES = {
    "customer": ["A公司", "B客户", None], "raised_at": ["2023-10-01 09:00", "2023-10-01 08:00", None],
    "description": ["询问如何开通企业会员", "登录时提示验证码错误", None], "channel": ["phone", "chat", None],
    "reviewer": ["*主管王姐", None], "resolved_at": ["2023-10-01 10:00", None],
}  # fmt: skip


def row(source_id: str | None, *values: str | None) -> dict[str, Any]:
    """Faulty where it says so little: what a row says decides, as the rules do."""
    fields = dict(zip(VALUES, values, strict=True))
    return case(source_id, **fields, good=fields["channel"] is not None or fields["reviewer"] is None)


ROWS = st.builds(row, st.sampled_from(IDS), *(st.sampled_from(values) for values in VALUES.values()))
FOLDERS = st.lists(
    st.builds(
        Workbook, st.lists(ROWS, min_size=1, max_size=4), path=st.sampled_from(["a.xlsx", "b.xlsx", "c.xlsx"]),
        modified=st.sampled_from([saved(), saved(1), None]), desk=st.sampled_from(["A07", "B01"]),
        absent=st.sampled_from([(), ("reviewer",), ("channel",)]),
    ),
    min_size=1, max_size=3,
)  # fmt: skip
FACTS = "A公司", "2023-10-01 09:00", "询问如何开通企业会员"
FAULTY = row("A07-5KQ2M-002", *FACTS, None, "*主管王姐", None)
# the record of a row without customer is known by its telephone
NOBODY = None, *FACTS[1:]


@settings(max_examples=10)
@given(FOLDERS)
@example(
    [
        Workbook([FAULTY, row("A07-9ZZZ9-001", *FACTS, "phone", None, None)], path="b.xlsx", modified=None),
        Workbook([row("A07-5KQ2M-002", *FACTS, "phone", None, None)]),
    ]
).via("a faulty row took the record of the good one beside it, which then became a new record")
@example(
    [
        Workbook([row("A07-5KQ2M-001", *NOBODY, "phone", None, None)], modified=None),
        Workbook([row(IDS[0], "A公司", "2023-10-01 08:00", FACTS[2], None, None, None), row(IDS[0], *NOBODY, "phone", None, None)],
                 path="b.xlsx", modified=None, absent=("channel",)),
        Workbook([row(IDS[0], *NOBODY, "phone", None, "2023-10-01 10:00"), row(IDS[0], *NOBODY, "chat", "*主管王姐", None)], path="c.xlsx"),
    ]
).via("of two records under one key with the same facts, a row changed the one that it did not repeat")  # fmt: skip
@example(
    [
        Workbook([row(None, *FACTS, "chat", "*主管王姐", None)], path="a.xlsx", modified=None),
        Workbook([row("A07-9ZZZ9-001", *FACTS, "chat", None, None)], path="b.xlsx", absent=("reviewer",)),
        Workbook([row("A07-9ZZZ9-001", *FACTS, "chat", None, None)], path="c.xlsx", desk="B01"),
    ]
).via("a row was taken for one in conflict that only looks like it")
def test_a_folder_handed_in_again_changes_nothing(folder: list[Workbook]) -> None:
    with writing(ENGINE, dry_run=True) as connection:
        first, second, third = (handed_in(connection, folder, minute) for minute in range(3))
    assert not {"new", "updated"} & set(second[0])
    assert second[1] == first[1]
    assert third == second
    settled = [(one, other) for one, other in zip(first[0], second[0], strict=True) if one in {"unchanged", "conflict"} and one != other]
    # a later file of the folder changed the record, or made it what this row says
    assert set(settled) <= {("unchanged", "stale"), ("conflict", "unchanged")}


def handed_in(connection: sa.Connection, folder: list[Workbook], minute: int) -> tuple[list[str], list[Any]]:
    """What became of each row, and what the ledger holds then."""
    merged = merge(connection, batch(*folder, now=NOW + dt.timedelta(minutes=minute)), "en")
    entry, revision, alias = schema.quarantine.c, schema.revision.c, schema.alias.c
    queries = (
        sa.select(revision.record_id, revision.seq, revision.content), sa.select(alias.source_key, alias.record_id),
        sa.select(entry.kind, entry.status, entry.source_key, entry.receipt_id, entry.row_hash),
    )  # fmt: skip
    return [str(each) for of_form in merged.outcomes for each in of_form], [
        sorted(map(tuple, connection.execute(each))) for each in queries
    ]
