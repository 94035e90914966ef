"""Report: what the judge found, as issues with their place and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from csbook.issues import Code, Issue, Severity
from csbook.ledger.batch import Batch
from csbook.ledger.handed import Handed, Line
from csbook.ledger.verdicts import Finding

ERRORS = frozenset({Code.ID_CONFLICT, Code.EDIT_CONFLICT})


def report(findings: Sequence[Finding], lines: Sequence[Line], handed: Sequence[Handed], batch: Batch) -> Iterator[Issue]:
    """Issues in the order of the findings; where most rows of a file reuse ids, one for the file instead of one a row."""
    rows = Counter(line.file for line in lines)
    reused = Counter(finding.line.file for finding in findings if finding.code is Code.ID_REUSED)
    copied = {file for file, count in reused.items() if count > 1 and 2 * count > rows[file]}
    for file in sorted(copied):
        form = next(handed[line.source].rows.form.name for line in lines if line.file == file)
        words = {"count": reused[file], "rows": rows[file]}
        yield Issue(code=Code.TEMPLATE_COPIED, severity=Severity.WARNING, path=str(batch.files[file].path), form=form, words=words)
    for finding in findings:
        if not (finding.code is Code.ID_REUSED and finding.line.file in copied):
            yield _issue(finding, handed, batch)


def _issue(finding: Finding, handed: Sequence[Handed], batch: Batch) -> Issue:
    line, other = finding.line, finding.other
    return Issue(
        code=finding.code,
        severity=Severity.ERROR if finding.code in ERRORS else Severity.WARNING,
        path=str(batch.files[line.file].path),
        sheet=line.sheet,
        row=line.row,
        form=handed[line.source].rows.form.name,
        words={
            "number": other.record_no if other and other.record_no else "–",
            "desk": other.desk if other and other.desk else "–",
            "source_id": line.source_id or "–",
        },
    )
