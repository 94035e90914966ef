"""Office: LibreOffice as the stand-in for Excel and WPS – recalculates workbooks, and says what data validation refuses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

# Debian's python3-uno is made for this one
SYSTEM_PYTHON = "/usr/bin/python3"


def _soffice() -> str:
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("LibreOffice is not installed")
    return found


def recalculated(files: Sequence[Path], folder: Path, zone: str) -> Sequence[Path]:
    """The same workbooks as LibreOffice saves them, recalculated in one run; NOW() is that of the policy's zone."""
    command = [_soffice(), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx"]
    done = folder / "recalculated"
    subprocess.run(
        [*command, "--outdir", str(done), *map(str, files)], check=True, capture_output=True, timeout=1800, env={**os.environ, "TZ": zone}
    )
    return [done / file.name for file in files]


def refused(files: Mapping[Path, int], folder: Path, zone: str) -> Mapping[Path, set[tuple[int, int]]]:
    """Path → (Excel row, column from 0) of each cell that breaks its data validation; `files` gives the rows to look at."""
    _soffice()
    if subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], check=False, capture_output=True).returncode:
        pytest.skip("python3-uno is not installed")
    asked, told = folder / "asked.json", folder / "told.json"
    asked.write_text(json.dumps({str(path): rows for path, rows in files.items()}), "utf-8")
    script = Path(__file__).with_name("uno_script.py")
    command = [SYSTEM_PYTHON, str(script), str(asked), str(told), str(folder / "profile")]
    subprocess.run(command, check=True, timeout=600, capture_output=True, env={**os.environ, "TZ": zone})
    answer = json.loads(told.read_text("utf-8"))
    return {path: {(row + 1, column) for row, column in answer[str(path)]} for path in files}
