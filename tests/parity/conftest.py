"""Parity run once for all tests: the rows of every form typed into its template, recalculated, compared."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from csbook import template
from csbook.cli.session import Session
from csbook.desks import Desk
from csbook.forms import Form
from csbook.template.grid import Grid
from tests.parity import office, typed
from tests.parity.rows import Row, rows
from tests.parity.verdicts import Parity

ROOT = Path(__file__).parents[2]
ROWS = int(os.environ.get("CSBOOK_PARITY_ROWS", "300"))
USUAL = 300
SEED = int(os.environ.get("CSBOOK_PARITY_SEED", "0"))
DESK = Desk("A07", "客服小李", "一组")


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """The shipped definitions, whatever folder the tests run in."""
    return Session(workspace_option=tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="session")
def parities(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Parity]:
    """Form → how its two verdicts compare over ROWS rows, in workbooks of the usual size: a resave unfolds every shared formula."""
    folder = tmp_path_factory.mktemp("parity")
    made: dict[Path, tuple[Form, list[Row]]] = {}
    for name, form in session.definitions.forms.items():
        every = rows(form, ROWS, SEED)
        template.write(form, folder / "empty.xlsx", desk=DESK, issue_code="5KQ2M", rows=min(ROWS, USUAL), policy=session.policy)
        for start in range(0, ROWS, USUAL):
            path = folder / f"{name}-{start:04}.xlsx"
            made[path] = form, every[start : start + USUAL]
            typed.write(folder / "empty.xlsx", path, Grid(form, "zh", USUAL), made[path][1])
    done = office.recalculated(list(made), folder, session.policy.zone)
    found: dict[str, Parity] = {}
    for path, (form, tried) in zip(done, made.values(), strict=True):
        found.setdefault(form.name, Parity(form)).compare(path, tried, session)
    return found
