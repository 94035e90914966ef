"""Clocks as policy.toml writes them: [[block]] and [[block.clock]] tables to Blocks and Clocks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from csbook.lists import Bilingual
from csbook.policy.clocks import RAISED, Block, Clock, Counts
from csbook.policy.draft import Draft

CLOCK = (
    "name", "label", "forms", "counts", "start", "stop", "due", "value", "unit",
    "by", "limit", "limits", "ours", "open_only", "target",
)  # fmt: skip
NEEDS = {Counts.CALENDAR: ("stop",), Counts.BUSINESS: ("stop",), Counts.PROMISED: ("stop", "due"), Counts.VALUE: ("value", "unit")}
TYPES: dict[str, Any] = {"forms": list, "limits": Mapping, "label": Mapping, "ours": (bool, list), "open_only": bool} | dict.fromkeys(
    ("name", "counts", "start", "stop", "due", "value", "by"), str
)
NAME = re.compile(r"[a-z][a-z_]*")


def read_blocks(draft: Draft, tables: Any) -> tuple[Block, ...]:
    """Blocks in ascending order of their first day."""
    blocks = []
    for place, table in enumerate(draft.tables("block", tables), 1):
        where = f"block {place}"
        draft.keys(where, table, ("from", "clock"), ("from",))
        clocks = [_clock(draft, where, each) for each in draft.tables(f"{where}.clock", table.get("clock", []))]
        blocks.append(Block(draft.day(f"{where}.from", table.get("from", dt.date.min)), tuple(clock for clock in clocks if clock)))
    if [block.begins for block in blocks] != sorted({block.begins for block in blocks}):
        draft.report("block", "blocks_unordered")
    _one_population(draft, blocks)
    return tuple(blocks)


def _one_population(draft: Draft, blocks: Sequence[Block]) -> None:
    """A figure has one population: clocks of a name are counted by one stamp and never twice for a form."""
    counted: dict[str, str] = {}
    for place, block in enumerate(blocks, 1):
        seen: set[tuple[str, str]] = set()
        for clock in block.clocks:
            where = f"block {place}.clock {clock.name}"
            if counted.setdefault(clock.name, clock.counted_by) != clock.counted_by:
                draft.report(where, "two_populations", name=clock.name)
            for form in clock.forms:
                if (clock.name, form) in seen:
                    draft.report(where, "two_clocks", name=clock.name, form=form)
                seen.add((clock.name, form))


def _clock(draft: Draft, block: str, table: Mapping[str, Any]) -> Clock | None:
    where = f"{block}.clock {table.get('name', '?')}"
    if not draft.keys(where, table, CLOCK, ("name", "label", "forms", "counts")) or not _typed(draft, where, table):
        return None
    if table["counts"] not in set(Counts):
        draft.report(f"{where}.counts", "unknown_counts", value=table["counts"], known=", ".join(Counts))
        return None
    counts = Counts(table["counts"])
    if not NAME.fullmatch(table["name"]):
        draft.report(f"{where}.name", "no_name", value=table["name"])
    if not draft.keys(where, table, CLOCK, NEEDS[counts]):
        return None
    _limited(draft, where, table, counts)
    label, ours = table["label"], table.get("ours", False)
    plain: dict[str, Any] = {key: table[key] for key in ("stop", "due", "value", "by", "open_only") if key in table}
    plain |= {key: draft.duration(f"{where}.{key}", table[key]) for key in ("unit", "limit") if key in table}
    return Clock(
        name=table["name"],
        label=Bilingual(label.get("zh") or label.get("en", ""), label.get("en") or label.get("zh", "")),
        forms=tuple(table["forms"]),
        counts=counts,
        start=table.get("start", RAISED),
        limits={entry: draft.duration(f"{where}.limits.{entry}", value) for entry, value in table.get("limits", {}).items()},
        ours=ours if isinstance(ours, bool) else frozenset(ours),
        target=draft.share(f"{where}.target", table["target"]) if "target" in table else None,
        **plain,
    )


def _typed(draft: Draft, where: str, table: Mapping[str, Any]) -> bool:
    given = {key: table[key] for key in TYPES if key in table}
    wrong = [key for key, value in given.items() if not isinstance(value, TYPES[key]) or not _of_texts(key, value)]
    for key in wrong:
        draft.report(f"{where}.{key}", "wrong_type", value=table[key])
    return not wrong


def _of_texts(key: str, value: Any) -> bool:
    """Are lists of names and the words of a label texts?"""
    within = value if isinstance(value, list) else value.values() if key == "label" else ()
    return all(isinstance(each, str) for each in within)


def _limited(draft: Draft, where: str, table: Mapping[str, Any], counts: Counts) -> None:
    """A limit where one is needed, none where none is, and `limits` exactly where `by` says by what."""
    limited = counts is not Counts.PROMISED
    if limited != bool(table.keys() & {"limit", "limits"}):
        draft.report(where, "no_limit" if limited else "useless_limit")
    if ("by" in table) != ("limits" in table):
        draft.report(where, "by_without_limits")
