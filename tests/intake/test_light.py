"""Light: what a worker and a check load, asked of a process of its own; every worker of every batch pays for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl

from csbook.forms import Definitions

# as a worker reads
READS = """
import pathlib, pickle, sys
from csbook import forms
from csbook.intake.workers import task
from csbook.intake.sought import sought
from csbook.intake.examined import examine
from csbook.workspace import shipped
import functools
definitions = forms.load([shipped("templates")], [shipped("validations")])
packed = pickle.dumps(functools.partial(examine, sought=sought(definitions)))
answer = task.read_apart([pathlib.Path(sys.argv[1])], packed)
print([table.size for table in answer.tables], [len(table.faults) for table in answer.tables], "pandas" in sys.modules)
"""
CHECKS = """
import sys
import pandas as pd
import csbook.validation as validation
validation.pa.Check.isin([1])(pd.Series([1]))
print("hypothesis" in sys.modules)
"""


def said(code: str, *args: object) -> str:
    return subprocess.run([sys.executable, "-c", code, *map(str, args)], check=True, capture_output=True, text=True).stdout.strip()


def test_a_worker_that_reads_loads_no_pandas(definitions: Definitions, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    labels = [field.label.zh for field in definitions.forms["communication"].fields if field.typed]
    for row in (labels, ["文"] * len(labels), ["文"] * len(labels), [], ["#DIV/0!", *["文"] * (len(labels) - 1)]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    assert said(READS, tmp_path / "book.xlsx") == "[3] [1] False"


def test_what_judges_loads_nothing_that_only_tests_need() -> None:
    assert said(CHECKS) == "False"
