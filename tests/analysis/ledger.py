"""Made-up ledgers for the analysis tests: records of five forms over some weeks, and the figures of csbook.metrics for them."""

from __future__ import annotations

import datetime as dt
import functools
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from csbook import metrics, policy
from csbook.forms import Definitions, Form, load
from csbook.metrics.tables import Tables

ROOT = Path(__file__).parents[2]
AS_OF = dt.datetime(2023, 10, 31, 18, 0)
START, END = dt.date(2023, 10, 1), dt.date(2023, 10, 31)
# texts that a careless writer turns into formulas and links
LIVE = ('=HYPERLINK("http://x","点我")', "+86 区号打不通", "-1 元优惠没有到账", "@客服 没有人回", "https://例子.cn 打不开", "0012")
TEXTS = ("询问如何开通企业会员的批量折扣功能", "想查询订单的物流状态，昨天下单至今未更新", "登录时提示验证码错误，试了三次都不行", *LIVE)
STEPS = {"accepted_at": 3, "first_response_at": 4, "started_at": 6, "resolved_at": 60, "closed_at": 30}
CHOSEN = ("category", "channel", "priority", "department", "emotion", "complex")
HOURS = (8, 9, 9, 10, 10, 11, 13, 14, 15, 16, 20)


@functools.cache
def definitions() -> Definitions:
    return load([ROOT / "templates"], [ROOT / "validations"])


@functools.cache
def figures(count: int = 400, *, agents: int = 6, categories: int = 0, start: dt.date = START) -> Tables:
    """The figures of October 2023, or from `start` on, for a ledger of `count` records; `categories` > 0 makes that many unknown ones."""
    dice = random.Random(7)
    rows = [_record(dice, place, agents, categories) for place in range(count)]
    serials = Counter[tuple[str, str]]()
    for row in rows:  # the same number in several forms, as in a real ledger
        day = f"{row['raised_at']:%Y%m%d}"
        serials.update([(row["form"], day)])
        row["record_no"] = f"{day}{serials[row['form'], day]:03d}"
    records, history = pa.table({}), pa.table({})
    if rows:
        records = pa.Table.from_pandas(pd.DataFrame(rows), preserve_index=False)
        history = pa.table({"form": records["form"], "source_id": records["source_id"], "handed_in": records["first_handed_in"]})
    faults = [("response", "A00", "mask.contact_phone"), ("hotline", "A01", "required.category")][: count // 2]
    aside = pa.table({name: list(values) for name, values in zip(("form", "desk", "rule"), zip(*faults, strict=True), strict=False)})
    shipped = policy.load(ROOT / "validations" / "policy.toml")
    return metrics.figures(records, history, aside, shipped, definitions(), as_of=AS_OF, start=start, end=END)


def _record(dice: random.Random, place: int, agents: int, categories: int) -> dict[str, Any]:
    form = dice.choice(list(definitions().forms.values()))
    raised = dt.datetime(2023, 10, 31 - dice.randrange(31), dice.choice(HOURS), dice.randrange(60)) - dt.timedelta(
        days=31 * (dice.random() < 0.3)
    )
    agent = dice.randrange(agents)
    chosen = {name: _choice(dice, form, name) for name in CHOSEN}
    if categories:
        chosen["category"] = f"category_{dice.randrange(categories):02d}"
    return {
        "form": form.name,
        "source_id": f"A{agent:02d}-5KQ2M-{place:03d}",
        "raised_at": raised,
        "first_handed_in": raised + dt.timedelta(hours=dice.choice((2, 8, 30))),
        "desk": f"A{agent:02d}",
        "team": "一组" if agent % 2 else "二组",
        "agent": f"客服小{'李王张陈赵'[agent % 5]}{agent // 5 or ''}",
        "owner": "*主管王姐",
        "customer": f"CUST{dice.randrange(60)}",
        "description": TEXTS[place % len(TEXTS)],
        **chosen,
        "category_first": chosen["category"],
        "priority_first": chosen["priority"],
        "due_at": raised + dt.timedelta(hours=dice.choice((4, 24, 48))),
        "online_seconds": dice.randrange(60) if form.name == "feedback" else None,
        **_course(dice, form, raised, str(chosen["category"])),
    }


def _choice(dice: random.Random, form: Form, name: str) -> str | None:
    choices = form.by_name[name].choices if name in form.by_name else None
    return dice.choice(choices.keys) if choices else None


def _course(dice: random.Random, form: Form, raised: dt.datetime, category: str) -> dict[str, Any]:
    """Stamps in order and a rating, or nothing where the record is still open; complaints take longer."""
    pace, at = (4 if "complaint" in category else 1), raised
    stamps: dict[str, Any] = dict.fromkeys(STEPS)
    for step, minutes in STEPS.items():
        at += dt.timedelta(minutes=round(dice.expovariate(1 / (minutes * pace))))
        if step in form.by_name:
            stamps[step] = at
    if at >= AS_OF or dice.random() < 0.12:
        return {**dict.fromkeys(STEPS), "state": "open", "satisfaction": None}
    rating = _choice(dice, form, "satisfaction") if dice.random() < 0.7 else None
    return {**stamps, "resolved_at": stamps["resolved_at"] or at, "state": "resolved", "satisfaction": rating}
