"""What a competent developer writes without csbook: each file read by pandas, judged by pandera, upserted and committed.

`python -m benchmarks.usual usual|bare|calamine FOLDER LEDGER`; every way is a whole process with nothing but its own imports.
"""

from __future__ import annotations

import functools
import json
import operator
import sqlite3
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

ROOT = Path(__file__).parents[1]
HEADER_ROWS = 6
LEAST = 4  # characters that say something
STAMPS = {"moment", "moment_or_date", "date"}
# a phone, an id, a card, a mail address
PRIVATE = r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx]|\d{16,19})(?!\d)|[\w.]+@[\w.]+"


@functools.cache
def columns(form: str) -> Mapping[str, str]:
    """Printed heading -> field."""
    table = tomllib.loads((ROOT / "templates" / f"{form}.toml").read_text("utf-8"))
    return {column["zh"]: column["field"] for column in table["column"]}


@functools.cache
def rules(form: str) -> Mapping[str, Any]:
    return tomllib.loads((ROOT / "validations" / f"{form}.toml").read_text("utf-8"))


@functools.cache
def labels(form: str, field: str) -> Mapping[str, set[str]]:
    """Key -> what stands in a cell for this entry of a field's list."""
    declared = rules(form)["field"][field]
    entries = tomllib.loads((ROOT / "validations" / "lists.toml").read_text("utf-8"))["list"][declared["list"]]
    wanted = declared.get("entries", [entry["key"] for entry in entries])
    return {entry["key"]: {entry["zh"], *entry.get("labels", {}).values()} for entry in entries if entry["key"] in wanted}


@functools.cache
def words() -> Mapping[str, list[str]]:
    return tomllib.loads((ROOT / "validations" / "words.toml").read_text("utf-8"))


@functools.cache
def schema(form: str) -> pa.DataFrameSchema:
    """All that the form's requirement asks for but masks in full, references and promises in words; pandera warns of what is no error."""
    import pandas as pd
    import pandera.pandas as pa

    made = {}
    for name, rule in rules(form)["field"].items():
        checks = []
        if rule.get("limit"):
            checks.append(pa.Check.str_length(max_value=rule["limit"]))
            checks.append(pa.Check(lambda column: ~column.str.contains(PRIVATE)))
        if rule.get("mask"):
            checks.append(pa.Check.str_matches(r"^(?!.*1[3-9][0-9]{9}).*$"))
        if rule["kind"] == "choice":
            checks.append(pa.Check.isin(sorted(set().union(*labels(form, name).values()))))
        if rule["kind"] == "members":
            checks.append(pa.Check(functools.partial(_members, known=set().union(*labels(form, name).values()))))
        if rule["kind"] == "whole":
            checks.append(pa.Check.in_range(rule["low"], rule["high"]))
        if rule["kind"] in STAMPS:
            checks.append(pa.Check(lambda column: column <= pd.Timestamp.now()))
        dtype = "datetime64[us]" if rule["kind"] in STAMPS else "float64" if rule["kind"] == "whole" else None
        made[name] = pa.Column(dtype, checks=checks, nullable=not rule.get("required", False), required=False)
    between = [
        pa.Check(
            functools.partial(BETWEEN[rule["kind"]], form, rule),
            raise_warning=rule["kind"] in WARNINGS or rule.get("severity") == "warning",
        )
        for rule in rules(form)["rule"]
        if rule["kind"] in BETWEEN and rules(form)["field"][rule["field"]]["kind"] != "due"  # promises in words are not read
    ]
    return pa.DataFrameSchema(made, checks=between)


def _members(column: pd.Series, known: set[str]) -> pd.Series:
    within: pd.Series = column.str.split("、").apply(lambda parts: known.issuperset(parts))
    return within


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name] if name in frame else frame.iloc[:, 0].isna().map(lambda _: None)


def _true(form: str, condition: Mapping[str, Any], frame: pd.DataFrame) -> pd.Series:
    """Where a condition of a rule holds."""
    for several, both in (("all", operator.and_), ("any", operator.or_)):
        if several in condition:
            joined: pd.Series = functools.reduce(both, (_true(form, each, frame) for each in condition[several]))
            return joined
    column = _column(frame, condition["field"])
    if "filled" in condition:
        return column.notna() == bool(condition["filled"])
    if "mentions" in condition:
        return column.str.contains("|".join(words()[condition["mentions"]]), na=False)
    known = labels(form, condition["field"])
    if "includes" in condition:
        return column.str.contains("|".join(label for key in condition["includes"] for label in known[key]), na=False)
    return column.isin([label for key in condition["is"] for label in known[key]])


def _required(form: str, rule: Mapping[str, Any], frame: pd.DataFrame) -> pd.Series:
    return ~_true(form, rule["when"], frame) | _column(frame, rule["field"]).notna()


def _only(form: str, rule: Mapping[str, Any], frame: pd.DataFrame) -> pd.Series:
    return _column(frame, rule["field"]).isna() | _true(form, rule["when"], frame)


def _order(_form: str, rule: Mapping[str, Any], frame: pd.DataFrame) -> pd.Series:
    later, earlier = _column(frame, rule["field"]), _column(frame, rule["not_before"])
    return later.isna() | earlier.isna() | (later >= earlier)


def _not_after(_form: str, rule: Mapping[str, Any], frame: pd.DataFrame) -> pd.Series:
    return ~(_column(frame, rule["field"]) > _column(frame, rule["not_after"]))


def _consistent(form: str, rule: Mapping[str, Any], frame: pd.DataFrame) -> pd.Series:
    return ~_true(form, rule["when"], frame) | _true(form, rule["then"], frame)


def _routing(form: str, rule: Mapping[str, Any], frame: pd.DataFrame) -> pd.Series:
    column, by = _column(frame, rule["field"]), _column(frame, rule["by"])
    to, keys = labels(form, rule["field"]), labels(form, rule["by"])
    wrong = [
        by.isin(keys[key]) & column.notna() & ~column.isin([label for each in fit for label in to[each]])
        for key, fit in rule["options"].items()
    ]
    return ~functools.reduce(operator.or_, wrong)


def _vague(_form: str, rule: Mapping[str, Any], frame: pd.DataFrame) -> pd.Series:
    column = _column(frame, rule["field"])
    said = column.str.replace("|".join([*words()[rule["phrases"]], r"[\W_]"]), "", regex=True)
    return column.isna() | (said.str.len() >= LEAST)


def _bare_name(_form: str, rule: Mapping[str, Any], frame: pd.DataFrame) -> pd.Series:
    column = _column(frame, rule["field"])
    named = column.str.fullmatch(f"(?:{'|'.join(words()[rule['phrases']])})[^*0-9]{{1,3}}", na=False)
    return ~named | column.str.endswith(tuple(words()[rule["unless"]]), na=False)


BETWEEN = {
    "required": _required, "only": _only, "order": _order, "not_after": _not_after, "consistent": _consistent, "routing": _routing,
    "vague": _vague, "bare_name": _bare_name,
}  # fmt: skip
WARNINGS = ("consistent", "routing", "vague", "bare_name")


def usual(folder: Path, ledger: Path) -> int:
    """pandas.read_excel with openpyxl, one pandera schema a form, one commit a file."""
    import pandas as pd
    from pandera.errors import SchemaErrors

    stored = 0
    database = sqlite3.connect(ledger)
    for path in sorted(folder.glob("*.xlsx")):
        form = path.stem.split("-")[1]
        headings, fields = columns(form), rules(form)["field"]
        whole = pd.read_excel(path, header=None, dtype=str, engine="openpyxl")
        header = int(whole.head(HEADER_ROWS).isin(list(headings)).sum(axis=1).to_numpy().argmax())
        frame = whole.iloc[header + 1 :].set_axis(whole.iloc[header].tolist(), axis=1).rename(columns=headings)
        frame = frame[[name for name in headings.values() if name in frame]]
        typed = [str(name) for name in frame if fields[name]["kind"] != "auto"]
        frame = frame.dropna(how="all", subset=typed).reset_index(drop=True)
        judged = _typed(form, frame, typed)
        bad = set(frame.index[(judged[list(frame)].isna() & frame.notna()).any(axis=1)])  # what could not be read
        try:
            schema(form).validate(judged, lazy=True)
        except SchemaErrors as errors:
            bad |= {int(row) for row in errors.failure_cases["index"].dropna()}
        plain = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
        rows = [(f"{path.stem}-{row}", *values) for row, values in enumerate(plain) if row not in bad]
        stored += store(database, form, frame.columns.to_list(), rows)
        database.commit()
        print(json.dumps(sorted(row + header + 2 for row in bad)))  # as the sheet counts them
    return stored


def _typed(form: str, frame: pd.DataFrame, typed: Sequence[str]) -> pd.DataFrame:
    """Stamps and numbers; a time of day alone is one of the row's day."""
    import pandas as pd

    judged, fields, derived = frame.copy(), rules(form)["field"], rules(form).get("derived", {})
    days = frame[rules(form)["day"]].str[:10]
    for name, parts in derived.items():
        judged[name] = pd.to_datetime(days + " " + frame[parts["clock"]], errors="coerce", format="mixed").astype("datetime64[us]")
    for name in typed:
        if fields[name]["kind"] in STAMPS:
            whole = frame[name].where(frame[name].str.contains("-"), days + " " + frame[name])
            judged[name] = pd.to_datetime(whole, errors="coerce", format="mixed").astype("datetime64[us]")
        elif fields[name]["kind"] == "whole":
            judged[name] = pd.to_numeric(frame[name], errors="coerce").astype("float64")
    return judged


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
