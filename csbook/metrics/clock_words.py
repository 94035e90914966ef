"""Clock words: what each clock measures, in words, the limits outside the clocks, and the policy as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from csbook import messages
from csbook.forms import Definitions
from csbook.policy import Clock, Counts, Policy


def limits_told(policy: Policy, lang: str) -> dict[str, str]:
    """What definitions tell of limits outside the clocks."""
    watched = policy.watched
    limit = _hours(watched.sync_every, lang)
    every = messages.text(lang, "metric.contacts.sync", limit=limit) if watched.sync.by else messages.text(lang, "metric.contacts.no_sync")
    return {"sync": every, "late": _hours(policy.late_after, lang)}


def _hours(span: dt.timedelta, lang: str) -> str:
    return messages.text(lang, "metrics.hours", n=f"{span.total_seconds() / 3600:g}")


def clock_text(policy: Policy, name: str, definitions: Definitions, lang: str) -> str:
    """What the clock measures, on which forms, with the limits now in force."""
    parts = [_reading_text(clock, definitions, lang) for clock in policy.blocks[-1].clocks if clock.name == name]
    parts += [messages.text(lang, "clock.ours")] * (policy.latest(name).ours is not False)
    return " ".join(dict.fromkeys(parts))


def _reading_text(clock: Clock, definitions: Definitions, lang: str) -> str:
    def named(field: str | None) -> str:
        forms = [definitions.forms[form] for form in clock.forms if form in definitions.forms]
        told = [form for form in forms if field and field in {*form.by_name, *form.derived, *form.promises.values()}]
        found = [form.label(str(field), lang) for form in told]
        return found[0] if found else str(field)

    titles = [definitions.forms[form].title.in_(lang) if form in definitions.forms else form for form in clock.forms]
    words = {
        "forms": messages.text(lang, "metrics.comma").join(titles),
        "start": named(clock.start),
        "stop": named(clock.stop),
        "value": named(clock.value),
        "due": named(clock.due),
        "limits": messages.text(lang, "metrics.comma").join(_limits(clock, definitions, lang)),
    }
    return messages.text(lang, f"clock.{clock.counts}.{'open' if clock.open_only else 'definition'}", **words)


def _limits(clock: Clock, definitions: Definitions, lang: str) -> Iterator[str]:
    for entry, limit, _ in clock.levels():
        if limit is None:
            continue
        span = messages.text(lang, "metrics.seconds" if limit.total_seconds() < 60 else "metrics.minutes", n=_amount(limit.total_seconds()))
        yield span if entry is None else f"{_entry_label(clock, entry, definitions, lang)} {span}"


def _amount(seconds: float) -> str:
    return f"{seconds if seconds < 60 else seconds / 60:g}"


def _entry_label(clock: Clock, entry: str, definitions: Definitions, lang: str) -> str:
    for form in clock.forms:
        field = definitions.forms[form].by_name.get(clock.by or "") if form in definitions.forms else None
        if field and field.choices and entry in field.choices.keys:
            label = field.choices.label(entry, lang)
            # beside a limit for all others an entry is an exception, which says nothing without its question: yes
            apart = clock.limit is not None
            return messages.text(lang, "clock.answer", field=field.label.in_(lang), entry=label) if apart else label
    return entry


def policy_table(policy: Policy) -> pd.DataFrame:
    """One row a block, clock, form and limit."""
    rows = [
        (
            pd.Timestamp(block.begins),
            clock.name,
            form,
            clock.by,
            entry,
            _minutes(limit),
            ours,
            clock.target,
            clock.counts,
            *_ends(clock),
            _minutes(policy.due_soon.least),
        )
        for block in policy.blocks
        for clock in block.clocks
        for form in clock.forms
        for entry, limit, ours in clock.levels()
    ]
    columns = [
        "block_from",
        "clock",
        "form",
        "by",
        "level",
        "limit_minutes",
        "ours",
        "target",
        "counts",
        "start",
        "stop",
        "due_soon_minutes",
    ]
    texts = dict.fromkeys(("clock", "form", "by", "level", "counts", "start", "stop"), "str")
    numbers = dict.fromkeys(("limit_minutes", "target", "due_soon_minutes"), "float64")
    return pd.DataFrame(rows, columns=columns).astype({**texts, **numbers, "block_from": "datetime64[us]", "ours": "bool"})


def _ends(clock: Clock) -> tuple[str | None, str | None]:
    return (None, clock.value) if clock.counts is Counts.VALUE else (clock.start, clock.stop)


def _minutes(span: object) -> float:
    return span.total_seconds() / 60 if hasattr(span, "total_seconds") else float("nan")
