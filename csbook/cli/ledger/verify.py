"""`csbook ledger verify`: is the ledger what csbook wrote?"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from csbook.cli.command import Option, Speaking, said
from csbook.cli.ledger import show
from csbook.cli.session import Session, current

if TYPE_CHECKING:
    from csbook.ledger.audit.verify import Flaw

MOST = 100


@click.command("verify", cls=Speaking)
@click.option("--json", "as_json", cls=Option, is_flag=True)
@current
def command(session: Session, as_json: bool) -> int:  # noqa: FBT001 - click passes flags by name
    """Check pages, audit chain and every row; exit 1 where something is not as it was written."""
    with session.open_ledger() as ledger:
        flaws = ledger.verify()
    if as_json:
        click.echo(show.as_document({"sound": not flaws, "flaws": [dataclasses.asdict(flaw) for flaw in flaws]}))
        return int(bool(flaws))
    for flaw in flaws[:MOST]:
        click.echo(sentence(flaw))
    if flaws:
        click.echo(said("verify.flawed", count=len(flaws), ledger=session.ledger_named))
        return 1
    session.say(said("verify.sound", ledger=session.ledger_named))
    return 0


def sentence(flaw: Flaw) -> str:
    """What is wrong, with batch and record."""
    words = {"batch": flaw.batch or show.BLANK, "record": flaw.record or show.BLANK, "key": flaw.key, "detail": flaw.detail}
    table = said(f"verify.table.{flaw.table}", **words) if flaw.table else ""
    return said(f"verify.{flaw.what}", where=table, **words)
