"""`csbook analyze`: the ledger as an analysis workbook, or as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csbook.cli.command import Option, Speaking, said
from csbook.cli.language import of_terminal, of_workbooks
from csbook.cli.session import Session, current
from csbook.cli.template import unknown_form
from csbook.issues import UsageError

if TYPE_CHECKING:
    import pandas as pd

ROLES = "internal", "manager", "external"
PERIODS = ("today", "yesterday", "this-week", "last-week", "this-month", "last-month")


@click.command("analyze", cls=Speaking)
@click.option("--output", "-o", cls=Option, metavar="FILE", type=click.Path(path_type=Path))
@click.option("--form", "forms", cls=Option, multiple=True, metavar="FORM")
@click.option("--from", "start", cls=Option, metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--to", "end", cls=Option, metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--period", cls=Option, type=click.Choice(PERIODS))
@click.option("--as-of", cls=Option, metavar="'YYYY-MM-DD [HH:MM]'", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]))
@click.option("--agent", cls=Option, metavar="AGENT")
@click.option("--desk", cls=Option, metavar="DESK")
@click.option("--team", cls=Option, metavar="TEAM")
@click.option("--role", cls=Option, type=click.Choice(ROLES), default="manager", show_default=True)
@click.option("--measures", cls=Option, metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", cls=Option, is_flag=True)
@current
def command(
    session: Session,
    output: Path | None,
    forms: tuple[str, ...],
    start: dt.datetime | None,
    end: dt.datetime | None,
    period: str | None,
    as_of: dt.datetime | None,
    agent: str | None,
    desk: str | None,
    team: str | None,
    role: str,
    measures: Path | None,
    as_json: bool,  # noqa: FBT001 - click passes flags by name
) -> None:
    """Compute every figure as of one moment and write the workbook."""
    from csbook import analysis, metrics

    if output is None and not as_json:
        raise UsageError(said("analyze.no_output"))
    for name in forms:
        if name not in session.definitions.forms:
            raise UsageError(unknown_form(name, list(session.definitions.forms)))
    moment = as_of or session.now()
    wording = metrics.load_wording(session.workspace.file("validations", "frequent.toml"))
    first, last = span(start, end, period, moment)
    with session.open_ledger() as ledger:
        view = session.view(role, ledger)
        held = ledger.records(), ledger.revisions(), ledger.quarantine()

    def over(first: dt.date | None, last: dt.date | None) -> Mapping[str, pd.DataFrame]:
        computed = metrics.figures(
            *held, session.policy, session.definitions,
            as_of=moment, start=first, end=last, forms=forms, agent=agent, desk=desk, team=team, wording=wording,
        )  # fmt: skip
        return view.figures(computed)

    figures = over(first, last)
    if measures is not None:
        figures = {**figures, **analysis.followed(figures, measures, over, of_terminal())}
    written = None
    if output is not None:
        written = analysis.write(figures, output, definitions=session.definitions, lang=of_workbooks())
    if as_json:
        tables = {name: json.loads(table.to_json(orient="records", date_format="iso")) for name, table in figures.items()}
        click.echo(json.dumps({"as_of": moment.isoformat(), "tables": tables}, ensure_ascii=False, indent=2))
        return
    for line in analysis.daily(figures, of_terminal()):
        session.say(line)
    if written != output:
        session.say(said("analyze.beside", path=output))
    session.say(said("analyze.written", path=written))


def span(
    start: dt.datetime | None, end: dt.datetime | None, period: str | None, as_of: dt.datetime
) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of the figures, both included; None where nothing bounds them."""
    if period is None:
        if start and end and start > end:
            raise UsageError(said("analyze.backwards", start=start.date(), end=end.date()))
        return (start.date() if start else None), (end.date() if end else None)
    if start or end:
        raise UsageError(said("analyze.two_periods"))
    return named_period(period, as_of.date())


def named_period(name: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The days of `today`, `last-week` and their kin; weeks are ISO weeks, a running period ends today."""
    day = dt.timedelta(days=1)
    monday, first = today - today.weekday() * day, today.replace(day=1)
    before = first - day
    spans: dict[str, tuple[dt.date, dt.date]] = {
        "today": (today, today),
        "yesterday": (today - day, today - day),
        "this-week": (monday, today),
        "last-week": (monday - 7 * day, monday - day),
        "this-month": (first, today),
        "last-month": (before.replace(day=1), before),
    }
    return spans[name]


__all__ = ["command", "named_period", "span"]
