"""`csbook analyze`: the ledger as an analysis workbook, or as JSON."""

from __future__ import annotations

import datetime as dt
import functools
import getpass
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from csbook.cli import options, source
from csbook.cli.command import Option, Speaking, said
from csbook.cli.language import of_terminal, of_workbooks
from csbook.cli.period import bounds, span
from csbook.cli.session import Session, current
from csbook.cli.template import unknown_form
from csbook.cli.typed import redacted
from csbook.issues import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from csbook.ledger import Ledger
    from csbook.ledger.export.whole import Whole
    from csbook.privacy import Profile
    from csbook.privacy.roles import View

# as many as pandas writes
DIGITS = 15


@click.command("analyze", cls=Speaking)
@click.option("--output", "-o", cls=Option, metavar="FILE", type=options.Place())
@click.option("--form", "forms", cls=Option, multiple=True, metavar="FORM", type=options.FormName())
@bounds
@options.as_of()
@click.option("--agent", cls=Option, metavar="AGENT", type=options.Name())
@click.option("--desk", cls=Option, metavar="DESK", type=options.Name())
@click.option("--team", cls=Option, metavar="TEAM", type=options.Name())
@options.role()
@click.option("--measures", cls=Option, metavar="FILE", type=options.Place())
@click.option("--accept-policy", cls=Option, is_flag=True)
@options.password_file()
@click.option("--engine", cls=Option, metavar="URL")
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
    accept_policy: bool,  # noqa: FBT001 - click passes flags by name
    password_file: Path | None,
    engine: str | None,
    as_json: bool,  # noqa: FBT001 - click passes flags by name
) -> None:
    """Compute every figure as of one moment and write the workbook."""
    from csbook import analysis, metrics

    _named(output, as_json=as_json)
    for name in forms:
        if name not in session.definitions.forms:
            raise UsageError(unknown_form(name, list(session.definitions.forms)))
    moment, password = as_of or session.now(), session.password(password_file)
    wording = metrics.load_wording(session.workspace.file("validations", "frequent.toml"))
    first, last = span(start, end, period, moment)
    written = None
    with source.opened(session, engine) as ledger, ledger.computing() as place:
        view = session.view(role, ledger)
        read = functools.partial(source.lying, session, ledger, place, engine)
        kept = None if measures is None else read()  # else the figures alone know the records, and let them go when they are computed
        quarantine = ledger.quarantine()
        _warn_of_edits(session, ledger, accept=accept_policy)
        hand_ins = metrics.HandIns(session.workspace.roster(of_terminal()), ledger.hand_ins())

        def over(first: dt.date | None, last: dt.date | None) -> Mapping[str, pd.DataFrame]:
            computed = metrics.figures(
                *(kept or read()), quarantine, session.policy, session.definitions,
                as_of=moment, start=first, end=last, forms=forms, agent=agent, desk=desk, team=team, wording=wording,
                hand_ins=hand_ins, listed=None if as_json else analysis.SHOWN,
            )  # fmt: skip
            return view.figures(computed)

        figures = over(first, last)
        _warn_of_nobody(figures["scope"].iloc[0], [each for each in (agent, desk, team) if each])
        if measures is not None:
            typed = analysis.followed(figures, measures, over, of_terminal(), password)
            figures = {**figures, **{name: _private(table, session.privacy, view) for name, table in typed.items()}}
        if output is not None:
            written = analysis.write(figures, output, definitions=session.definitions, lang=of_workbooks(), password=password)
        if as_json:
            tables = {name: _rows(table) for name, table in figures.items()}
            click.echo(json.dumps({"as_of": moment.isoformat(), "tables": tables}, ensure_ascii=False, indent=2))
            return
    for line in analysis.daily(figures, of_terminal()):
        session.say(line)
    if written != output:
        session.say(said("analyze.beside", path=output))
    session.say(said("analyze.written", path=written))


def _named(output: Path | None, *, as_json: bool) -> None:
    """Raises UsageError where it is not said what to write, or under a name by which no program opens it."""
    if output is None and not as_json:
        raise UsageError(said("analyze.no_output"))
    if output is not None and output.suffix.lower() != ".xlsx":
        raise UsageError(said("analyze.not_xlsx", path=output))


def _warn_of_edits(session: Session, ledger: Ledger | Whole, *, accept: bool) -> None:
    """A block of the policy that has begun is not edited: verdicts on old records would change. A mistake put right is accepted."""
    from csbook.ledger.audit.blocks import edited
    from csbook.ledger.export.whole import Whole

    now = session.now()
    begun = session.policy.begun(now.date())
    found = edited(ledger.blocks_seen(), begun)
    accept = accept and not isinstance(ledger, Whole)  # an exported ledger is only read
    for begins, known in found.items():
        words = {"begins": begins, "known": f"{known:%Y-%m-%d %H:%M}"}
        click.echo(said("analyze.block_accepted" if accept else "analyze.block_edited", **words), err=True)
    if accept and found and not isinstance(ledger, Whole):
        ledger.accept_blocks(begun, now, getpass.getuser())


def _warn_of_nobody(scope: pd.Series, asked: list[str]) -> None:
    """A name misspelled is said, not shown as a day without work; where counts are rounded down, no records may be a few."""
    if asked and not scope["records"] and "rounded_to" not in scope:
        click.echo(said("analyze.nobody", chosen=redacted(", ".join(asked), asked)), err=True)


def _private(table: pd.DataFrame, profile: Profile, view: View) -> pd.DataFrame:
    """A table of measures as a role sees what people typed there, which nobody has looked at yet; what it hides is missing."""
    from csbook.analysis.measures import WORDS
    from csbook.privacy.redaction import redact_text

    clean = table.assign(**{name: table[name].map(lambda text: redact_text(text, profile.default, profile)[0]) for name in WORDS})
    return view.frame(clean.astype(dict.fromkeys(WORDS, "str"))).reindex(columns=table.columns)


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as JSON holds them."""
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records", date_format="iso", double_precision=DIGITS))
    return rows
