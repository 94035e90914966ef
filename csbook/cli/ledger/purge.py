"""`csbook ledger purge`: closed records past their time leave the ledger; counted first, cleared with --yes."""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking, said
from csbook.cli.language import of_workbooks
from csbook.cli.ledger import show
from csbook.cli.session import Session, current
from csbook.cli.template import unknown_form
from csbook.issues import UsageError

if TYPE_CHECKING:
    from csbook.ledger.export import Plan
    from csbook.ledger.keeping.due import Due
    from csbook.passwords import Password


@click.command("purge", cls=Speaking)
@click.option("--form", "forms", cls=Option, multiple=True, metavar="FORM", type=options.FormName())
@click.option("--older-than", cls=Option, metavar="AGE")
@click.option("--archive", cls=Option, metavar="FILE.xlsx", type=options.Place())
@options.password_file()
@click.option("--yes", cls=Option, is_flag=True)
@current
def command(
    session: Session,
    forms: tuple[str, ...],
    older_than: str | None,
    archive: Path | None,
    password_file: Path | None,
    yes: bool,  # noqa: FBT001 - click passes flags by name
) -> None:
    """Say what is due; with --yes clear it."""
    before = ends(session, session.now(), older_than)
    for name in forms:
        if name not in session.definitions.forms:
            raise UsageError(unknown_form(name, list(session.definitions.forms)))
    before = {name: moment for name, moment in before.items() if not forms or name in forms}
    hold, plan = session.policy.retention.hold, _archive(session, archive, session.password(password_file))
    with session.open_ledger() as ledger:
        if not yes:
            found = ledger.due(before, hold)
            _tell(session, found)
            session.say(said("purge.dry" if any(each.ids for each in found.values()) else "purge.nothing"))
            return
        purged = ledger.purge(before, hold, session.now(), getpass.getuser(), plan)
    _tell(session, purged.due)
    for path, count in purged.archived.items():
        session.say(said("purge.archived", path=path, count=count))
    if purged.backup is not None:
        session.say(said("purge.backups", count=len(purged.backups), path=purged.backup))
    count = sum(len(each.ids) for each in purged.due.values())
    session.say(said("purge.done", count=count) if count else said("purge.nothing"))


def ends(session: Session, now: dt.datetime, older_than: str | None = None) -> dict[str, dt.datetime]:
    """Form → the moment before which its closed records are due; without those that are kept for ever."""
    from csbook.policy.retention import Age

    asked = None if older_than is None else Age.read(older_than)
    if older_than is not None and asked is None:
        raise UsageError(said("purge.no_age", value=older_than))
    ages = {name: asked or session.policy.retention.age(name) for name in session.definitions.forms}
    return {name: age.before(now) for name, age in ages.items() if age is not None}


def _archive(session: Session, path: Path | None, password: Password | None) -> Plan | None:
    from csbook.ledger.export import Layout, Plan

    if path is None:
        return None
    if path.suffix.lower() != ".xlsx":
        raise UsageError(said("purge.archive_format", path=path))
    return Plan(target=path, format="xlsx", forms=session.definitions.forms, layout=Layout(lang=of_workbooks()), password=password)


def _tell(session: Session, found: Mapping[str, Due]) -> None:
    for name, due in found.items():
        title = show.title(session.definitions.forms.get(name), name)
        session.say(said("purge.form", title=title, count=len(due.ids), held=due.held, waiting=due.waiting))
