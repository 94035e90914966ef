"""`csbook ledger status`: what the ledger holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from csbook.cli import roster
from csbook.cli.command import Option, Speaking, said
from csbook.cli.language import of_terminal
from csbook.cli.ledger.purge import ends
from csbook.cli.ledger.show import as_document
from csbook.cli.session import Session, current


@click.command("status", cls=Speaking)
@click.option("--json", "as_json", cls=Option, is_flag=True)
@current
def command(session: Session, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Say what the ledger holds."""
    with session.open_ledger() as ledger:
        state, last = ledger.status(), ledger.hand_ins()
        monday = session.now() + dt.timedelta(days=7 - session.now().weekday())
        due = ledger.due(ends(session, monday), session.policy.retention.hold)
        left = ledger.left_by_purge()
    state["purge_left"] = [str(path) for path in left]
    state["purge_due"] = sum(len(each.ids) for each in due.values())
    listed = session.workspace.roster(of_terminal())
    absent = roster.missing(listed, last, state["last_batch"]["at"].date()) if listed and state["last_batch"] else ()
    if as_json:
        click.echo(as_document(state | ({"missing": [each._asdict() for each in absent]} if listed else {})))
        return
    session.say(said("status.ledger", ledger=session.ledger_named))
    for name, counts in state["forms"].items():
        form = session.definitions.forms.get(name)
        session.say(said("status.form", title=form.title.in_(of_terminal()) if form else name, **counts))
    session.say(said("status.quarantine", open=state["quarantine_open"]))
    if listed and state["last_batch"]:
        session.say(roster.sentence(listed, absent))
    if state["purge_due"]:
        session.say(said("status.due", count=state["purge_due"]))
    if left:
        session.say(said("status.purge_left", count=len(left), folder=left[0].parent))
    if "last_backup" in state:
        session.say(said("status.encrypted" if state["encrypted"] else "status.plain"))
        session.say(_backed_up(state["last_backup"]))


def _backed_up(last: dict[str, Any] | None) -> str:
    if last is None:
        return said("status.no_backup")
    return said("status.backup" if last["sound"] else "status.backup_damaged", **last)
