"""`csbook ledger`: looks after the ledger itself."""

from __future__ import annotations

import json

import click

from csbook.cli.command import Option, Speaking, SpeakingGroup, said
from csbook.cli.language import of_terminal
from csbook.cli.session import Session, current


@click.group("ledger", cls=SpeakingGroup)
def command() -> None:
    """The group of ledger commands."""


@command.command("status", cls=Speaking)
@click.option("--json", "as_json", cls=Option, is_flag=True)
@current
def status(session: Session, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Say what the ledger holds."""
    from csbook.ledger import open_ledger

    with open_ledger(session.ledger, create=False) as ledger:
        state = ledger.status()
    if as_json:
        click.echo(json.dumps(state, ensure_ascii=False, indent=2, default=str))
        return
    session.say(said("status.ledger", ledger=session.ledger))
    for name, counts in state["forms"].items():
        form = session.definitions.forms.get(name)
        session.say(said("status.form", title=form.title.in_(of_terminal()) if form else name, **counts))
    session.say(said("status.quarantine", open=state["quarantine_open"]))
