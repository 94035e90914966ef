"""`csbook check`: the verdicts of ingest with nothing stored."""

from __future__ import annotations

from pathlib import Path

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking
from csbook.cli.reading import reading
from csbook.cli.session import Session, current


@click.command("check", cls=Speaking)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=options.Place())
@click.option("--map", "mapped", cls=Option, metavar="FILE", type=options.Place())
@options.password_file()
@click.option("--json", "as_json", cls=Option, is_flag=True)
@current
def command(
    session: Session,
    paths: tuple[Path, ...],
    mapped: Path | None,
    password_file: Path | None,
    as_json: bool,  # noqa: FBT001 - click passes flags by name
) -> int:
    """Judge workbooks and say what ingest would say."""
    with reading(paths, session, mapped=mapped, password=session.password(password_file)) as on_their_way:
        from csbook.cli import report
        from csbook.cli.batch import alone, judge
        from csbook.cli.others import with_others
        from csbook.intake.paths import unrelated

        others = unrelated(paths)
        batch = with_others(alone(judge(on_their_way, session, watched=not as_json)), others, session)
    summary = report.summary(batch)
    report.show(session, batch, summary, as_json=as_json)
    return report.exit_code(batch)
