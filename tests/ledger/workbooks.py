"""Made-up workbooks for the ledger's tests: rows as they come out of intake, without a file."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from csbook import forms
from csbook.desks import Desk
from csbook.forms import Form
from csbook.forms.stored import CLOCK, STAMP, WHOLE, stored
from csbook.ledger import Batch, Ledger, Merged, open_ledger
from csbook.rows import Block, Rows, SourceFile

ROOT = Path(__file__).parents[2]
MONDAY = dt.datetime(2023, 10, 2, 9, 0)
NOW = dt.datetime(2023, 10, 31, 18, 0)
Row = Mapping[str, Any]


@functools.cache
def form(name: str = "response") -> Form:
    return forms.load([ROOT / "templates"], [ROOT / "validations"]).forms[name]


def case(source_id: str | None = "A07-5KQ2M-001", *, good: bool = True, **fields: Any) -> dict[str, Any]:
    """An open response case."""
    return {
        "id": source_id, "good": good, "raised_date": "2023-10-01", "customer": "A公司", "contact_phone": "138****5678", "channel": "phone",
        "category": "inquiry", "description": "询问如何开通企业会员的批量折扣功能", "agent": "*客服小李",
        "raised_at": "2023-10-01 09:00", "accepted_at": "2023-10-01 09:02", **fields,
    }  # fmt: skip


SOLVED = {
    "first_response_at": "2023-10-01 09:05", "started_at": "2023-10-01 09:05", "resolved_at": "2023-10-01 09:20",
    "solution_kind": "activation_guided", "satisfaction": "satisfied", "solution": "告知会员折扣规则",
}  # fmt: skip
OTHER = {"customer": "CUST456", "raised_at": "2023-10-03 10:00", "raised_date": "2023-10-03", "description": "登录时提示验证码错误"}


@dataclass(frozen=True)
class Workbook:
    rows: Sequence[Row]
    path: str = "a.xlsx"
    modified: dt.datetime | None = MONDAY
    desk: str = "A07"
    absent: tuple[str, ...] = ()
    form: str = "response"
    team: str = field(default="一组")


def saved(days: float = 0) -> dt.datetime:
    """When a workbook was saved: days after Monday."""
    return MONDAY + dt.timedelta(days=days)


def batch(*workbooks: Workbook, now: dt.datetime = NOW, apart: bool = False) -> Batch:
    """The workbooks handed in together; those of one form were read at once, or each apart."""
    numbered = [*enumerate(workbooks)]
    of_forms = [[pair for pair in numbered if pair[1].form == name] for name in sorted({each.form for each in workbooks})]
    groups = [[pair] for pair in numbered] if apart else of_forms
    files = tuple(
        SourceFile(
            path=Path(each.path), sha256=f"{number:064}", size=1, modified=each.modified, form=each.form, version="1",
            desk=Desk(each.desk, "", each.team),
        )
        for number, each in enumerate(workbooks)
    )  # fmt: skip
    parts = [_rows(form(group[0][1].form), group) for group in groups]
    return Batch(
        rows=tuple(rows for rows, _, _ in parts),
        good=tuple(good for _, good, _ in parts),
        issues=tuple(issues for _, _, issues in parts),
        files=files,
        now=now,
        user="admin",
    )


def _rows(form: Form, workbooks: Iterable[tuple[int, Workbook]]) -> tuple[Rows, pd.Series, pd.DataFrame]:
    blocks, places, values = [], [], []
    for file, workbook in workbooks:
        columns = {each.name: f"C{place}" for place, each in enumerate(form.fields) if each.name not in workbook.absent}
        sheets = [row.get("sheet", "记录") for row in workbook.rows]
        for sheet in dict.fromkeys(sheets or ["记录"]):
            rows = [row for row, on in zip(workbook.rows, sheets, strict=True) if on == sheet]
            places += [{"block": len(blocks), "row": 5 + place, "source_id": row.get("id")} for place, row in enumerate(rows)]
            blocks.append(Block(file=file, sheet=sheet, header_row=4, columns=columns))
            values += rows
    index = pd.RangeIndex(len(values))
    typed = {each.name: [row.get(each.name) for row in values] for each in form.fields}
    types = {**dict.fromkeys(typed, "text"), **stored(form)}
    frame = pd.DataFrame({name: column([row.get(name) for row in values], type_, index) for name, type_ in types.items()}, index=index)
    texts = pd.DataFrame(
        {each.name: pd.Series(typed[each.name], index=index, dtype="str") for each in form.fields if each.typed}, index=index
    )
    good = pd.Series([bool(row.get("good", True)) for row in values], index=index, dtype=bool)
    issues = pd.DataFrame(
        [(row, "REQUIRED_MISSING", "error", "solution", "required.solution", f"S{row + 5}") for row in index[~good]],
        columns=["row", "code", "severity", "field", "rule", "cell"],
    )
    place = pd.DataFrame(places, columns=["block", "row", "source_id"], index=index).astype({"source_id": "str"})
    return Rows(form=form, frame=frame, texts=texts, places=place, blocks=tuple(blocks)), good, issues


def column(values: list[Any], type_: str, index: pd.Index) -> pd.Series:
    if type_ == STAMP:
        return pd.Series(pd.to_datetime(pd.Series(values, index=index, dtype="str"), format="mixed")).astype("datetime64[us]")
    if type_ == CLOCK:
        return pd.to_timedelta(pd.Series(values, index=index, dtype="str")).astype("timedelta64[us]")
    return pd.Series(values, index=index, dtype="Int64" if type_ == WHOLE else "str")


@dataclass
class Office:
    """Where workbooks are handed in; one ledger, one batch a call."""

    path: Any
    now: dt.datetime = NOW

    def ledger(self) -> Ledger:
        return open_ledger(self.path, create=True, lang="en", timeout=0.2)

    def hand_in(self, *workbooks: Workbook, **options: Any) -> Merged:
        self.now += dt.timedelta(minutes=1)
        with self.ledger() as ledger:
            return ledger.merge(batch(*workbooks, now=self.now), **options)

    def outcomes(self, *workbooks: Workbook) -> list[str]:
        return [outcome for of_form in self.hand_in(*workbooks).outcomes for outcome in of_form]

    def records(self, *columns: str) -> list[Any]:
        """The records' values of these columns, by id; a bare list for one column."""
        with self.ledger() as ledger:
            table = ledger.records().select(list(columns)).to_pylist()
        return [tuple(row.values()) if len(columns) > 1 else row[columns[0]] for row in table]

    def kept_aside(self, *columns: str) -> list[Any]:
        with self.ledger() as ledger:
            table = ledger.quarantine().select(list(columns)).to_pylist()
        return [tuple(row.values()) if len(columns) > 1 else row[columns[0]] for row in table]


def codes(merged: Merged) -> list[str]:
    return [str(issue.code) for issue in merged.issues]


def everywhere() -> pytest.MarkDecorator:
    """For a module whose tests all have an office: run them on a file and on a server."""
    return pytest.mark.parametrize("office", ["sqlite", "postgresql"], indirect=True)
