"""`csbook ledger find`: records by number, source id, customer or order number."""

from __future__ import annotations

import click

from csbook.cli.command import Option, Speaking, said
from csbook.cli.ledger import show
from csbook.cli.session import Session, current

MOST = 200


@click.command("find", cls=Speaking)
@click.argument("text", metavar="TEXT")
@click.option("--json", "as_json", cls=Option, is_flag=True)
@current
def command(session: Session, text: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """List the records that a text names: state, owner, due."""
    from csbook.issues import UsageError

    text = text.strip()
    if not text:
        raise UsageError(said("find.blank"))
    with session.open_ledger() as ledger:
        found = ledger.find(text, MOST + 1)
    shown, more = found[:MOST], len(found) > MOST
    if as_json:
        click.echo(show.as_document({"records": shown, "more": more}))
        return
    for record in shown:
        form = session.definitions.forms.get(record["form"])
        words = {
            "title": show.title(form, record["form"]),
            "number": record["record_no"],
            "state": show.state(record["state"]),
            "customer": record["customer"] or record["contact_name"] or show.BLANK,
            "owner": record["owner"] or record["agent"] or show.BLANK,
            "due": record["due_at"] or show.BLANK,
        }
        session.say(said("find.line", **words))
    session.say(said("find.more", most=MOST) if more else said("find.count", count=len(shown), text=text))
