"""Report: what the judge found, as issues with their place and words."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from csbook.issues import STAND_INS, Code, Issue, Severity
from csbook.ledger.batch import Batch
from csbook.ledger.merging.handed import Handed
from csbook.ledger.merging.verdicts import Finding

ERRORS = frozenset({Code.ID_CONFLICT, Code.EDIT_CONFLICT}) | STAND_INS.keys()


class Report:
    """What the judge found in the lines of one form."""

    def __init__(self, files: pd.Series, handed: Sequence[Handed], batch: Batch) -> None:
        """files: the file of each line of the form."""
        self._files, self._handed, self._batch = files, handed, batch
        self._found: list[tuple[int, Issue]] = []  # the place of the line
        self._reused: Counter[int] = Counter()  # of each file
        self._form = ""
        self._copied: Counter[tuple[int, str]] = Counter()  # rows of each sheet that was copied within its file

    def add(self, findings: Iterable[Finding]) -> None:
        """Word findings, of which every record has its number by now."""
        for finding in findings:
            self._form = self._handed[finding.line.source].rows.form.name  # all are of one form
            if finding.code is Code.SHEET_COPIED:
                self._copied[finding.line.file, finding.line.sheet] += 1
                continue
            self._found.append((finding.line.place, _issue(finding, self._handed, self._batch)))
            self._reused[finding.line.file] += finding.code is Code.ID_REUSED

    def issues(self) -> Iterator[Issue]:
        """Issues in the order of the lines; where most rows of a file reuse ids, one for the file instead of one a row. Of a sheet that
        was copied within its file there is one for the sheet.
        """
        rows = Counter(self._files.tolist())
        copied = {file for file, count in self._reused.items() if count > 1 and 2 * count > rows[file]}
        for file in sorted(copied):
            words = {"count": self._reused[file], "rows": rows[file]}
            yield self._of_file(Code.TEMPLATE_COPIED, file, words=words)
        for (file, sheet), count in sorted(self._copied.items()):
            yield self._of_file(Code.SHEET_COPIED, file, sheet=sheet, words={"count": count})
        for place, issue in sorted(self._found, key=operator.itemgetter(0)):
            if not (issue.code is Code.ID_REUSED and self._files[place] in copied):
                yield issue

    def _of_file(self, code: Code, file: int, sheet: str | None = None, *, words: Mapping[str, int]) -> Issue:
        path = str(self._batch.files[file].path)
        return Issue(code=code, severity=Severity.WARNING, path=path, sheet=sheet, form=self._form, words=words)


def _issue(finding: Finding, handed: Sequence[Handed], batch: Batch) -> Issue:
    line, other, field = finding.line, finding.other, finding.field
    stands = str(handed[line.source].rows.texts.iloc[line.position][field]) if field and finding.code is Code.CELL_ERROR else None
    return Issue(
        code=finding.code,
        severity=Severity.ERROR if finding.code in ERRORS else Severity.WARNING,
        path=str(batch.files[line.file].path),
        sheet=line.sheet,
        row=line.row,
        form=handed[line.source].rows.form.name,
        field=field,
        value=stands,
        words={
            **({"error": stands} if stands else {}),
            "number": other.record_no if other and other.record_no else "–",
            "desk": other.desk if other and other.desk else "–",
            "source_id": line.source_id or "–",
        },
    )
