"""Workbooks for the tests of intake: small tables, stamped as the template stamps them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.packaging.custom import StringProperty

from csbook import forms
from csbook.forms import Definitions
from csbook.intake import Intake, read
from csbook.policy.calendar import Calendar

ROOT = Path(__file__).parent.parent.parent
NINE_TO_SIX = ((dt.timedelta(hours=9), dt.timedelta(hours=12)), (dt.timedelta(hours=13), dt.timedelta(hours=18)))
STAMP = {"version": "1", "desk": "A07", "agent": "客服小李", "team": "一组", "issue": "5KQ2M", "lang": "zh"}
TITLE, HEADER = 1, 4

Row = Mapping[str, Any]


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return forms.load([ROOT / "templates"], [ROOT / "validations"])


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return Calendar((NINE_TO_SIX,) * 5 + ((), ()))


@pytest.fixture
def write(tmp_path: Path, definitions: Definitions) -> Callable[..., Path]:
    """Writes rows by field under the form's Chinese labels (`labels` replaces or adds some), with a stamp unless None."""

    def workbook(
        name: str,
        rows: Sequence[Row] = (),
        *,
        form: str = "response",
        fields: Sequence[str] | None = None,
        labels: Mapping[str, str] | None = None,
        stamp: Mapping[str, str] | None = STAMP,
        hidden_stamp: bool = False,
        header: int = HEADER,
        source_ids: bool = True,
        title: bool = True,
    ) -> Path:
        book: Any = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "记录"
        known = {field.name: field.label.zh for field in definitions.forms[form].fields}
        columns = [*(fields if fields is not None else known), *(["source_id"] if source_ids else [])]
        if title:
            sheet.cell(TITLE, 1, "title")
        for place, column in enumerate(columns, start=2):
            sheet.cell(header, place, (labels or {}).get(column, known.get(column, column)))
            for below, row in enumerate(rows, start=1):
                if column in row:
                    sheet.cell(header + below, place, row[column])
        marks = {f"csbook_{key}": value for key, value in {"form": form, **stamp}.items()} if stamp is not None else {}
        meta = book.create_sheet("_meta") if hidden_stamp else None
        for key, value in marks.items():
            if meta is None:
                book.custom_doc_props.append(StringProperty(name=key, value=value))
            else:
                meta.append([key, value])
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
        return path

    return workbook


@pytest.fixture
def intake(definitions: Definitions, calendar: Calendar) -> Callable[..., Intake]:
    """Reads paths with the shipped definitions and a Monday-to-Friday calendar."""
    return lambda *paths: read(paths, definitions, calendar)
