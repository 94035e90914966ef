"""What a competent developer writes without csbook: each file read by pandas, judged by pandera, upserted and committed.

`python -m benchmarks.usual usual|bare|calamine FOLDER LEDGER`; every way is a whole process with nothing but its own imports.
"""

from __future__ import annotations

import sqlite3
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
HEADER_ROWS = 6


def columns(form: str) -> dict[str, str]:
    """Printed heading -> field."""
    table = tomllib.loads((ROOT / "templates" / f"{form}.toml").read_text("utf-8"))
    return {column["zh"]: column["field"] for column in table["column"]}


def fields(form: str) -> Mapping[str, Any]:
    rules: Mapping[str, Any] = tomllib.loads((ROOT / "validations" / f"{form}.toml").read_text("utf-8"))["field"]
    return rules


def usual(folder: Path, ledger: Path) -> int:
    """pandas.read_excel with openpyxl, one pandera schema a form, one commit a file."""
    import pandas as pd
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    def schema(form: str) -> pa.DataFrameSchema:
        made = {}
        for name, rule in fields(form).items():
            checks = []
            if rule.get("limit"):
                checks.append(pa.Check.str_length(max_value=rule["limit"]))
            if rule.get("mask"):
                checks.append(pa.Check.str_matches(r"^(?!.*1[3-9]\d{9}).*$"))
            dated = rule.get("kind") in {"moment", "moment_or_date", "date"}
            dtype = "datetime64[ns]" if dated else "str"
            made[name] = pa.Column(dtype, checks=checks, nullable=not rule.get("required", False), required=False, coerce=True)
        return pa.DataFrameSchema(made)

    schemas: dict[str, pa.DataFrameSchema] = {}
    stored = 0
    database = sqlite3.connect(ledger)
    for path in sorted(folder.glob("*.xlsx")):
        form = path.stem.split("-")[1]
        headings = columns(form)
        top = pd.read_excel(path, header=None, nrows=HEADER_ROWS, dtype=str, engine="openpyxl")
        header = int(top.isin(list(headings)).sum(axis=1).idxmax())
        frame = pd.read_excel(path, header=header, dtype=str, engine="openpyxl").rename(columns=headings)
        frame = frame[[name for name in headings.values() if name in frame]]
        typed = [name for name in frame if name in fields(form)]
        frame = frame.dropna(how="all", subset=typed).reset_index(drop=True)
        judged = frame.copy()
        for name, rule in fields(form).items():
            if name in judged and rule.get("kind") in {"moment", "moment_or_date", "date"}:
                judged[name] = pd.to_datetime(judged[name], errors="coerce", format="mixed")
        if form not in schemas:
            schemas[form] = schema(form)
        bad: set[int] = set()
        try:
            schemas[form].validate(judged, lazy=True)
        except SchemaErrors as errors:
            bad = {int(row) for row in errors.failure_cases["index"].dropna()}
        plain = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
        rows = [(f"{path.stem}-{row}", *values) for row, values in enumerate(plain) if row not in bad]
        stored += store(database, form, list(frame), rows)
        database.commit()
    return stored


def bare(folder: Path, ledger: Path) -> int:
    """fastexcel and one transaction: nothing is checked, nothing is safe."""
    import fastexcel

    stored = 0
    database = sqlite3.connect(ledger)
    for path in sorted(folder.glob("*.xlsx")):
        form = path.stem.split("-")[1]
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_arrow()
        rows = list(zip(*(column.to_pylist() for column in sheet.columns), strict=True))
        names = [f"c{number}" for number in range(sheet.num_columns)]
        stored += store(database, form, names, [(f"{path.stem}-{number}", *row) for number, row in enumerate(rows) if any(row)])
    database.commit()
    return stored


def calamine(path: Path, _ledger: Path) -> int:
    """python-calamine reads one workbook into Python rows."""
    import python_calamine

    return len(python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())


def store(database: sqlite3.Connection, form: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    database.execute(f"CREATE TABLE IF NOT EXISTS {form} (id TEXT PRIMARY KEY, {', '.join(names)})")
    marks = ", ".join("?" * (len(names) + 1))
    database.executemany(f"INSERT OR REPLACE INTO {form} (id, {', '.join(names)}) VALUES ({marks})", rows)
    return len(rows)


if __name__ == "__main__":
    way, source, target = sys.argv[1:]
    print({"usual": usual, "bare": bare, "calamine": calamine}[way](Path(source), Path(target)))
