"""`csbook forms`: which forms there are."""

from __future__ import annotations

import json

import click

from csbook.cli.command import Option, Speaking, said
from csbook.cli.language import of_terminal
from csbook.cli.session import Session, current


@click.command("forms", cls=Speaking)
@click.option("--json", "as_json", cls=Option, is_flag=True)
@current
def command(session: Session, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """List the forms with title, version and number of columns."""
    session.writable(session.definitions.forms.values())
    listed = [
        {"name": form.name, "title": form.title.in_(of_terminal()), "version": form.version, "columns": len(form.fields)}
        for form in session.definitions.forms.values()
    ]
    if as_json:
        click.echo(json.dumps({"forms": listed}, ensure_ascii=False, indent=2))
        return
    for form in listed:
        click.echo(said("forms.line", **form))
