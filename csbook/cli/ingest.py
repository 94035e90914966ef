"""`csbook ingest`: filled workbooks into the ledger."""

from __future__ import annotations

from pathlib import Path

import click

from csbook.cli.command import Option, Speaking, said
from csbook.cli.session import Session, current
from csbook.issues import UsageError


@click.command("ingest", cls=Speaking)
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path(path_type=Path))
@click.option("--receipts", cls=Option, metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", cls=Option, is_flag=True)
@current
def command(session: Session, paths: tuple[Path, ...], receipts: Path | None, as_json: bool) -> int:  # noqa: FBT001 - click passes flags by name
    """Judge workbooks, merge the good rows in one transaction, keep the others in quarantine."""
    from csbook.cli import receipts as answers
    from csbook.cli import report
    from csbook.cli.batch import back_up, judge, merge

    if not paths:
        if not session.workspace.inbox.is_dir():
            raise UsageError(said("ingest.no_paths", inbox=session.workspace.inbox))
        paths, receipts = (session.workspace.inbox,), receipts or session.workspace.receipts
    if receipts is not None:
        answers.prepare(receipts)
    with session.open_ledger(create=True) as ledger:
        batch = merge(judge(paths, session, ledger), ledger)
        back_up(session, ledger)
    written = answers.write(session, batch, receipts) if receipts is not None else None
    report.show(session, batch, report.summary(batch), as_json=as_json)
    return max(report.exit_code(batch), answers.tell(session, receipts, written, aloud=not as_json))
