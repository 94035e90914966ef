"""`csbook ledger restore`: a backup in the ledger's place."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from csbook.cli import options
from csbook.cli.command import Speaking, said
from csbook.cli.language import of_terminal
from csbook.cli.session import Session, current


@click.command("restore", cls=Speaking)
@click.argument("backup", metavar="FILE", type=options.Place())
@current
def command(session: Session, backup: Path) -> None:
    """Check a backup and put it in the ledger's place; what stood there is kept aside."""
    from csbook.issues import UsageError
    from csbook.ledger import restore_ledger

    if not backup.is_file():
        raise UsageError(said("restore.missing", backup=backup))
    kept = restore_ledger(session.ledger, backup, now=session.now(), user=getpass.getuser(), lang=of_terminal(), key=session.key)
    session.say(said("restore.done", backup=backup, ledger=session.ledger_named))
    if kept:
        session.say(said("restore.kept", path=kept))
