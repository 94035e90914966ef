"""What a competent developer writes without csbook: each file read by pandas, judged by pandera, upserted and committed.

`python -m benchmarks.usual usual|bare|calamine FOLDER LEDGER`; every way is a whole process with nothing but its own imports.
"""

from __future__ import annotations

import functools
import json
import sqlite3
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandera.pandas as pa

ROOT = Path(__file__).parents[1]
HEADER_ROWS = 6
STAMPS = {"moment", "moment_or_date", "date"}


@functools.cache
def columns(form: str) -> Mapping[str, str]:
    """Printed heading -> field."""
    table = tomllib.loads((ROOT / "templates" / f"{form}.toml").read_text("utf-8"))
    return {column["zh"]: column["field"] for column in table["column"]}


@functools.cache
def fields(form: str) -> Mapping[str, Any]:
    rules: Mapping[str, Any] = tomllib.loads((ROOT / "validations" / f"{form}.toml").read_text("utf-8"))["field"]
    return rules


@functools.cache
def schema(form: str) -> pa.DataFrameSchema:
    import pandera.pandas as pa

    entries = tomllib.loads((ROOT / "validations" / "lists.toml").read_text("utf-8"))["list"]
    made = {}
    for name, rule in fields(form).items():
        checks = []
        if rule.get("limit"):
            checks.append(pa.Check.str_length(max_value=rule["limit"]))
        if rule.get("mask"):
            checks.append(pa.Check.str_matches(r"^(?!.*1[3-9][0-9]{9}).*$"))
        if rule["kind"] == "choice":
            labels = [
                {entry["zh"], *entry.get("labels", {}).values()}
                for entry in entries[rule["list"]]
                if entry["key"] in rule.get("entries", [entry["key"]])
            ]
            checks.append(pa.Check.isin(sorted(set().union(*labels))))
        dtype = "datetime64[us]" if rule["kind"] in STAMPS else None
        made[name] = pa.Column(dtype, checks=checks, nullable=not rule.get("required", False), required=False)
    return pa.DataFrameSchema(made)


def usual(folder: Path, ledger: Path) -> int:
    """pandas.read_excel with openpyxl, one pandera schema a form, one commit a file."""
    import pandas as pd
    from pandera.errors import SchemaErrors

    stored = 0
    database = sqlite3.connect(ledger)
    for path in sorted(folder.glob("*.xlsx")):
        form = path.stem.split("-")[1]
        headings = columns(form)
        whole = pd.read_excel(path, header=None, dtype=str, engine="openpyxl")
        header = int(whole.head(HEADER_ROWS).isin(list(headings)).sum(axis=1).idxmax())
        frame = whole.iloc[header + 1 :].set_axis(whole.iloc[header].tolist(), axis=1).rename(columns=headings)
        frame = frame[[name for name in headings.values() if name in frame]]
        typed = [name for name in frame if fields(form)[name]["kind"] != "auto"]
        frame = frame.dropna(how="all", subset=typed).reset_index(drop=True)
        judged = frame.copy()
        for name in typed:
            if fields(form)[name]["kind"] in STAMPS:
                judged[name] = pd.to_datetime(judged[name], errors="coerce", format="mixed").astype("datetime64[us]")
        bad: set[int] = set()
        try:
            schema(form).validate(judged, lazy=True)
        except SchemaErrors as errors:
            bad = {int(row) for row in errors.failure_cases["index"].dropna()}
        plain = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
        rows = [(f"{path.stem}-{row}", *values) for row, values in enumerate(plain) if row not in bad]
        stored += store(database, form, list(frame), rows)
        database.commit()
        print(json.dumps(sorted(row + header + 2 for row in bad)))  # as the sheet counts them
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
