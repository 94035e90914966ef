"""Report: what the judge found, as issues with their place and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pandas as pd

from csbook.issues import Code, Issue, Severity
from csbook.ledger.batch import Batch
from csbook.ledger.handed import Handed
from csbook.ledger.verdicts import Finding

ERRORS = frozenset({Code.ID_CONFLICT, Code.EDIT_CONFLICT})


def report(findings: Sequence[Finding], files: pd.Series, handed: Sequence[Handed], batch: Batch) -> Iterator[Issue]:
    """Issues in the order of the findings of one form; where most rows of a file reuse ids, one for the file instead of one a row.

    files: the file of each line of the form.
    """
    rows = Counter(files.tolist())
    reused = Counter(finding.line.file for finding in findings if finding.code is Code.ID_REUSED)
    copied = {file for file, count in reused.items() if count > 1 and 2 * count > rows[file]}
    for file in sorted(copied):
        form = handed[findings[0].line.source].rows.form.name  # all are of one form
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
