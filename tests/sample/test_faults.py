"""The README's list of planted faults is true: each is found at its cell with its code, and nothing else is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from csbook.issues import Code
from csbook.rules import KINDS
from csbook.template.grid import SOURCE_ID
from sample_data.make import FOLDER, Plan
from tests.sample.conftest import csbook

# only the ledger knows, so `check` says nothing of them
AT_MERGE = {"REFERENCE_UNKNOWN"}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def findings(answer: dict[str, Any]) -> Counter[tuple[str, str, str, str]]:
    """(path, cell, code, severity) of every issue in the JSON of a command; the row alone where no visible cell is blamed."""
    return Counter(
        (Path(issue["path"]).relative_to(FOLDER).as_posix(), str(issue["cell"] or issue["row"] or ""), issue["code"], issue["severity"])
        for issue in answer["issues"]
    )


def expected(planned: Plan) -> Counter[tuple[str, str, str, str]]:
    return Counter(
        (each.path, each.cell.lstrip(LETTERS) if each.field == SOURCE_ID else each.cell, each.code, each.severity)
        for each in planned.planted
        if each.code
    )


def test_ingest_finds_every_planted_fault_at_its_cell_and_no_other(planned: Plan, ingested: dict[str, Any]) -> None:
    assert findings(ingested) == expected(planned)


def test_check_finds_the_same_but_for_what_the_merge_sees(planned: Plan, tmp_path: Path) -> None:
    found = findings(csbook(tmp_path, "check", str(FOLDER), "--json"))
    assert found == Counter({finding: count for finding, count in expected(planned).items() if finding[2] not in AT_MERGE})


def test_every_row_is_accounted_for(planned: Plan, ingested: dict[str, Any]) -> None:
    totals = ingested["totals"]
    wrong = {(each.path, each.cell.lstrip(LETTERS)) for each in planned.planted if each.cell and each.severity == "error"}
    read = sum(len(workbook.typed) for workbook in (*planned.workbooks, planned.flat))
    assert totals["read"] == read
    assert totals["quarantined"] == len(wrong)
    assert totals["new"] == read - len(wrong)


def test_every_code_of_a_rule_is_planted(planned: Plan) -> None:
    planted = {each.code for each in planned.planted}
    assert {str(kind.code) for kind in KINDS.values()} <= planted


@pytest.mark.parametrize("code", [Code.DISGUISED, Code.FORM_VERSION_NEW, Code.EMPTY_TEMPLATE, Code.FORM_UNKNOWN])
def test_files_at_fault_are_named_as_a_whole(ingested: dict[str, Any], code: Code) -> None:
    assert [file["verdict"] for file in ingested["files"] if file["code"] == code] == [
        "skipped" if code == Code.EMPTY_TEMPLATE else "refused"
    ]


def test_faults_are_rare(planned: Plan) -> None:
    rows = {(each.path, each.cell.lstrip(LETTERS)) for each in planned.planted if each.cell and each.code}
    assert 0.01 <= len(rows) / sum(len(workbook.typed) for workbook in planned.workbooks) <= 0.03


def test_the_readme_names_every_cell(planned: Plan) -> None:
    lines = (FOLDER / "README.md").read_text("utf-8").splitlines()
    for each in planned.planted:
        parts = (f"`{each.path}` ", f" {each.cell} ".rstrip(), each.code, each.note)
        assert any(all(part in line for part in parts) for line in lines), each
