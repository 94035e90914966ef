"""Definitions: what was counted, what every figure means, the policy behind the verdicts, and the calendar that served."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from csbook.analysis.block import Column, Sheet, Table
from csbook.analysis.report import Report
from csbook.analysis.words import DASH

# the second column of every table here holds texts
MEANING = 56
HOURS = ("year", "served", "overrides", "days", "minutes")
POLICY = ("clock", "form", "level", "limit_minutes", "ours", "target", "counts", "start", "stop", "due_soon_minutes", "block_from")


def sheet(report: Report) -> Sheet:
    """The figures' passport."""
    return Sheet(
        name="definitions",
        blocks=(
            scope(report),
            report.table("hours", HOURS),
            report.table("policy", POLICY),
            _meanings(report),
        ),
    )


def scope(report: Report) -> Table:
    """As of when, over which period, which records."""
    words, row = report.words, report.scope
    facts = {
        "as_of": words.stamp(row["as_of"]),
        "period": words.text("scope.range", start=words.day(row["start"]), end=words.day(row["end"])),
        "before": _before(report),
        "zone": str(row["zone"]),
        "forms": words.join([_form(report, form) for form in str(row["forms"]).split(",") if form]) or DASH,
        "filters": words.join(report.chosen()) or words.text("scope.no_filter"),
        "records": words.count(row["records"]),
        "considered": words.count(row["considered"]),
        "after_as_of": words.count(row["after_as_of"]),
        "policy": str(row["policy_hash"]),
        "history": words.text("scope.history_note"),
    }
    if words.few:
        facts["rounded"] = words.text("scope.rounded_note", few=words.few)
    frame = pd.DataFrame({"fact": [words.text(f"scope.{each}") for each in facts], "value": list(facts.values())}, dtype="str")
    columns = tuple(
        Column(name=name, header=words.text(f"column.scope.{name}"), kind="text", width=24 if name == "fact" else MEANING)
        for name in frame.columns
    )
    return Table(name="scope", title=words.text("table.scope"), columns=columns, frame=frame)


def _before(report: Report) -> str:
    words, row = report.words, report.scope
    if pd.isna(row["before_start"]):
        return words.text("scope.no_before")
    return words.text("scope.range", start=words.day(row["before_start"]), end=words.day(row["before_end"]))


def _form(report: Report, form: str) -> str:
    short, title = (report.words.label(each, form) for each in ("form", "form_title"))
    return report.words.text("scope.form", form=title, short=short, version=report.versions.get(form, DASH))


def _meanings(report: Report) -> Table:
    """Label, unit, basis and definition as csbook.metrics words them."""
    words = report.words
    source = report.figures["definitions"]
    table = report.table("definitions", ("metric", "unit", "counted_by"))
    frame = table.frame.assign(metric=source[f"label_{words.lang}"], definition=source[f"definition_{words.lang}"])
    column = Column(name="definition", header=words.text("column.definition"), kind="text", width=MEANING)
    metric, *basis = (replace(each, widest=18) for each in table.columns)
    return Table(name=table.name, title=table.title, columns=(metric, column, *basis), frame=frame)
