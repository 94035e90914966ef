"""Aside: rows that are not accepted, faulty or in conflict; kept once, until a good row takes their place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from csbook.issues import STAND_INS, Code, Severity
from csbook.ledger.batch import CONFLICT, NEW, QUARANTINED, STALE, UNCHANGED, UPDATED
from csbook.ledger.database.values import digest, dumps, loads
from csbook.ledger.merging.handed import Handed
from csbook.ledger.merging.known import Entry, Known, Memory, older
from csbook.ledger.merging.lines import Line
from csbook.ledger.merging.said import Said
from csbook.ledger.merging.verdicts import Verdicts
from csbook.rows import SourceFile
from csbook.source_ids import CODES, NOBODYS, issue_code


class Aside:
    """The quarantine of one form while a batch is judged."""

    def __init__(self, memory: Memory, handed: Sequence[Handed], files: Sequence[SourceFile], verdicts: Verdicts) -> None:
        self.memory, self.handed, self.files, self.verdicts = memory, handed, files, verdicts

    def refuse(self, line: Line) -> str:
        """A faulty row: kept once, until a good one takes its place."""
        if line.twice:
            self.verdicts.find(Code.ID_TWICE, line)
        stamp, content, issues = self.files[line.file].modified, self._text_hash(line), self._issues(line)
        entries = [entry for entry in self.memory.entries.get(line.key, ()) if entry.kind == QUARANTINED]
        again = next((entry for entry in reversed(entries) if entry.row_hash == content), None)
        opened = next(
            (entry for entry in entries if entry.status == "open" and _of_its_own(entry, line) and self._same_row(line, entry)), None
        )
        if again is not None and again is opened:
            line.receipt_id = again.receipt_id
            again.changed |= again.issues != issues
            again.issues = issues
            return QUARANTINED
        if again is not None and older(again.modified, stamp) and not line.copy:
            self.verdicts.find(Code.STALE_NEWER_FILE, line, line.known)
        if again is not None or any(older(stamp, later.modified) for later in (opened, line.known) if later is not None):
            return STALE
        if opened is not None:
            opened.status, opened.changed = "replaced", True
        self._keep(line, QUARANTINED, issues)
        return QUARANTINED

    def unmended(self, line: Line) -> str | None:
        """What becomes of a row that comes back in its receipt, where that shows a sign of what a cell held and nobody has put a value in
        its place: as a text it looks right by now."""
        for entry in self.memory.entries.get(line.key, ()):
            if entry.kind != QUARANTINED or entry.status != "open":
                continue
            blamed = [(Code(each["code"]), each["field"]) for each in loads(entry.issues) if each["code"] in STAND_INS]
            texts = loads(self.handed[line.source].text(line.position)) if blamed else {}
            signs = [(code, field) for code, field in blamed if re.fullmatch(STAND_INS[code], texts.get(field, ""))]
            for code, field in signs:
                self.verdicts.find(code, line, line.known, field)
            if signs:
                line.receipt_id = entry.receipt_id
                return QUARANTINED
        return None

    def set_aside(self, line: Line, known: Known, code: Code) -> str:
        """A row in conflict: kept with the record it contradicts, until somebody decides."""
        line.known = known
        self.verdicts.find(code, line, known)
        self._keep(line, CONFLICT, dumps([{"code": str(code), "severity": str(Severity.ERROR)}]))
        return CONFLICT

    def before(self, line: Line, known: Known | None) -> str | None:
        """What became of a row that is the same as one in conflict before: still open (said once more), or decided since."""
        same = self._same(line)
        if same is None or same.status != "open":
            return None if same is None else STALE
        line.known, line.receipt_id = known, same.receipt_id
        self.verdicts.find(Code(loads(same.issues)[0]["code"]), line, known)
        return CONFLICT

    def waits(self, line: Line) -> bool:
        """Is the row the same as one in conflict that nobody has decided yet?"""
        same = self._same(line)
        return same is not None and same.status == "open"

    def _same(self, line: Line) -> Entry | None:
        entries = self.memory.entries.get(line.key)
        if not entries:  # nearly every row
            return None
        aside = (entry for entry in entries if entry.kind == CONFLICT and entry.key == line.key)
        return next((entry for entry in aside if entry.row_hash == self._text_hash(line)), None)

    def _keep(self, line: Line, kind: str, issues: str) -> None:
        content = self._text_hash(line)
        own = line.source_id if kind == QUARANTINED and not line.copy else None
        receipt_id = own or self._fresh(line, content)
        told = self.handed[line.source].text(line.position), str(self.files[line.file].path)
        entry = Entry(None, kind, "open", line.key, receipt_id, content, self.files[line.file].modified, issues, *told, line)
        line.receipt_id = receipt_id
        self.memory.add_entry(entry)

    def mend(self, line: Line) -> None:
        """An accepted row closes what was kept aside for its key or its receipt."""
        if line.outcome not in {NEW, UPDATED, UNCHANGED}:
            return
        stamp = self.files[line.file].modified
        for entry in self.memory.entries.get(line.key, ()):
            if entry.status == "open" and not older(stamp, entry.modified) and self._answers(line, entry, stamp):
                entry.status, entry.changed, line.mended = "mended", True, True

    def _answers(self, line: Line, entry: Entry, stamp: dt.datetime | None) -> bool:
        """Is it an answer? To a conflict, its receipt or a later batch is; to a faulty row a change, a newer file, other rules are."""
        if entry.kind == CONFLICT:
            return line.key == entry.receipt_id or (line.outcome != UNCHANGED and entry.line is None)
        if not self._same_row(line, entry):
            return False
        return line.outcome != UNCHANGED or older(entry.modified, stamp) or entry.row_hash == self._text_hash(line)

    def _same_row(self, line: Line, entry: Entry) -> bool:
        """Is a line with the key of a faulty row, or in its place, a later state of it, and not another row: of a copied template, of
        the same minute, written where that one was deleted?"""
        by_key = line.key in {entry.key, entry.receipt_id}
        if (by_key and entry.path == str(self.files[line.file].path)) or entry.row_hash == self._text_hash(line):
            return True
        handed = self.handed[line.source]
        row = Said.of(handed.rows.form, handed.text(line.position), handed.issues(line.position))
        other = Said.of(handed.rows.form, entry.content, loads(entry.issues))
        return row.may_be(other) if line.source_id is not None or not by_key else row.is_told() and other.is_told()

    def _fresh(self, line: Line, content: str) -> str:
        """An id, DESK-ISSUE-ROW, for the receipt of a row that has none of its own; the same row gets the same id."""
        row, code = divmod(int(digest(line.key, content)[:16], 16), CODES)
        return f"{self.files[line.file].desk.desk or NOBODYS}-{issue_code(code)}-{row % 1_000_000:06}"

    def _text_hash(self, line: Line) -> str:
        return digest(self.handed[line.source].rows.form.name, self.handed[line.source].text(line.position))

    def _issues(self, line: Line) -> str:
        return dumps(self.handed[line.source].issues(line.position))


def _of_its_own(entry: Entry, line: Line) -> bool:
    """A row of a copied sheet and the one that it was copied from have one key, but not one receipt."""
    if line.source_id is None:
        return not line.copy
    return (entry.receipt_id == line.source_id) != bool(line.copy)
