"""Receipts: the answers to a merged batch, one workbook a file and form, written once the batch is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from csbook import filenames
from csbook.cli.command import said
from csbook.cli.language import of_workbooks
from csbook.cli.progress import Progress
from csbook.cli.session import Session
from csbook.issues import Code, Issue, Severity, UnfinishedError

if TYPE_CHECKING:
    from csbook.cli.batch import Judged
    from csbook.passwords import Password
    from csbook.rows import Rows
    from csbook.template.receipt import Receipt, Returned
    from csbook.template.refused import Refused


NAMED = 3  # receipts that could not be written are told one by one, so many of them


@dataclass(frozen=True)
class Written:
    """The workbooks written, how many of them ask for something to be mended, and a sentence for each that could not be written."""

    paths: tuple[Path, ...]
    to_mend: int
    faults: tuple[str, ...]


def write(session: Session, judged: Judged, folder: Path, password: Password | None = None, *, watched: bool = True) -> Written:
    """Answer every file that rows were read of, and every one that was refused.

    The batch is stored by now: a receipt that cannot be written is told, not raised.
    A `password` closes them. `watched`: a bar may show how far they are.
    """
    from csbook.workbook import save

    at, paths, faults, to_mend = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0), list[Path](), list[str](), 0
    answers = list(_named(_receipts(session, judged, at)))
    with Progress(len(answers), shown=watched and not session.quiet) as passed:
        for name, receipt in passed(answers):
            try:
                content = receipt.content(of_workbooks(), session.policy)
                save(folder / name, content, private=True, password=password)
            except UnfinishedError as error:
                faults.append(str(error))
                continue
            paths.append(folder / name)
            to_mend += bool(receipt.to_mend)
    return Written(tuple(paths), to_mend, tuple(faults))


def tell(session: Session, folder: Path | None, written: Written | None, *, aloud: bool) -> int:
    """Say where the receipts are (unless not `aloud`) and which are missing; 1 where one is."""
    if written is None:
        return 0
    if aloud and written.paths:
        session.say(said("receipts.written", count=len(written.paths), mend=written.to_mend, folder=folder))
    for fault in written.faults[:NAMED]:
        click.echo(said("receipts.missing", fault=fault), err=True)
    if (others := len(written.faults) - NAMED) > 0:
        click.echo(said("receipts.others_missing", count=others), err=True)
    return int(bool(written.faults))


def _named(receipts: Iterator[Receipt | Refused]) -> Iterator[tuple[str, Receipt | Refused]]:
    """Each receipt under a file name of its own; the receipt of a receipt takes its place."""
    names, ending = filenames.Names(), said("receipts.ending")
    for receipt in receipts:
        stem, desk = Path(receipt.file).stem.removesuffix(ending), receipt.desk.desk
        yield f"{names.free(stem if not desk or desk in stem else f'{desk}-{stem}')}{ending}.xlsx", receipt


def _receipts(session: Session, judged: Judged, at: dt.datetime) -> Iterator[Receipt | Refused]:
    from csbook.template.receipt import Receipt
    from csbook.template.refused import Refused

    for number, file in enumerate(judged.files):
        if file.verdict == "refused":
            form = session.definitions.forms.get(file.form or "")
            yield Refused(file=file.path.name, desk=file.desk, at=at, when=judged.now, issues=file.issues, form=form)
        for source, rows in enumerate(judged.rows):
            blocks = [place for place, block in enumerate(rows.blocks) if block.file == number]
            if blocks:
                yield Receipt(
                    form=rows.form,
                    desk=file.desk,
                    file=file.path.name,
                    batch=judged.batch or "",
                    at=at,
                    when=judged.now,
                    rows=tuple(_returned(judged, source, blocks)),
                    issue_code=file.issue_code,
                )


def _returned(judged: Judged, source: int, blocks: Sequence[int]) -> Iterator[Returned]:
    """The rows of some blocks, in the order of their sheets."""
    from csbook.template.receipt import Returned

    rows, merged = judged.rows[source], judged.merged
    if merged is None:
        return
    places = rows.places[rows.places["block"].isin(blocks)]
    here = places.index
    numbers, receipts = (
        column[source].loc[here].astype(object).where(column[source].loc[here].notna(), "") for column in (merged.numbers, merged.receipts)
    )
    outcomes, texts = merged.outcomes[source].loc[here], rows.texts.loc[here]
    found = _found(judged, source, set(here))
    for row, block, line in zip(here, places["block"], places["row"], strict=True):
        held = merged.held[source].get(row)
        columns = rows.blocks[block].columns
        yield Returned(
            sheet=rows.blocks[block].sheet,
            row=int(line),
            outcome=str(outcomes[row]),
            number=str(numbers[row]),
            source_id=str(receipts[row]),
            values={str(name): _held(value) for name, value in texts.loc[row].items() if name in columns},
            issues=tuple(found.get(row, ())),
            stored=held.row if held else {},
            differs=held.differs if held else (),
        )


def _held(value: Any) -> str | None:
    """A text as a cell holds it: one that is longer than Excel allows ends in `…`, and its fault says so."""
    from csbook.workbook import CELL_TEXT, fitted

    return fitted([value], CELL_TEXT) if isinstance(value, str) else None


def _found(judged: Judged, source: int, here: set[int]) -> Mapping[int, list[Issue]]:
    """Row → what was found in it, by the rules and by the ledger."""
    rows, found = judged.rows[source], dict[int, list[Issue]]()
    for finding in judged.findings[source].to_dict("records"):
        if (row := int(finding["row"])) in here:
            found.setdefault(row, []).append(_issue(rows, row, finding))
    places = {
        (str(judged.files[rows.blocks[block].file].path), rows.blocks[block].sheet, int(line)): int(row)
        for row, block, line in rows.places[["block", "row"]].itertuples()
    }
    for issue in judged.merged.issues if judged.merged else ():
        row = places.get((issue.path or "", issue.sheet or "", issue.row or 0), -1)
        if row in here and issue.form == rows.form.name:
            found.setdefault(row, []).append(issue)
    return found


def _issue(rows: Rows, row: int, finding: Mapping[Any, Any]) -> Issue:
    from csbook.cli.batch import standing

    code, field = Code(finding["code"]), finding["field"]
    words = standing(rows, row, code, field).get("words", {})
    return Issue(code=code, severity=Severity(finding["severity"]), form=rows.form.name, field=field, rule=finding["rule"], words=words)
