"""Other programs that check workbooks, each on the same workbook and in an environment of its own.

They are told what they can express of csbook's rules (see benchmarks/planted.py): required cells, lists, longest texts, patterns.
`python peers.py NAME WORKBOOK RULES` is one such process; it prints the rows of the sheet that the program finds fault with, as JSON.
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

SHEET, MOST = "Sheet1", 100_000
REQUIREMENTS = {
    "Checkcel": ["checkcel"],
    "excel-validator": ["excel-validator"],
    "frictionless": ["frictionless[excel]"],
    "ExcelAlchemy": ["ExcelAlchemy", "numpy<2"],  # the pandas that it asks for does not load with a newer one
}


def python(name: str, folder: Path) -> Path:
    """The interpreter of a peer's environment, made once into a folder. Raises CalledProcessError where it does not install."""
    place = folder / "peers" / name.lower()
    interpreter = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = place / "installed"
    if not done.exists():
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([interpreter, "-m", "pip", "install", "-q", *REQUIREMENTS[name]], check=True, capture_output=True)
        done.touch()
    return interpreter


def checkcel(workbook: Path, rules: Sequence[Mapping[str, Any]]) -> set[int]:
    from checkcel import Checkcel, logs, validators

    def made(rule: Mapping[str, Any]) -> Any:
        empty = not rule["required"]
        if rule["values"]:
            return validators.SetValidator(valid_values=rule["values"], empty_ok=empty)
        if rule["pattern"] or rule["limit"]:
            shape = rule["pattern"] or f"[\\s\\S]{{0,{rule['limit']}}}"
            return validators.RegexValidator(regex=f"^(?:{shape})$", empty_ok=empty)
        return validators.TextValidator(empty_ok=empty)

    logs.logger.disabled = True
    checked = Checkcel(source=str(workbook), validators={rule["title"]: made(rule) for rule in rules})
    checked.validate()
    return {row + 1 for failures in checked.failures.values() for row in failures}  # it counts from the headings


def _fields(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    said = {"values": "enum", "limit": "maxLength", "pattern": "pattern"}
    return [
        {
            "name": rule["title"],
            "type": "string",
            "constraints": {"required": rule["required"]} | {told: rule[name] for name, told in said.items() if rule[name]},
        }
        for rule in rules
    ]


def _rows(report: Any) -> set[int]:
    return {error.row_number for task in report.tasks for error in task.errors}


def frictionless(workbook: Path, rules: Sequence[Mapping[str, Any]]) -> set[int]:
    from frictionless import Resource, Schema

    schema = Schema.from_descriptor({"fields": _fields(rules)})
    return _rows(Resource(path=workbook.name, basepath=str(workbook.parent), schema=schema).validate(limit_errors=MOST))


def excel_validator(workbook: Path, rules: Sequence[Mapping[str, Any]]) -> set[int]:
    """It hands on at most 1,000 errors of a sheet."""
    from excel_validator import Validate

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "schema").mkdir()
        (folder / "schema" / "rows.json").write_text(json.dumps({"fields": _fields(rules)}), "utf-8")
        settings = {"schemaPath": "schema", "allowAdditionalSheets": True}
        sheet = {"name": SHEET, "resource": "rows", "schema": {"file": "rows.json"}}
        (folder / "config.json").write_text(json.dumps({"settings": settings, "sheets": [sheet]}), "utf-8")
        checked = Validate(str(workbook), str(folder / "config.json"))
        reports = [checked[sheet].frictionless for sheet in checked.reports]
        return set().union(*(_rows(report) for report in reports if report is not None))


def excelalchemy(workbook: Path, rules: Sequence[Mapping[str, Any]]) -> set[int]:
    """It takes its files from an object store alone, of which this is one, and expects a line of hints above the headings.

    Its texts may hold no blank, so that this one lets every sign through.
    """
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

    class Text(String):  # type: ignore[misc]
        @classmethod
        def __check_character_set__(cls, _value: str, _field_meta: object) -> list[str]:
            return []

    async def created(row: dict[str, Any], _context: object) -> dict[str, Any]:
        return row

    logging.disable(logging.CRITICAL)
    alchemy.HEADER_HINT_LINE_COUNT = 0
    made: dict[str, Any] = {}
    for place, rule in enumerate(rules):
        kind = Radio if rule["values"] else Text
        told = {"options": [Option(id=value, name=value) for value in rule["values"]]} if rule["values"] else {"max_length": rule["limit"]}
        made[f"c{place}"] = (kind if rule["required"] else kind | None, FieldMeta(label=rule["title"], order=place + 1, **told))
    config = ImporterConfig(create_importer_model=create_model("Row", **made), creator=created, minio=Store())
    program = ExcelAlchemy(config)
    asyncio.run(program.import_data(str(workbook), "result.xlsx"))
    return {int(row) + 2 for row in program.row_errors}


CHECKS: Mapping[str, Callable[[Path, Sequence[Mapping[str, Any]]], set[int]]] = {
    "Checkcel": checkcel,
    "excel-validator": excel_validator,
    "frictionless": frictionless,
    "ExcelAlchemy": excelalchemy,
}

if __name__ == "__main__":
    which, book, told = sys.argv[1:]
    sys.path.pop(0)  # the folder of this module: others may have names of programs
    print(json.dumps(sorted(CHECKS[which](Path(book), json.loads(Path(told).read_text("utf-8"))))))
