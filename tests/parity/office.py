"""Office: LibreOffice as the stand-in for Excel and WPS – recalculates workbooks, and says what data validation refuses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

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


def refused(tries: Mapping[Path, Iterable[Mapping[str, Any]]], folder: Path) -> Mapping[str, list[bool]]:
    """Path → for each try whether data validation refuses it. A try: `set` maps cells to values, `cell` is the one that is judged."""
    _soffice()
    if subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], check=False, capture_output=True).returncode:
        pytest.skip("python3-uno is not installed")
    asked, told = folder / "tries.json", folder / "refused.json"
    asked.write_text(json.dumps({str(path): list(each) for path, each in tries.items()}), "utf-8")
    script = Path(__file__).with_name("uno_script.py")
    subprocess.run([SYSTEM_PYTHON, str(script), str(asked), str(told), str(folder / "profile")], check=True, timeout=600)
    answer: dict[str, list[bool]] = json.loads(told.read_text("utf-8"))
    return answer
