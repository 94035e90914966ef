"""Other programs that check workbooks, each on the same workbook of 20,000 rows and in an environment of its own.

They are told what they can express of csbook's rules: required cells, lists, longest texts. `python peers.py NAME WORKBOOK RULES` is one
such process; RULES is JSON: title, required, values and limit of each column. It prints what the program found.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROWS, SHEET = 20_000, "Sheet1"
REQUIREMENTS = {"checkcel": "checkcel", "excel-validator": "excel-validator", "frictionless": "frictionless[excel]"}


def python(name: str, folder: Path) -> Path:
    """The interpreter of a peer's environment, made once into a folder. Raises CalledProcessError where it does not install."""
    place = folder / "peers" / name
    interpreter = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = place / "installed"
    if not done.exists():
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([interpreter, "-m", "pip", "install", "-q", REQUIREMENTS[name]], check=True, capture_output=True)
        done.touch()
    return interpreter


def checkcel(workbook: Path, rules: Sequence[Mapping[str, Any]]) -> str:
    from checkcel import Checkcel, validators

    made = {
        rule["title"]: validators.SetValidator(valid_values=rule["values"], empty_ok=not rule["required"])
        if rule["values"]
        else validators.TextValidator(empty_ok=not rule["required"])
        for rule in rules
    }
    checked = Checkcel(source=str(workbook), validators=made)
    checked.validate()
    return f"{sum(map(len, checked.failures.values()))} faults"


def _fields(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": rule["title"],
            "type": "string",
            "constraints": {"required": rule["required"]}
            | ({"enum": rule["values"]} if rule["values"] else {})
            | ({"maxLength": rule["limit"]} if rule["limit"] else {}),
        }
        for rule in rules
    ]


def frictionless(workbook: Path, rules: Sequence[Mapping[str, Any]]) -> str:
    from frictionless import Resource, Schema

    report = Resource(
        path=workbook.name, basepath=str(workbook.parent), schema=Schema.from_descriptor({"fields": _fields(rules)})
    ).validate(limit_errors=ROWS)
    return f"{report.stats['errors']} faults"


def excel_validator(workbook: Path, rules: Sequence[Mapping[str, Any]]) -> str:
    from excel_validator import Validate

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "schema").mkdir()
        (folder / "schema" / "rows.json").write_text(json.dumps({"fields": _fields(rules)}), "utf-8")
        settings = {"schemaPath": "schema", "allowAdditionalSheets": True}
        sheet = {"name": SHEET, "resource": "rows", "schema": {"file": "rows.json"}}
        (folder / "config.json").write_text(json.dumps({"settings": settings, "sheets": [sheet]}), "utf-8")
        return f"valid: {Validate(str(workbook), str(folder / 'config.json')).valid}"


CHECKS: Mapping[str, Callable[[Path, Sequence[Mapping[str, Any]]], str]] = {
    "checkcel": checkcel,
    "excel-validator": excel_validator,
    "frictionless": frictionless,
}

if __name__ == "__main__":
    which, book, told = sys.argv[1:]
    sys.path.pop(0)  # the folder of this module: others may have names of programs
    print(CHECKS[which](Path(book), json.loads(Path(told).read_text("utf-8"))))
