"""`csbook remind`: reminder workbooks for owners, departments and the supervisor; the run is kept in the ledger."""

from __future__ import annotations

import datetime as dt
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking, said
from csbook.cli.follow_up import load_plan, rows_of, save_all
from csbook.cli.language import of_workbooks
from csbook.cli.session import Session, current

if TYPE_CHECKING:
    import pandas as pd

    from csbook.followup import Plan

PAGES = ("owner", "department", "supervisor", "review")


@click.command("remind", cls=Speaking)
@click.option("--output", "-o", cls=Option, metavar="DIR", required=True, type=options.Place())
@options.as_of()
@options.role()
@options.password_file()
@current
def command(session: Session, output: Path, as_of: dt.datetime | None, role: str, password_file: Path | None) -> None:
    """Write the workbooks, then keep in the ledger who was reminded of what."""
    from csbook import followup
    from csbook.ledger.audit.reminders import Run

    moment, plan, password = as_of or session.now(), load_plan(session), session.password(password_file)
    with session.open_ledger() as ledger:
        ledger.writable()
        past = ledger.reminded(moment)
        rows = rows_of(session, ledger, plan, PAGES, moment, past)
        view = session.view(role, ledger)
        shown = view.frame(rows)
        words = followup.Words(of_workbooks(), session.definitions, session.policy, moment, view.role.least)
        paths = save_all(output, followup.reminders(shown, plan, words), password)
        ledger.remember(Run(moment, *told(rows, plan)), session.now(), getpass.getuser())
    session.say(said("remind.written", count=len(paths), folder=output, records=len(rows)))


def told(rows: pd.DataFrame, plan: Plan) -> tuple[dict[str, list[int]], list[int]]:
    """Owner -> ids of the records on their page, and ids of those that count as reminders."""
    pages = plan.of("owner")
    mine = rows[rows[[each.name for each in pages]].any(axis="columns") & rows["owner"].notna()]
    owners = {str(owner): [int(each) for each in own["id"]] for owner, own in mine.groupby("owner")}
    counting = [each.name for each in pages if each.counts]
    return owners, [int(each) for each in mine.loc[mine[counting].any(axis="columns"), "id"]]
