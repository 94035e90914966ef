"""Refusal: what data validation stops while an agent types, asked of LibreOffice cell by cell."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from csbook import template
from csbook.cli.session import Session
from csbook.forms import Field, Form
from csbook.template.grid import FIRST_ROW, Grid
from tests.parity import office, typed
from tests.parity.cells import CARD, Cell, serial
from tests.parity.conftest import DESK
from tests.parity.rows import Row

FORMS = ("communication", "coordination", "feedback", "hotline", "response")
# LibreOffice draws at most 1,000 rings, empty cells of columns that look at others included
AT_ONCE = 40
NOON = dt.datetime(2023, 10, 1, 12)
RAW = {
    "phone": ("13812345678", "138-1234-5678", "010-62345678"),
    "person": ("王小明", "张3*", "a@b*", "*" * 11),
    "staff": ("13812345678", "客服a@b", "客服小李的后面写得太长了吗"),
}
RAW |= {"customer": ("13812345678", "110105194912310021", "a@example.com")}
FINE = {"phone": ("138****5678", "****5678", "*", "0571-****1234", "１３８****５６７８", " *"), "person": ("*女士", "欧阳**", "张＊")}
FINE |= {"staff": ("客服小李", "*主管王姐", "客服123456"), "customer": ("CUST1234567890", "CUST12*", "A公司", "全体客户", "甲乙丙丁")}


@dataclass(frozen=True)
class Try:
    """A cell typed into a row, what else stands there, and whether the cell is refused."""

    field: str
    cell: Cell
    refused: bool
    others: Row


def tries(form: Form) -> Iterator[Try]:
    for field in form.fields:
        for refused, values in enumerate(_values(field)):
            for value in values:
                yield Try(field.name, Cell(value), bool(refused), _needed(form, field))
    yield from _against_others(form)


def _needed(form: Form, field: Field) -> Row:
    """What must stand in the row for the column to be filled at all."""
    done = {"communication": ("status", "关闭"), "feedback": ("status", "关闭"), "coordination": ("progress", "已完成")}.get(form.name)
    return {done[0]: Cell(done[1])} if done and field.name in ("resolved_at", "satisfaction_note") else {}


def _values(field: Field) -> tuple[tuple[str | float, ...], tuple[str | float, ...]]:
    """Values to accept and values to refuse."""
    future = serial(dt.datetime.now() + dt.timedelta(days=400))
    match field.kind:
        case "choice":
            assert field.choices is not None
            label = field.choices.entries[0].label.zh
            return tuple(entry.label.zh for entry in field.choices.entries), (f"{label}?", label[:1] + "*", "随便")
        case "masked":
            return FINE[str(field.mask)], RAW[str(field.mask)]
        case "date":
            return (45200.0,), ("明天", 45200.5, 0.5, 200.0, float(int(future)))
        case "clock":
            return (0.0, 0.375), ("九点", 1.0, 45200.0, -0.1)
        case "moment" | "moment_or_date":
            return (45200.5, 0.375), ("昨天", -1.0, 200.0, future)
        case "due":
            return (45200.5, 45200.0, 0.75, "24小时内回复", future), (-1.0, 200.0, 99999.0)
        case "whole":
            return (float(field.low or 0), float(field.high or 0)), ("十", 12.5, -1.0, float(field.high or 0) + 1)
        case "text" | "transfers" | "references":
            limit = field.limit or 0
            return ("字" * limit, "无", "客户😀"), ("字" * (limit + 1), "x〔已隐去：银行卡号〕")
        case _:
            return (), ()


def _against_others(form: Form) -> Iterator[Try]:
    """A stamp before the one that it must follow; a cell that waits for another one."""
    raised: dict[str, Cell] = {"raised_at": Cell(serial(NOON))}
    if "raised_at" in form.derived:
        raised = {"raised_date": Cell(45200.0), "raised_clock": Cell(0.5)}
    elif form.by_name["raised_date" if "raised_date" in form.by_name else "raised_at"].kind == "date":
        raised["raised_date"] = Cell(45200.0)
    before, after = Cell(serial(NOON) - 0.01), Cell(serial(NOON) + 0.01)
    follows = {
        "coordination": ("accepted_at",),
        "hotline": ("started_at", "due_at", "resolved_at"),
        "response": ("accepted_at", "first_response_at"),
    }
    for name in follows.get(form.name, ()):
        yield Try(name, before, True, raised)
        yield Try(name, after, False, raised)
    if "occurred_at" in form.by_name:
        yield Try("occurred_at", after, True, raised)
        yield Try("occurred_at", Cell(45200.0), False, raised)
    if form.name == "coordination":
        yield Try("satisfaction_note", Cell("好"), True, {})
        yield Try("resolved_at", Cell(45200.5), True, {"progress": Cell("进行中")})
    if form.name == "communication":
        yield Try("resolved_at", Cell(45200.5), True, {"status": Cell("开放")})


@pytest.fixture(scope="session")
def rings(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[tuple[Try, bool]]]:
    """Form → every try and whether it is refused, all in one session of LibreOffice."""
    folder = tmp_path_factory.mktemp("refusal")
    made: dict[Path, tuple[Form, list[Try]]] = {}
    for name, form in session.definitions.forms.items():
        every, grid = list(tries(form)), Grid(form, "zh", AT_ONCE)
        template.write(form, folder / "empty.xlsx", desk=DESK, issue_code="5KQ2M", rows=AT_ONCE)
        for start in range(0, len(every), AT_ONCE):
            path, part = folder / f"{name}-{start:03}.xlsx", every[start : start + AT_ONCE]
            made[path] = form, part
            typed.write(folder / "empty.xlsx", path, grid, [{**each.others, each.field: each.cell} for each in part])
    found = office.refused({path: len(part) for path, (_, part) in made.items()}, folder, session.policy.zone)
    answers: dict[str, list[tuple[Try, bool]]] = {}
    for path, (form, part) in made.items():
        columns = Grid(form, "zh", 1).columns
        seen = [(each, (FIRST_ROW + place, columns[each.field]) in found[path]) for place, each in enumerate(part)]
        answers.setdefault(form.name, []).extend(seen)
    return answers


@pytest.mark.parametrize("form", FORMS)
def test_values_are_refused_and_accepted_as_they_should(rings: Mapping[str, list[tuple[Try, bool]]], form: str) -> None:
    assert [each for each, refused in rings[form] if each.refused != refused] == []


def test_every_column_that_stops_is_tried_both_ways(
    session: Session, rings: Mapping[str, list[tuple[Try, bool]]], capfd: pytest.CaptureFixture[str]
) -> None:
    counts = Counter[tuple[str, bool]]()
    for name, form in session.definitions.forms.items():
        tried = {(each.field, each.refused) for each, _ in rings[name]}
        stops = [field.name for field in form.fields if field.typed and field.kind not in ("suggest", "members")]
        assert [field for field in stops for refused in (True, False) if (field, refused) not in tried] == []
        counts.update((name, each.refused) for each, _ in rings[name])
        counts.update((f"{name} columns", False) for _ in stops)
    with capfd.disabled():
        print("\n\nform           columns  values refused  values accepted")
        for name in FORMS:
            print(f"{name:13} {counts[f'{name} columns', False]:8} {counts[name, True]:15} {counts[name, False]:16}")


@pytest.mark.parametrize("form", FORMS)
def test_the_file_says_that_errors_are_shown(session: Session, tmp_path: Path, form: str) -> None:
    template.write(session.definitions.forms[form], tmp_path / "a.xlsx", rows=3)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        xml = archive.read(typed.SHEET).decode()
    validations = re.findall("<dataValidation .*?</dataValidation>|<dataValidation [^>]*/>", xml)
    stops = [each for each in validations if 'type="' in each and 'showErrorMessage="1"' in each]
    silent = [each for each in validations if each not in stops and 'type="list"' not in each]
    assert len(stops) >= len(validations) - 3
    assert silent == []
    for each in stops:
        assert re.search('error="[^"]{1,224}"', each)
        assert re.search('errorTitle="[^"]{1,32}"', each)
        assert re.search('prompt="[^"]{1,255}"', each)
    assert CARD not in xml
