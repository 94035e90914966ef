"""Growth: what a batch looks up costs no more in a large ledger than the depth of an index."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tests.ledger.workbooks import OTHER, Office, Workbook, case


def test_every_look_up_of_a_batch_goes_by_the_whole_of_an_index(office: Office) -> None:
    office.hand_in(
        Workbook([case(), case("A07-5KQ2M-002", **OTHER), case("A07-5KQ2M-003", good=False), case(None, good=False, channel="fax")])
    )
    asked: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT") and " IN (" in statement:
            asked.append((statement, parameters))

    sa.event.listen(Engine, "before_cursor_execute", listen)
    try:
        office.hand_in(
            Workbook([case(None), case("B01-5KQ2M-009", **OTHER), case("B01-5KQ2M-008", customer="C公司")], path="b.xlsx", desk="B01")
        )
    finally:
        sa.event.remove(Engine, "before_cursor_execute", listen)
    with office.ledger() as ledger, ledger.engine.connect() as connection:
        steps = [
            (statement, str(step[3]))
            for statement, parameters in asked
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert any("record.facts IN" in statement for statement, _ in asked)
    assert any("source_file.path IN" in statement for statement, _ in asked)
    for statement, step in steps:
        assert not step.startswith("SCAN "), statement
        assert not step.endswith("(form=?)"), statement
