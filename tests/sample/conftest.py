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
def ingested(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `csbook ingest sample_data --json` says with an empty ledger."""
    return csbook(tmp_path_factory.mktemp("sample"), "ingest", str(FOLDER), "--json")


def csbook(folder: Path, *arguments: str) -> dict[str, Any]:
    """The JSON of a csbook command run in `folder` with a ledger of its own; faults are found, so it exits 1."""
    command = [sys.executable, "-m", "csbook", "--ledger", str(folder / "ledger.sqlite"), *arguments]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
