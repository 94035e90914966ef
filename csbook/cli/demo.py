"""`csbook demo`: the whole job in one command, on the sample workbooks."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from csbook.cli import options
from csbook.cli.command import Speaking, reason, said
from csbook.cli.session import Session, current
from csbook.issues import UnfinishedError, UsageError


@click.command("demo", cls=Speaking)
@click.argument("folder", required=False, metavar="[DIR]", type=options.Place(), default=Path("demo"))
@current
def command(session: Session, folder: Path) -> None:
    """Write the templates, ingest the samples, write the analysis; print each command."""
    from csbook.workspace import shipped

    samples = shipped("sample_data")
    if not samples.is_dir():
        raise UsageError(said("demo.no_samples"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnfinishedError(said("demo.not_written", folder=folder, reason=reason(error))) from error
    ledger, report = folder / "ledger.sqlite", folder / "analysis.xlsx"
    _run(session, ["template", "--all", "-o", str(folder / "templates")])
    _run(session, ["--ledger", str(ledger), "ingest", str(samples)])
    _run(session, ["--ledger", str(ledger), "analyze", "-o", str(report)])
    session.say(said("demo.done", templates=folder / "templates", ledger=ledger, analysis=report))


def _run(session: Session, args: list[str]) -> None:
    """One csbook command, shown and run. Findings (exit 1) are what the samples are planted with; anything worse stops the demo."""
    from csbook.cli import run
    from csbook.cli.language import of_terminal

    shown = shlex.join(["csbook", *args])
    session.say(f"\n$ {shown}")
    if run(["--lang", of_terminal(), *(["--quiet"] if session.quiet else []), *args]) > 1:
        raise UnfinishedError(said("demo.stopped", command=shown))
