"""Workbooks written once for all tests of this folder."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
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
    "vast": {},
}
TIMES = 30_000  # the counts of `vast` beside those of `full`
Written = Callable[[str, str], Path]
# openpyxl's types know neither iteration nor merged cells
Opened = Callable[[str, str], Any]


def vast(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same figures with counts as of millions of records."""
    return {name: table.assign(**{each: table[each] * TIMES for each in _counts(table)}) for name, table in tables.items()}


def _counts(table: pd.DataFrame) -> list[str]:
    return [each for each in table.columns if pd.api.types.is_integer_dtype(table[each].dtype) and each not in ("weekday", "hour", "year")]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """(ledger, language) -> path of its workbook."""
    folder = tmp_path_factory.mktemp("analysis")

    @cache
    def write(ledger: str, lang: str) -> Path:
        path = folder / f"{ledger}-{lang}.xlsx"
        tables = figures(**LEDGERS[ledger])
        analysis.write(vast(tables) if ledger == "vast" else tables, path, definitions=definitions(), lang=lang)
        return path

    return write


def loaded(path: Path) -> Any:
    """A workbook in openpyxl."""
    with warnings.catch_warnings():
        # openpyxl does not know the newer data bars, and says so
        warnings.filterwarnings("ignore", message=".*extension is not supported")
        return load_workbook(path)


@pytest.fixture(scope="session")
def opened(written: Written) -> Opened:
    """(ledger, language) -> its workbook in openpyxl."""

    @cache
    def open_(ledger: str, lang: str) -> Any:
        return loaded(written(ledger, lang))

    return open_
