"""`csbook ledger history`: who changed a record, when, from which row of which file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from csbook.cli.command import Option, Speaking, said
from csbook.cli.ledger import show
from csbook.cli.session import Session, current
from csbook.issues import UsageError

if TYPE_CHECKING:
    from csbook.forms import Form


@click.command("history", cls=Speaking)
@click.argument("which", nargs=-1, required=True, metavar="FORM NUMBER | SOURCE-ID")
@click.option("--json", "as_json", cls=Option, is_flag=True)
@current
def command(session: Session, which: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Print every revision of a record."""
    if len(which) > 2:
        raise UsageError(said("history.what"))
    key, form = which[-1], which[0] if len(which) == 2 else None
    with session.open_ledger() as ledger:
        found = ledger.history(key, form)
    if not found:
        raise UsageError(said("history.none", key=" ".join(which)))
    if as_json:
        click.echo(show.as_document({"records": found}))
        return
    for record in found:
        for line in _lines(session.definitions.forms.get(record["form"]), record):
            session.say(line)


def _lines(form: Form | None, record: dict[str, Any]) -> Iterator[str]:
    words = {**record, "title": show.title(form, record["form"]), "source_id": record["source_id"] or show.BLANK}
    yield said("history.record", **{**words, "number": record["record_no"], "state": show.state(record["state"])})
    for revision in record["revisions"]:
        yield said("history.revision", **{**revision, "state": show.state(revision["state"])})
        for name in show.told(form, revision["changes"]):
            old, new = revision["changes"][name]
            cell = revision["cells"].get(name)
            place = said("history.cell", cell=cell) if cell else ""
            words = {"place": place, "old": show.value(form, name, old), "new": show.value(form, name, new)}
            yield said("history.first" if revision["seq"] == 1 else "history.change", label=show.label(form, name), **words)
