"""Parity run once for all tests: the rows of every form typed into its template, recalculated, compared."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from csbook import template
from csbook.cli.session import Session
from csbook.desks import Desk
from csbook.template.grid import Grid
from tests.parity import office, typed
from tests.parity.rows import rows
from tests.parity.verdicts import Parity, compare

ROOT = Path(__file__).parents[2]
ROWS = int(os.environ.get("CSBOOK_PARITY_ROWS", "300"))
SEED = int(os.environ.get("CSBOOK_PARITY_SEED", "0"))
DESK = Desk("A07", "客服小李", "一组")


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """The shipped definitions, whatever folder the tests run in."""
    return Session(workspace_option=str(tmp_path_factory.mktemp("workspace")))


@pytest.fixture(scope="session")
def parities(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Parity]:
    folder = tmp_path_factory.mktemp("parity")
    made = {name: rows(form, ROWS, SEED) for name, form in session.definitions.forms.items()}
    files = []
    for name, form in session.definitions.forms.items():
        template.write(form, folder / "empty.xlsx", desk=DESK, issue_code="5KQ2M", rows=ROWS, policy=session.policy)
        files.append(folder / f"{name}.xlsx")
        typed.write(folder / "empty.xlsx", files[-1], Grid(form, "zh", ROWS), made[name])
    done = office.recalculated(files, folder, session.policy.zone)
    return {path.stem: compare(session.definitions.forms[path.stem], path, made[path.stem], session) for path in done}
