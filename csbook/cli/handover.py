"""`csbook handover`: letters to departments, notices to customers and meeting pages for what is open."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking, said
from csbook.cli.follow_up import load_plan, rows_of, save_all
from csbook.cli.language import of_workbooks
from csbook.cli.session import Session, current

PAGES = ("letter", "notice", "agenda")
# an internal copy would name customers
OUTSIDE = tuple(role for role in options.ROLES if role != "internal")


@click.command("handover", cls=Speaking)
@click.option("--output", "-o", cls=Option, metavar="DIR", required=True, type=options.Place())
@options.as_of()
@options.role(*OUTSIDE)
@options.password_file()
@current
def command(session: Session, output: Path, as_of: dt.datetime | None, role: str, password_file: Path | None) -> None:
    """Write a workbook for each department that has open records; nothing is kept."""
    from csbook import followup

    moment, plan, password = as_of or session.now(), load_plan(session), session.password(password_file)
    with session.open_ledger() as ledger:
        view = session.view(role, ledger)
        rows = view.frame(rows_of(session, ledger, plan, PAGES, moment))
    words = followup.Words(of_workbooks(), session.definitions, session.policy, moment, view.role.least)
    paths = save_all(output, followup.handovers(rows, plan, words), password)
    session.say(said("handover.written", count=len(paths), folder=output, records=len(rows)))
