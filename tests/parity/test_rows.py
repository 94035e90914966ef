"""The rows that parity tries: every class of value in every kind of column, whatever the dice say."""

from __future__ import annotations

import pytest

from csbook.cli.session import Session
from tests.parity.cells import CLASSES
from tests.parity.conftest import USUAL
from tests.parity.rows import rows
from tests.parity.test_parity import FORMS


@pytest.mark.parametrize("name", FORMS)
def test_every_class_is_tried_in_every_kind_of_column(session: Session, name: str) -> None:
    form = session.definitions.forms[name]
    tried = rows(form, USUAL)
    assert len(tried) == USUAL
    kinds = {field.kind for field in form.fields if field.typed}
    met = {(form.by_name[field].kind, cell) for row in tried for field, cell in row.items()}
    met |= {(field.kind, None) for row in tried for field in form.fields if field.typed and field.name not in row}
    assert {(kind, cell) for each in CLASSES.values() for cell in each for kind in kinds} <= met


@pytest.mark.parametrize("name", FORMS)
def test_the_full_number_tries_them_in_every_column(session: Session, name: str) -> None:
    form = session.definitions.forms[name]
    met = {(field, cell) for row in rows(form, 2000) for field, cell in row.items()}
    assert {(field.name, cell) for each in CLASSES.values() for cell in each if cell for field in form.fields if field.typed} <= met
