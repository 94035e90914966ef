"""The sample as its script plans it, and what csbook finds in the folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from csbook import forms
from csbook.forms import Form
from csbook.workspace import shipped
from sample_data.make import FOLDER, Plan, plan


@pytest.fixture(scope="package")
def known() -> dict[str, Form]:
    return dict(forms.load([shipped("templates")], [shipped("validations")]).forms)


@pytest.fixture(scope="package")
def planned(known: dict[str, Form]) -> Plan:
    return plan(known)


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="package")
def ingested(folder: Path) -> dict[str, Any]:
    """What `csbook ingest sample_data --json` says with an empty ledger."""
    return csbook(folder, "ingest", str(FOLDER), "--json")


@pytest.fixture(scope="package")
def ledger_of_sample(folder: Path, ingested: dict[str, Any]) -> Path:
    assert ingested["totals"]["new"]
    return folder / "ledger.sqlite"


def csbook(folder: Path, *arguments: str, code: int = 1) -> dict[str, Any]:
    """The JSON of a csbook command run in `folder` with a ledger of its own; ingest finds faults, so it exits 1."""
    command = [sys.executable, "-m", "csbook", "--ledger", str(folder / "ledger.sqlite"), *arguments]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == code, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
