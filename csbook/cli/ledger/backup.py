"""`csbook ledger backup`: a checked copy of the ledger."""

from __future__ import annotations

from pathlib import Path

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking, said
from csbook.cli.session import Session, current


@click.command("backup", cls=Speaking)
@click.option("--to", "folder", cls=Option, metavar="DIR", type=options.Place())
@current
def command(session: Session, folder: Path | None) -> None:
    """Copy the ledger and compare the copy with it."""
    with session.open_ledger() as ledger:
        path = ledger.back_up(session.now(), session.policy.backup, folder)
    session.say(said("backup.taken", path=path))
