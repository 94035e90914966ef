"""Office: LibreOffice as the stand-in for Excel and WPS – recalculates workbooks, and says what data validation refuses."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests import libreoffice


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
    answered = libreoffice.answer(
        Path(__file__).with_name("uno_script.py"), {str(path): rows for path, rows in files.items()}, folder, TZ=zone
    )
    return {path: {(row + 1, column) for row, column in answered[str(path)]} for path in files}
