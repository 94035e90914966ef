"""What the commands share that write workbooks for those who follow records up: the plan, the records, the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from csbook import filenames
from csbook.cli.folder import prepare
from csbook.cli.language import of_terminal
from csbook.cli.session import Session

if TYPE_CHECKING:
    import pandas as pd

    from csbook.followup import Plan
    from csbook.followup.reminders import Made
    from csbook.ledger import Ledger
    from csbook.ledger.audit.reminders import Past
    from csbook.passwords import Password


def load_plan(session: Session) -> Plan:
    """validations/followup.toml."""
    from csbook import followup

    return followup.load_plan(session.workspace.file("validations", "followup.toml"), of_terminal())


def rows_of(
    session: Session, ledger: Ledger, plan: Plan, pages: Sequence[str], moment: dt.datetime, past: Past | None = None
) -> pd.DataFrame:
    """The records under the headings of these pages."""
    from csbook import metrics

    known = metrics.Told(past.owners, past.times) if past else None
    records, revisions = ledger.records(), ledger.revisions(several=True)
    headings = plan.lists(*pages)
    return metrics.follow_ups(
        records, revisions, session.policy, session.definitions, headings, as_of=moment, told=known, lang=of_terminal()
    )  # fmt: skip


def save_all(folder: Path, made: Iterable[Made], password: Password | None) -> list[Path]:
    """Save the workbooks, each under a name of its own.

    Raises UnfinishedError at the first that cannot be written.
    """
    from csbook.workbook import save

    prepare(folder)
    names, paths = filenames.Names(), []
    for each in made:
        paths.append(folder / f"{names.free(each.stem)}.xlsx")
        save(paths[-1], each.book.content(), of_terminal(), private=True, password=password)
    return paths
