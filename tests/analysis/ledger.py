"""Made-up ledgers for the analysis tests: records of five forms over some weeks, and the figures of csbook.metrics for them."""

from __future__ import annotations

import datetime as dt
import functools
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from csbook import metrics, policy
from csbook.forms import Definitions, load

ROOT = Path(__file__).parents[2]
AS_OF = dt.datetime(2023, 10, 31, 18, 0)
TEXTS = (
    "询问如何开通企业会员的批量折扣功能", "想查询订单的物流状态，昨天下单至今未更新", "登录时提示验证码错误，试了三次都不行",
    "投诉上门师傅迟到两小时，没有提前告知", "=HYPERLINK(\"http://x\",\"点我\")", "+86 区号打不通", "-1 元优惠没有到账", "@客服 没有人回",
)  # fmt: skip
STEPS = ("accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at")


@functools.cache
def definitions() -> Definitions:
    return load([ROOT / "templates"], [ROOT / "validations"])


@functools.cache
def shipped() -> policy.Policy:
    return policy.load(ROOT / "validations" / "policy.toml")


def record(dice: random.Random, place: int, *, agents: int, categories: int, forms: tuple[str, ...]) -> dict[str, Any]:
    """One record; later ones are open more often."""
    form = definitions().forms[dice.choice(forms)]
    raised = AS_OF.replace(hour=0) - dt.timedelta(
        days=dice.randrange(45), hours=-dice.choice((8, 9, 9, 10, 10, 11, 13, 14, 15, 16, 20)), minutes=-dice.randrange(60)
    )
    agent = dice.randrange(agents)
    row: dict[str, Any] = {
        "form": form.name, "record_no": f"{raised:%Y%m%d}{place:03d}", "source_id": f"A{agent:02d}-5KQ2M-{place:03d}", "raised_at": raised,
        "first_handed_in": raised + dt.timedelta(hours=dice.choice((2, 8, 30))), "desk": f"A{agent:02d}", "team": "一组" if agent % 2 else "二组",
        "agent": f"客服小{'李王张陈赵'[agent % 5]}{agent // 5 or ''}", "owner": "*主管王姐", "customer": f"CUST{dice.randrange(60)}",
        "description": dice.choice(TEXTS), "state": "open",
    }  # fmt: skip
    for name in ("category", "channel", "priority", "department", "emotion", "complex"):
        choices = form.by_name[name].choices if name in form.by_name else None
        row[name] = dice.choice(choices.keys) if choices else None
    if categories:
        row["category"] = f"category_{dice.randrange(categories):02d}"
    row["category_first"], row["priority_first"] = row["category"], row["priority"]
    row["due_at"] = raised + dt.timedelta(hours=dice.choice((4, 24, 48)))
    row["online_seconds"] = dice.randrange(60) if form.name == "feedback" else None
    return row | _course(dice, form, raised, row["category"])


def _course(dice: random.Random, form: Any, raised: dt.datetime, category: str) -> dict[str, Any]:
    """Stamps in order, as far as the record got; complaints take longer."""
    if dice.random() < 0.12:
        return {}
    pace, at, row = (4 if "complaint" in str(category) else 1), raised, {}
    for step, minutes in zip(STEPS, (3, 4, 6, 60, 30), strict=True):
        at += dt.timedelta(minutes=round(dice.expovariate(1 / (minutes * pace))))
        if step in form.by_name:
            row[step] = at
    if at >= AS_OF:
        return {}
    levels = form.by_name["satisfaction"].choices if "satisfaction" in form.by_name else None
    rating = dice.choice(levels.keys) if levels and dice.random() < 0.7 else None
    return {**row, "resolved_at": row.get("resolved_at", at), "state": "resolved", "satisfaction": rating}


@functools.cache
def figures(
    count: int = 400, *, agents: int = 6, categories: int = 0, seed: int = 7, period: bool = True, forms: tuple[str, ...] = ()
) -> dict[str, pd.DataFrame]:
    """The figures of a made-up ledger of `count` records."""
    dice = random.Random(seed)
    known = forms or tuple(definitions().forms)
    rows = [record(dice, place, agents=agents, categories=categories, forms=known) for place in range(count)]
    frame = pd.DataFrame(rows, columns=list(record(dice, 0, agents=1, categories=0, forms=known)) if not rows else None)
    records = pa.Table.from_pandas(frame, preserve_index=False) if rows else pa.table({})
    history = (
        pa.table({"form": frame["form"], "source_id": frame["source_id"], "handed_in": frame["first_handed_in"]}) if rows else pa.table({})
    )
    aside = (
        pa.table({"form": ["response", "hotline"], "desk": ["A00", "A01"], "rule": ["mask.contact_phone", "required.category"]})
        if count > 1
        else pa.table({})
    )
    span = {"start": dt.date(2023, 10, 1), "end": dt.date(2023, 10, 31)} if period else {}
    return metrics.figures(records, history, aside, shipped(), definitions(), as_of=AS_OF, **span)
