"""Rows: random rows of a form – good ones, good ones with a few cells changed, and rows of anything."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from csbook.forms import Field, Form
from csbook.lists import ChoiceList
from tests.parity import cells
from tests.parity.cells import Cell, serial

Row = Mapping[str, Cell]
MASKED = {"phone": "138****5678", "person": "*女士", "staff": "客服小李", "customer": "CUST456"}
TEXTS = ("客户询问企业会员批量折扣功能", "订单延迟发货，请核实物流", "已告知会员折扣规则", "协调物流部门加急处理")


def rows(form: Form, count: int, seed: int = 0) -> list[Row]:
    """`count` rows, the same for the same seed; the first holds an error value in every cell."""
    dice = random.Random(f"{form.name} {seed}")
    wrong = {field.name: cells.ERRORS[0] for field in form.fields if field.typed}
    must = _must(form, dice)
    tried = [_good(form, dice) | dict(must[start : start + 2]) for start in range(0, min(len(must), count), 2)]
    swept = [{name: cell for name, cell in row.items() if cell is not None} for row in tried]
    return [wrong, *swept, *(_row(form, dice) for _ in range(count - 1 - len(swept)))]


def _must(form: Form, dice: random.Random) -> list[tuple[str, Cell | None]]:
    """Every class of tests.parity.cells in every kind of column first, then in every column."""
    fields = [field for field in form.fields if field.typed]
    dice.shuffle(fields)
    one = {field.kind: field for field in fields}
    tried = [cell for each in cells.CLASSES.values() for cell in each]
    first = [(field.name, cell) for cell in tried for field in one.values()]
    # entries joined by another sign than ours: the dice rarely say so
    first += [(field.name, cells.separated(field)) for field in fields if field.kind == "members"]
    return list(dict.fromkeys([*first, *((field.name, cell) for cell in tried for field in fields)]))


def _row(form: Form, dice: random.Random) -> Row:
    row = {} if dice.random() < 0.06 else _good(form, dice)
    fields = [field for field in form.fields if field.typed]
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3, 5)) if row else len(fields)):
        field = dice.choice(fields)
        row[field.name] = dice.choice(cells.anywhere() if dice.random() < 0.3 else cells.of(field))
    for field in dice.sample(fields, dice.choice((0, 0, 0, 0, 1, 2))):
        row.pop(field.name, None)
    return row


def _good(form: Form, dice: random.Random) -> dict[str, Cell | None]:
    """A row without a fault more often than not: stamps in the order of their columns, entries of the lists."""
    at = dt.datetime(2023, 10, 1) + dt.timedelta(days=dice.randrange(400), minutes=dice.randrange(600))
    day, row = dt.datetime.combine(at.date(), dt.time()), dict[str, Cell | None]()
    done = dice.random() < 0.5
    for field in form.fields:
        if not field.typed or (not field.required and dice.random() < 0.3) or (not done and not field.required and field.name in LATE):
            continue
        at += dt.timedelta(minutes=dice.randrange(40)) * (field.kind in cells.DATED)
        row[field.name] = _value(field, at, day, dice)
    if "status" in form.by_name:
        row["status"] = Cell("关闭" if done else "开放")
    if "progress" in form.by_name:
        row["progress"] = Cell("已完成" if done else "进行中")
    if done:
        row |= {name: Cell("已处理并告知客户") for name in ("solution",) if name in form.by_name}
    return row


LATE = frozenset({"resolved_at", "closed_at", "satisfaction", "satisfaction_note", "result_satisfaction", "solution_kind", "revisit_at"})


def _value(field: Field, at: dt.datetime, day: dt.datetime, dice: random.Random) -> Cell:
    match field.kind:
        case "date":
            return Cell(serial(day))
        case "clock":
            return Cell(serial(at) % 1)
        case "moment":
            return Cell(serial(at) % 1 if dice.random() < 0.3 and field.name != "raised_at" else serial(at))
        case "moment_or_date":
            return Cell(serial(day))
        case "due":
            return Cell("24小时内回复") if dice.random() < 0.5 else Cell(serial(day) + 3)
        case "choice" | "suggest" | "members":
            return Cell(_entry(field.choices, dice))
        case "whole":
            return Cell(float(dice.randrange(60)))
        case "masked":
            return Cell(MASKED[str(field.mask)])
        case "references":
            return Cell("CR001")
        case "transfers":
            return Cell("无")
        case _:
            return Cell(dice.choice(TEXTS))


def _entry(choices: ChoiceList | None, dice: random.Random) -> str:
    assert choices is not None
    return dice.choice(choices.entries).label.zh
