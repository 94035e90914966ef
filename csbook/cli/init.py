"""`csbook init`: a team's own workspace, with definitions it may change."""

from __future__ import annotations

from pathlib import Path

import click

from csbook.cli import options
from csbook.cli.command import Speaking, reason, said
from csbook.cli.language import of_terminal
from csbook.cli.session import Session, current


@click.command("init", cls=Speaking)
@click.argument("folder", required=False, metavar="[DIR]", type=options.Place())
@current
def command(session: Session, folder: Path | None) -> None:
    """Copy templates/, validations/ and an example csbook.toml; what is there already is kept."""
    from csbook.issues import UnfinishedError
    from csbook.workbook.save import save
    from csbook.workspace import SETTINGS, find, shipped

    folder = folder or session.workspace_option or Path()
    try:
        (folder / "inbox").mkdir(parents=True, exist_ok=True)
        for name in ("templates", "validations"):
            (folder / name).mkdir(exist_ok=True)
            for source in sorted(shipped(name).glob("*.toml")):
                if not (folder / name / source.name).exists():
                    save(folder / name / source.name, source.read_bytes(), of_terminal())
        settings = folder / SETTINGS
        if not settings.exists():
            save(settings, said("init.settings").encode(), of_terminal())
    except OSError as error:
        raise UnfinishedError(said("init.not_written", folder=folder, reason=reason(error))) from error
    session.say(said("init.done", folder=folder.resolve()))
    home = find(folder, of_terminal())
    if "://" not in home.ledger and home.key_file is None:
        session.say(said("status.plain"))
