"""`csbook map`: drafts a map for a foreign workbook."""

from __future__ import annotations

from pathlib import Path

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking, said
from csbook.cli.language import of_terminal
from csbook.cli.session import Session, current
from csbook.cli.template import unknown_form
from csbook.issues import UsageError


@click.command("map", cls=Speaking)
@click.argument("file", metavar="FILE", type=options.Place())
@click.option("--form", cls=Option, required=True, metavar="FORM", type=options.FormName())
@click.option("-o", "--output", cls=Option, metavar="MAP.toml", type=options.Place())
@options.password_file()
@current
def command(session: Session, file: Path, form: str, output: Path | None, password_file: Path | None) -> int:
    """Propose which heading of a foreign table is which column of a form."""
    from csbook.intake.foreign import proposal
    from csbook.workbook.save import save

    forms = session.definitions.forms
    if form not in forms:
        raise UsageError(unknown_form(form, list(forms)))
    if output is not None and output.exists():
        raise UsageError(said("map.exists", path=output))
    password = session.password(password_file)
    text = proposal.proposed(file, session.definitions, form, of_terminal(), session.privacy, password)
    if output is None:
        click.echo(text, nl=False)
        return 0
    save(output, text.encode(), of_terminal())
    session.say(said("map.written", path=output))
    return 0
