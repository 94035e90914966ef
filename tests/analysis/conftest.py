"""Workbooks written once for all tests of this folder."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from csbook import analysis
from tests.analysis.ledger import definitions, figures

LEDGERS: dict[str, dict[str, Any]] = {
    "full": {},
    "empty": {"count": 0},
    "one": {"count": 1},
    "alone": {"count": 30, "agents": 1},
    "crowd": {"count": 1500, "agents": 200, "categories": 40},
}
Written = Callable[[str, str], Path]
# openpyxl's types know neither iteration nor merged cells
Opened = Callable[[str, str], Any]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """(ledger, language) -> path of its workbook."""
    folder = tmp_path_factory.mktemp("analysis")

    @cache
    def write(ledger: str, lang: str) -> Path:
        path = folder / f"{ledger}-{lang}.xlsx"
        analysis.write(figures(**LEDGERS[ledger]), path, definitions=definitions(), lang=lang)
        return path

    return write


@pytest.fixture(scope="session")
def opened(written: Written) -> Opened:
    """(ledger, language) -> its workbook in openpyxl."""

    @cache
    def open_(ledger: str, lang: str) -> Any:
        with warnings.catch_warnings():
            # openpyxl does not know the newer data bars, and says so
            warnings.filterwarnings("ignore", message=".*extension is not supported")
            return load_workbook(written(ledger, lang))

    return open_
