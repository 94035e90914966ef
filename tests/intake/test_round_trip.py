"""The real template, filled and saved again by other programs, is read like the one that was written."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from csbook import template
from csbook.desks import Desk
from csbook.forms import Definitions

DESK = Desk("A07", "客服小李", "一组")
FILLED = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, definitions: Definitions) -> Path:
    """A template of every form with its examples typed in."""
    folder = tmp_path_factory.mktemp("templates")
    for form in definitions.forms.values():
        examples = [dict(form.examples[place % len(form.examples)]) for place in range(FILLED)]
        template.write(form, folder / f"{form.name}.xlsx", desk=DESK, rows=20, prefilled=examples, issue_code="5KQ2M")
    return folder


def same(one: Any, other: Any) -> None:
    assert [rows.form.name for rows in one.rows] == [rows.form.name for rows in other.rows]
    for rows, again in zip(one.rows, other.rows, strict=True):
        pd.testing.assert_frame_equal(rows.frame.drop(columns=list(rows.form.computed)), again.frame.drop(columns=list(rows.form.computed)))
        pd.testing.assert_frame_equal(rows.texts, again.texts)
        pd.testing.assert_frame_equal(rows.places, again.places)
        assert rows.blocks == again.blocks


def test_a_filled_template_is_read_whole(intake: Any, folder: Path, definitions: Definitions) -> None:
    result = intake(folder)
    assert result.issues == ()
    assert {file.verdict for file in result.files} == {"accepted"}
    assert {(file.desk, file.issue_code) for file in result.files} == {(DESK, "5KQ2M")}
    assert len(result.rows) == len(definitions.forms)
    for rows in result.rows:
        assert rows.places["source_id"].tolist() == [f"A07-5KQ2M-{place + 1:03}" for place in range(FILLED)]
        assert rows.places["row"].tolist() == [5, 6, 7]
        assert not rows.frame.filter(regex="[?](?!in_words)").to_numpy().any()
        for place, example in enumerate(rows.form.examples[:FILLED]):
            assert rows.texts.iloc[place].dropna().index.tolist() == [field.name for field in rows.form.fields if field.name in example]
            assert rows.frame.iloc[place][list(example)].notna().all()


def test_saved_by_openpyxl(intake: Any, folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        book = openpyxl.load_workbook(path)
        book.save(tmp_path / path.name)
    same(intake(folder), intake(tmp_path))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_saved_by_libreoffice(intake: Any, folder: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    target = tmp_path / "saved"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(target),
        *map(str, folder.iterdir()),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    saved = intake(target)
    same(intake(folder), saved)
    response = next(rows for rows in saved.rows if rows.form.name == "response")
    assert response.frame["total_minutes"].tolist() == [20] * FILLED
