"""One batch from paths to verdicts: read, redact, validate, merge, in that order."""

from __future__ import annotations

import dataclasses
import datetime as dt
import getpass
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import pandas as pd

import csbook.intake.assemble  # noqa: F401 - while the workers read, not when they have
from csbook import intake, validation
from csbook.cli.command import said
from csbook.cli.language import of_terminal
from csbook.cli.private import without
from csbook.cli.progress import Progress
from csbook.cli.proposals import proposals
from csbook.cli.session import Session
from csbook.folded import fold
from csbook.intake.cells import FAULTS
from csbook.intake.normalising.readings import readings
from csbook.issues import Code, Issue, Severity, UnfinishedError
from csbook.rows import Rows, SourceFile
from csbook.rules.rule import NO_DAY, flag, flagged

if TYPE_CHECKING:
    from csbook.intake.workers.reading import Reading
    from csbook.ledger import Batch, Ledger, Merged

OUTCOMES = ("new", "updated", "unchanged", "stale", "conflict", "quarantined")
TAKEN = "accepted", "partly"
# stamps of files count in UTC, the clock here in the zone of the team
AHEAD = dt.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A batch with its verdicts. Per entry of `rows`: findings (see csbook.validation), which rows are good, what became of each."""

    files: tuple[SourceFile, ...]
    rows: tuple[Rows, ...]
    findings: tuple[pd.DataFrame, ...]
    good: tuple[pd.Series, ...]
    outcomes: tuple[pd.Series, ...]
    issues: tuple[Issue, ...]
    now: dt.datetime
    merged: Merged | None = None
    dry_run: bool = False

    @property
    def batch(self) -> str | None:
        """The batch's name, None where nothing was stored."""
        return self.merged.batch_id if self.merged and not self.dry_run else None

    @property
    def tried(self) -> bool:
        """Judged against the ledger with nothing stored?"""
        return self.merged is not None and self.dry_run

    @property
    def mended(self) -> int:
        """Rows that closed an entry of the quarantine."""
        return self.merged.mended if self.merged else 0

    def counts(self) -> pd.DataFrame:
        """Rows by file (index) and outcome (columns OUTCOMES, `read` and `mended`), files without rows included."""
        counted = np.zeros((len(self.files), len(OUTCOMES)), np.int64)
        for rows, outcome in zip(self.rows, self.outcomes, strict=True):
            files = np.array([block.file for block in rows.blocks], np.int64)[rows.places["block"]]
            np.add.at(counted, (files, pd.Index(OUTCOMES).get_indexer(pd.Index(outcome))), 1)
        mended = [counts.mended for counts in self.merged.counts] if self.merged else 0
        return pd.DataFrame(counted, columns=list(OUTCOMES)).assign(read=counted.sum(axis=1), mended=mended)


def judge(reading: Reading, session: Session, ledger: Ledger | None = None, *, watched: bool = True) -> Judged:
    """Wait for workbooks and judge them. Nothing is stored; without a ledger every good row counts as new.

    `watched`: a bar may show how far they are.
    """
    policy, now = session.policy, session.now()
    with Progress(reading.files, shown=watched and not session.quiet) as progress:
        handed_in = _read(intake.pieces(reading, session.definitions, policy.calendar(), progress.advance), session)
    rows = handed_in.rows
    if ledger is not None:
        rows = tuple(ledger.flag_references(rows))
    findings = tuple(
        _with_cells(each, pd.concat([validation.validate(each, now + policy.now_tolerance), _cell_faults(each)])) for each in rows
    )
    good = tuple(_good(each, found) for each, found in zip(rows, findings, strict=True))
    issues = [*handed_in.issues]
    for each, found in zip(rows, findings, strict=True):
        issues += _issues(each, found, handed_in.files)
    issues += proposals(session, [*zip(rows, findings, strict=True)])
    judged = Judged(
        files=tuple(_credible(file, now) for file in handed_in.files),
        rows=rows,
        findings=findings,
        good=good,
        outcomes=tuple(fine.map({True: "new", False: "quarantined"}) for fine in good),
        issues=tuple(issues),
        now=now,
    )
    return dataclasses.replace(judged, files=_verdicts(judged))


def _credible(file: SourceFile, now: dt.datetime) -> SourceFile:
    """A file without a stamp that is yet to come: by a clock that ran ahead, every later correction would be older, and stale."""
    ahead = file.modified is not None and file.modified > now + AHEAD
    return dataclasses.replace(file, modified=None) if ahead else file


def _read(pieces: Iterable[intake.Intake], session: Session) -> intake.Intake:
    """The batch without personal data; where it comes in several pieces, each is folded before the next is typed."""
    profile = session.privacy  # also where no row was handed in: what is wrong with it is told
    profile.detection.prepare()  # while the workers read, as the next line
    validation.prepare()
    found: list[intake.Intake] = []
    for piece in pieces:
        found.append(without(piece, profile))
        if len(found) > 1:
            found = [dataclasses.replace(each, rows=tuple(map(fold, each.rows))) for each in found]
    return intake.together(found, session.definitions)


def merge(judged: Judged, ledger: Ledger, *, dry_run: bool = False) -> Judged:
    """Put the good rows into the ledger and the others into quarantine, in one transaction; a dry run takes it back."""
    merged = ledger.merge(_batch(judged), dry_run=dry_run)
    return dataclasses.replace(_judged_by(judged, merged), merged=merged, dry_run=dry_run)


def alone(judged: Judged) -> Judged:
    """What ingest would say of rows that hang together within the batch, as those of a copied sheet do, whatever the ledger holds."""
    if not _hang_together(judged.rows):
        return judged  # nearly every batch
    from csbook.ledger import merge_alone

    return _judged_by(judged, merge_alone(_batch(judged), of_terminal()))


def _hang_together(rows: Sequence[Rows]) -> bool:
    """Does a form stand on several tables of a workbook, or an id in several rows?"""
    tables = Counter((each.form.name, block.file) for each in rows for block in each.blocks)
    ids = [each.places["source_id"].dropna() for each in rows]
    return any(count > 1 for count in tables.values()) or (bool(ids) and bool(pd.concat(ids).duplicated().any()))


def _batch(judged: Judged) -> Batch:
    from csbook.ledger import Batch

    return Batch(rows=judged.rows, good=judged.good, issues=judged.findings, files=judged.files, now=judged.now, user=getpass.getuser())


def _judged_by(judged: Judged, merged: Merged) -> Judged:
    """The batch with what the ledger says of it."""
    issues = (*_of_what_counts(judged, merged), *merged.issues)
    told = dataclasses.replace(judged, outcomes=merged.outcomes, issues=issues, merged=None)
    return dataclasses.replace(told, files=_verdicts(told))


def _of_what_counts(judged: Judged, merged: Merged) -> Iterator[Issue]:
    """What was found, but in rows that the ledger has past already: a row mended since is not to be mended again."""
    past = set[tuple[str, str, int]]()
    for rows, outcomes in zip(judged.rows, merged.outcomes, strict=True):
        places = rows.places.loc[outcomes.index[outcomes == "stale"]]
        for block, row in zip(places["block"], places["row"], strict=True):
            past.add((str(judged.files[rows.blocks[block].file].path), rows.blocks[block].sheet, int(row)))
    return (issue for issue in judged.issues if (issue.path, issue.sheet, issue.row) not in past)


def back_up(session: Session, ledger: Ledger) -> None:
    """A backup when the last is too old. The batch is stored already, so that a backup that fails is said, and nothing else."""
    try:
        ledger.back_up_if_due(session.now(), session.policy.backup)
    except UnfinishedError as error:
        click.echo(said("backup.failed", reason=error), err=True)


def _cell_faults(rows: Rows) -> pd.DataFrame:
    """Findings for cells whose value may be wrong or lost, such as #N/A; where it is not taken, the row waits."""
    frame = rows.frame
    found = [
        (row, None, field, str(code), str(severity))
        for code, severity in FAULTS.items()
        for field in rows.texts.columns
        if flag(str(field), code) in frame
        for row in frame.index[flagged(frame, str(field), code)]
    ]
    return pd.DataFrame(found, columns=list(validation.FINDINGS))


def _with_cells(rows: Rows, found: pd.DataFrame) -> pd.DataFrame:
    """Findings with the cell each stands in; missing where the sheet has no such column."""
    places = rows.places.loc[found["row"]]
    cells: list[Any] = [
        f"{letter}{row}" if (letter := rows.blocks[block].columns.get(field)) else None
        for block, row, field in zip(places["block"], places["row"], found["field"], strict=True)
    ]
    return found.assign(cell=pd.Series(cells, index=found.index, dtype="object"))


def _good(rows: Rows, found: pd.DataFrame) -> pd.Series:
    bad = found.loc[found["severity"] == Severity.ERROR, "row"]
    return pd.Series(~rows.places.index.isin(bad), index=rows.places.index)


def _issues(rows: Rows, found: pd.DataFrame, files: Sequence[SourceFile]) -> list[Issue]:
    places, paths = rows.places.loc[found["row"]], [str(files[block.file].path) for block in rows.blocks]
    columns = (found[name] for name in ("row", "code", "severity", "cell", "field", "rule"))
    return [
        Issue(
            code=Code(code),
            severity=Severity(severity),
            path=paths[block],
            sheet=rows.blocks[block].sheet,
            cell=cell,
            row=int(number),
            form=rows.form.name,
            field=field,
            rule=rule,
            **standing(rows, row, code, field),
        )
        for row, code, severity, cell, field, rule, block, number in zip(*columns, places["block"], places["row"], strict=True)
    ]


def standing(rows: Rows, row: int, code: str, field: str | None) -> dict[str, Any]:
    """What the message says of a cell: the error value in it, what a date in it may mean, or that a time of day lacks its day."""
    if code not in (Code.CELL_ERROR, Code.UNREADABLE) or field is None or field not in rows.texts:
        return {}
    value = str(rows.texts.loc[row, field])
    if code == Code.CELL_ERROR:
        return {"value": value, "words": {"error": value}}
    found, lacking = readings(value), flag(field, NO_DAY)
    if found:
        return {"words": {"readings": said("reading.or").join(found)}}
    return {"words": {"no_day": rows.form.day}} if lacking in rows.frame and rows.frame.at[row, lacking] else {}


def _verdicts(judged: Judged) -> tuple[SourceFile, ...]:
    """Files whose rows did not all go in, or stand there already, are `partly` accepted; so are those that were not read whole."""
    counts = judged.counts()
    kept_out = counts["quarantined"] + counts["conflict"] > 0
    return tuple(
        dataclasses.replace(file, verdict="partly" if file.code or kept_out.loc[index] else "accepted") if file.verdict in TAKEN else file
        for index, file in enumerate(judged.files)
    )
