"""Formulas: what Excel says of a row is what ingest says of it."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest
import xlsxwriter

from csbook.rules import KINDS
from tests.rules.cases import Case, cases
from tests.rules.evaluator import evaluate
from tests.rules.row import LISTS, Sheet, frame

CASES = cases()
# kinds whose verdict needs what only ingest knows: check digits, the ledger, each line of a text
INGEST_ONLY = {"private_refused", "known_reference", "readable_reference", "transfers", "total", "readable_promise", "promised_order"}


def formula(case: Case, sheet: Sheet) -> str:
    written = case.rule.formula(sheet)
    assert written is not None
    assert len(written) < 4000
    # as the template wraps it
    return f"IFERROR({written},FALSE)"


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """All cases in one workbook, one row each, recalculated by LibreOffice."""
    folder = tmp_path_factory.mktemp("formulas")
    book = xlsxwriter.Workbook(folder / "cases.xlsx", {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    page, lists = book.add_worksheet("cases"), book.add_worksheet("lists")
    for column, (name, choices) in enumerate(LISTS.items()):
        for row, entry in enumerate(choices.entries):
            lists.write_string(row, column, entry.label.zh)
        letter = "AB"[column]
        book.define_name(f"list_{name}", f"=lists!${letter}$1:${letter}${len(choices.entries)}")
    for row, case in enumerate(CASES):
        sheet = Sheet(row + 1)
        page.write_formula(row, 0, "=" + formula(case, sheet), None, "")
        for field, value in case.typed.items():
            if value != "":
                page.write(sheet.cell(field), value)
    book.close()
    office: list[str | Path] = [
        "soffice",
        f"-env:UserInstallation={(folder / 'office').as_uri()}",
        "--headless",
        "--convert-to",
        "csv",
        "--outdir",
        folder,
    ]
    subprocess.run([*office, folder / "cases.xlsx"], check=True, capture_output=True, timeout=240)
    with Path(folder / "cases.csv").open(encoding="utf-8") as file:
        return [line[0] for line in csv.reader(file)]


def test_libreoffice_agrees_with_every_case(verdicts: list[str]) -> None:
    wrong = [(case.rule.id, case.typed) for case, verdict in zip(CASES, verdicts, strict=True) if verdict != str(case.holds).upper()]
    assert wrong == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule.id}-{'-'.join(map(str, case.typed.values()))}")
def test_ingest_and_evaluator_agree_with_every_case(case: Case) -> None:
    assert case.rule.holds(frame([case.row])).tolist() == [case.holds]
    sheet = Sheet()
    lists = {f"list_{name}": [entry.label.zh for entry in choices.entries] for name, choices in LISTS.items()}
    cells = {sheet.cell(field): None if value == "" else value for field, value in case.typed.items()}
    assert evaluate(formula(case, sheet), {**cells, **lists}) is case.holds


def test_every_kind_has_cases_or_is_left_to_ingest() -> None:
    tried = {type(case.rule) for case in CASES}
    assert {name for name, kind in KINDS.items() if kind not in tried} == INGEST_ONLY
