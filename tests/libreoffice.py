"""Questions to LibreOffice that only its own Python can ask: a script of ours run by Debian's, with JSON there and back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

# Debian's python3-uno is made for this one
SYSTEM_PYTHON = "/usr/bin/python3"


def answer(script: Path, question: Any, folder: Path, **environment: str) -> Any:
    """What the script writes to its second argument, of the question in its first; the third is LibreOffice's profile."""
    if shutil.which("soffice") is None or subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], check=False, capture_output=True).returncode:
        pytest.skip("LibreOffice or python3-uno is not installed")
    asked, told = folder / "asked.json", folder / "told.json"
    asked.write_text(json.dumps(question), "utf-8")
    command = [SYSTEM_PYTHON, str(script), str(asked), str(told), str(folder / "profile")]
    # the scripts import tests/uno_office.py
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    subprocess.run(command, check=True, timeout=600, capture_output=True, env=environment)
    return json.loads(told.read_text("utf-8"))
