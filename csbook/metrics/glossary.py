"""The glossary: labels of every key, and the definition of every figure (口径)."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from csbook import messages
from csbook.forms import Definitions
from csbook.metrics import quality
from csbook.metrics.clock_words import clock_text, limits_told
from csbook.metrics.clocks import VERDICTS
from csbook.metrics.contacts import SYNC
from csbook.metrics.coverage import REASONS
from csbook.metrics.durations import DURATIONS, STAGES
from csbook.metrics.lists import BANDS
from csbook.metrics.offers import GROUPED
from csbook.metrics.ratings import READINGS
from csbook.policy import Policy

LANGS = ("zh", "en")
# metric → (unit, by which day it counts); texts are metric.<name>.label and .definition
METRICS = {
    "n": ("count", "raised"),
    "withdrawn": ("count", "raised"),
    "resolved": ("count", "resolved"),
    "left": ("count", "left"),
    "net_flow": ("count", "left"),
    "backlog": ("count", "level"),
    "overdue": ("count", "raised"),
    "late": ("count", "raised"),
    **{name: ("minutes", each.basis) for each in DURATIONS for name in (each.name, each.business)},
    "stages": ("minutes", "resolved"),
    "attainment": ("share", "clock"),
    "satisfaction": ("score", "rated"),
    "response_rate": ("share", "rated"),
    "loop_rate": ("share", "resolved"),
    "satisfaction_speed": ("score", "rated"),
    "reopened": ("count", "resolved"),
    "one_touch": ("count", "resolved"),
    "contacts": ("count", "clock"),
    "escalations": ("share", "raised"),
    "mix": ("share", "raised"),
    "emotion": ("count", "any"),
    "ageing": ("count", "level"),
    "frequent": ("count", "raised"),
    "weekday_hour": ("count", "raised"),
    "hand_in": ("count", "raised"),
    "percentiles": ("minutes", "any"),
    "business_time": ("minutes", "any"),
    "coverage": ("count", "any"),
    "data_quality": ("count", "raised"),
    "as_of": ("any", "any"),
    "period": ("any", "any"),
    "order": ("any", "any"),
    "people": ("any", "any"),
    "history": ("any", "any"),
    "verdict": ("any", "clock"),
}
BUSINESS = {each.business: each.name for each in DURATIONS}
VOCABULARIES = {
    "state": ("open", "resolved", "withdrawn"),
    "verdict": VERDICTS,
    "stage": STAGES,
    "band": tuple(BANDS),
    "reason": REASONS,
    "counted_by": ("raised", "resolved", "rated", "left", "level", "clock", "any"),
    "kind": quality.KINDS,
    "reading": READINGS,
    "clock": (SYNC,),
    "metric": tuple(METRICS),
    "served": ("chinesecalendar", "week"),
}
COLUMNS = ["dimension", "form", "key", "zh", "en"]


def labels(definitions: Definitions, policy: Policy) -> pd.DataFrame:
    """(dimension, form or missing, key) → zh, en: list entries of each form, their groups, form titles, columns, clocks, our own words."""
    rows: dict[tuple[str, str | None, str], tuple[str, str]] = {}
    for row in (*_own_words(policy), *_groups(definitions), *_entries(definitions)):
        rows.setdefault(row[:3], row[3:])
    return pd.DataFrame([(*key, *texts) for key, texts in rows.items()], columns=COLUMNS).astype("str")


Row = tuple[str, str | None, str, str, str]


def _own_words(policy: Policy) -> Iterator[Row]:
    for dimension, keys in VOCABULARIES.items():
        for key in keys:
            zh, en = (_metric(lang, key, "label") if dimension == "metric" else messages.text(lang, f"{dimension}.{key}") for lang in LANGS)
            yield dimension, None, key, zh, en
    for name in policy.names():
        label = policy.latest(name).label
        yield "clock", None, name, label.zh, label.en


def _metric(lang: str, metric: str, part: str, **words: str) -> str:
    """The label or definition of a metric; business minutes speak of the calendar minutes beside them."""
    if metric in BUSINESS:
        return messages.text(
            lang, f"metric.business.{part}", **{each: _metric(lang, BUSINESS[metric], each) for each in ("label", "definition")}
        )
    return messages.text(lang, f"metric.{metric}.{part}", **words)


def _groups(definitions: Definitions) -> Iterator[Row]:
    for form in definitions.forms.values():
        for field in (form.by_name[name] for name in GROUPED if name in form.by_name):
            for entry in field.choices.entries if field.choices else ():
                group = definitions.vocabulary.groups.get(entry.group or "")
                if group and entry.group:
                    yield field.name, None, entry.group, group.zh, group.en


def _entries(definitions: Definitions) -> Iterator[Row]:
    for name, form in definitions.forms.items():
        yield "form", None, name, form.short.zh, form.short.en
        yield "form_title", None, name, form.title.zh, form.title.en
        for field in form.fields:
            yield "field", name, field.name, field.label.zh, field.label.en
            yield "field", None, field.name, field.label.zh, field.label.en
            for entry in field.choices.entries if field.choices else ():
                yield field.name, name, entry.key, entry.label.zh, entry.label.en
                yield field.name, None, entry.key, entry.label.zh, entry.label.en
            # of an entry that no form offers any more, a record's own form tells the label
            for entry in field.choices.retired if field.choices else ():
                yield field.name, name, entry.key, entry.label.zh, entry.label.en
        for stamp in form.derived:
            yield "field", name, stamp, form.label(stamp, "zh"), form.label(stamp, "en")


def label(table: pd.DataFrame, dimension: str, key: object, lang: str, form: str | None = None) -> str:
    """The label of a key in a `labels` table: the form's own, else the common one, else the key itself; "" for a missing key."""
    if not isinstance(key, str):
        return ""
    named = table[(table["dimension"] == dimension) & (table["key"] == key)]
    own = named[named["form"] == form] if form else named[:0]
    common = named[named["form"].isna()]
    for found in (own, common):
        if len(found):
            return str(found.iloc[0][lang])
    return key


def definitions_table(policy: Policy, definitions: Definitions, served: pd.DataFrame) -> pd.DataFrame:
    """metric, unit, counted_by, label_zh, label_en, definition_zh, definition_en: 口径, clocks included.

    `served`: what told working days, by year (csbook.policy.hours).
    """
    words = {lang: limits_told(policy, lang) for lang in LANGS}
    rows = [
        (metric, unit, basis, *(_metric(lang, metric, part, **words[lang]) for part in ("label", "definition") for lang in LANGS))
        for metric, (unit, basis) in METRICS.items()
    ]
    place = list(METRICS).index("business_time")
    rows[place] = (*rows[place][:5], *(f"{rows[place][5 + at]} {_served(served, lang)}" for at, lang in enumerate(LANGS)))
    for name in policy.names():
        clock = policy.latest(name)
        texts = [clock.label.zh, clock.label.en, *(clock_text(policy, name, definitions, lang) for lang in LANGS)]
        rows.append((name, "share", clock.counted_by.removesuffix("_at"), *texts))
    columns = ["metric", "unit", "counted_by", "label_zh", "label_en", "definition_zh", "definition_en"]
    return pd.DataFrame(rows, columns=columns).astype("str")


def _served(served: pd.DataFrame, lang: str) -> str:
    """Which calendar told the working days of which year."""
    years = (_year(row["year"], str(row["served"]), row["overrides"], lang) for row in served.to_dict("records"))
    return messages.text(lang, "hours.served", years=messages.text(lang, "metrics.comma").join(years))


def _year(year: int, served: str, overrides: int, lang: str) -> str:
    named = "hours.overridden" if overrides else "hours.plain"
    return messages.text(lang, named, year=year, source=messages.text(lang, f"served.{served}"), overrides=overrides)
