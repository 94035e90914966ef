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
REQUIREMENTS = {
    "checkcel": ["checkcel"],
    "excel-validator": ["excel-validator"],
    "frictionless": ["frictionless[excel]"],
    "excelalchemy": ["ExcelAlchemy", "numpy<2"],  # the pandas that it asks for does not load with a newer one
}
# what each does not check of what csbook checks, having no way to be told
UNCHECKED = {
    "usual build": "rules between columns, most masks and personal data; hostile files; what was handed in before",
    "checkcel": "longest texts, dates, masks, personal data, rules between columns",
    "excel-validator": "dates, masks, personal data, rules between columns",
    "frictionless": "dates, masks, personal data, rules between columns",
    "excelalchemy": "longest texts, dates, masks, personal data, rules between columns; refuses Chinese punctuation",
}


def python(name: str, folder: Path) -> Path:
    """The interpreter of a peer's environment, made once into a folder. Raises CalledProcessError where it does not install."""
    place = folder / "peers" / name
    interpreter = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = place / "installed"
    if not done.exists():
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([interpreter, "-m", "pip", "install", "-q", *REQUIREMENTS[name]], check=True, capture_output=True)
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


def excelalchemy(workbook: Path, rules: Sequence[Mapping[str, Any]]) -> str:
    """It takes its files from an object store alone, of which this is one, and expects a line of hints above the headings."""
    import asyncio
    import io
    import logging

    from excelalchemy import ExcelAlchemy, FieldMeta, ImporterConfig, Radio, String
    from excelalchemy.const import Option
    from excelalchemy.core import alchemy
    from pydantic import create_model

    class Store:
        def get_object(self, _bucket: str, name: str) -> io.BytesIO:
            return io.BytesIO(Path(name).read_bytes())

        def put_object(self, *_: object) -> None: ...

        def presigned_get_object(self, *_: object, **__: object) -> str:
            return ""

    async def created(row: dict[str, Any], _context: object) -> dict[str, Any]:
        return row

    logging.disable(logging.CRITICAL)
    alchemy.HEADER_HINT_LINE_COUNT = 0
    made: dict[str, Any] = {}
    for place, rule in enumerate(rules):
        kind = Radio if rule["values"] else String
        options = {"options": [Option(id=value, name=value) for value in rule["values"]]} if rule["values"] else {}
        made[f"c{place}"] = (kind if rule["required"] else kind | None, FieldMeta(label=rule["title"], order=place + 1, **options))
    config = ImporterConfig(create_importer_model=create_model("Row", **made), creator=created, minio=Store())
    result = asyncio.run(ExcelAlchemy(config).import_data(str(workbook), "result.xlsx"))
    return f"{result.fail_count} faulty rows of {result.success_count + result.fail_count}"


CHECKS: Mapping[str, Callable[[Path, Sequence[Mapping[str, Any]]], str]] = {
    "checkcel": checkcel,
    "excel-validator": excel_validator,
    "frictionless": frictionless,
    "excelalchemy": excelalchemy,
}

if __name__ == "__main__":
    which, book, told = sys.argv[1:]
    sys.path.pop(0)  # the folder of this module: others may have names of programs
    print(CHECKS[which](Path(book), json.loads(Path(told).read_text("utf-8"))))
