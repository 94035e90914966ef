"""`csbook ingest`: filled workbooks into the ledger."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking, said
from csbook.cli.folder import prepare
from csbook.cli.language import of_terminal
from csbook.cli.reading import reading
from csbook.cli.session import Session, current
from csbook.issues import UsageError

if TYPE_CHECKING:
    from csbook.cli.batch import Judged
    from csbook.intake.workers.reading import Reading
    from csbook.passwords import Password


@click.command("ingest", cls=Speaking)
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=options.Place())
@click.option("--receipts", cls=Option, metavar="DIR", type=options.Place())
@click.option("--dry-run", cls=Option, is_flag=True)
@click.option("--map", "mapped", cls=Option, metavar="FILE", type=options.Place())
@options.password_file()
@click.option("--json", "as_json", cls=Option, is_flag=True)
@click.option("--jobs", cls=Option, metavar="N|URL", type=options.Jobs())
@current
def command(
    session: Session,
    paths: tuple[Path, ...],
    receipts: Path | None,
    mapped: Path | None,
    password_file: Path | None,
    dry_run: bool,  # noqa: FBT001 - click passes flags by name
    as_json: bool,  # noqa: FBT001
    jobs: int | str | None,
) -> int:
    """Judge workbooks, merge the good rows in one transaction, keep the others in quarantine."""
    paths, receipts = _places(session, paths, receipts, dry_run=dry_run)
    password = session.password(password_file)
    with reading(paths, session, jobs, mapped, password) as on_their_way:
        from csbook.intake.paths import unrelated

        others = unrelated(paths)
        return hand_in(session, on_their_way, receipts, password, others, dry_run=dry_run, as_json=as_json)[1]


def hand_in(
    session: Session,
    on_their_way: Reading,
    receipts: Path | None,
    password: Password | None = None,
    others: Mapping[Path, Sequence[Path]] = MappingProxyType({}),
    *,
    dry_run: bool = False,
    as_json: bool = False,
) -> tuple[Judged, int]:
    """Everything behind the reading, imported while that goes on: the batch, told and answered, and its exit code.

    A `password` closes the receipts. `others`: see csbook.intake.paths.unrelated.
    """
    from csbook.cli import receipts as answers
    from csbook.cli import report, roster
    from csbook.cli.batch import back_up, judge, merge
    from csbook.cli.others import with_others

    desks = session.workspace.roster(of_terminal())
    if receipts is not None:
        session.writable(session.definitions.forms.values())
        prepare(receipts)
    with session.open_ledger(create=True) as ledger:
        batch = merge(judge(on_their_way, session, ledger, watched=not as_json), ledger, dry_run=dry_run)
        last = roster.handed_in(ledger.hand_ins(), batch.files, batch.now)
        if not dry_run:
            ledger.note_blocks(session.policy.begun(batch.now.date()), batch.now, getpass.getuser())
            back_up(session, ledger)
    written = answers.write(session, batch, receipts, password, watched=not as_json) if receipts is not None else None
    batch = with_others(batch, others, session)
    report.show(session, batch, report.summary(batch), as_json=as_json)
    incomplete = answers.tell(session, receipts, written, aloud=not as_json)
    if desks and not as_json:
        session.say(roster.sentence(desks, roster.missing(desks, last, batch.now.date()), batch.files))
    return batch, max(report.exit_code(batch), incomplete)


def _places(session: Session, paths: tuple[Path, ...], receipts: Path | None, *, dry_run: bool) -> tuple[tuple[Path, ...], Path | None]:
    """What to read, and where to put the receipts: the workspace's own folders where no path is named; a dry run writes none."""
    if dry_run and receipts is not None:
        raise UsageError(said("ingest.dry_run_receipts"))
    if paths:
        return paths, receipts
    if not session.workspace.inbox.is_dir():
        raise UsageError(said("ingest.no_paths", inbox=session.workspace.inbox))
    return (session.workspace.inbox,), None if dry_run else receipts or session.workspace.receipts
