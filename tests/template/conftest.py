"""Entry workbooks for the tests: written from the shipped definitions, and recalculated by LibreOffice in one run."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook import forms, policy, template
from csbook.desks import Desk
from csbook.forms import Definitions

ROOT = Path(__file__).parents[2]
DESK = Desk("A07", "客服小李", "一组")
FORMS = ("communication", "coordination", "feedback", "hotline", "response")
Row = Mapping[str, Any]


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return forms.load([ROOT / "templates"], [ROOT / "validations"])


@pytest.fixture(scope="session")
def rules_of_today() -> policy.Policy:
    return policy.load(ROOT / "validations" / "policy.toml")


@pytest.fixture(scope="session")
def books(definitions: Definitions, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Form → its empty workbook as openpyxl reads it."""
    folder, read = tmp_path_factory.mktemp("empty"), dict[str, Any]()

    def book(name: str) -> Any:
        if name not in read:
            path = folder / f"{name}.xlsx"
            template.write(definitions.forms[name], path, desk=DESK, issue_code="5KQ2M", rows=40)
            read[name] = openpyxl.load_workbook(path)
        return read[name]

    return book


def resaved(files: list[Path], folder: Path) -> Path:
    """The folder of the same files, opened, recalculated and saved by LibreOffice; one start for all."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    out = folder / "out"
    command = [
        soffice,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(out),
    ]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=300)
    return out


def recalculated(files: list[Path], folder: Path) -> dict[str, Any]:
    """File name → the workbook with the values that LibreOffice works out."""
    out = resaved(files, folder)
    return {path.stem: openpyxl.load_workbook(out / path.name, data_only=True) for path in files}
