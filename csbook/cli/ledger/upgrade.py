"""`csbook ledger upgrade`: a ledger of an older csbook, brought up to this one."""

from __future__ import annotations

import getpass

import click

from csbook.cli.command import Speaking, said
from csbook.cli.language import of_terminal
from csbook.cli.session import Session, current


@click.command("upgrade", cls=Speaking)
@current
def command(session: Session) -> None:
    """Back the ledger up, then migrate it in one transaction."""
    from csbook.ledger.keeping.upgrade import upgrade_ledger

    done = upgrade_ledger(session.ledger, now=session.now(), user=getpass.getuser(), lang=of_terminal(), key=session.key)
    if done.before == done.after:
        session.say(said("upgrade.nothing", ledger=session.ledger_named, version=done.after))
        return
    session.say(said("upgrade.done", ledger=session.ledger_named, before=done.before, after=done.after))
    if done.backup:
        session.say(said("backup.taken", path=done.backup))
