"""Judge: what becomes of each row of one form, file by file in order; nothing is read or written here."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from csbook.identity import Case, recognise
from csbook.issues import Code
from csbook.ledger.batch import CONFLICT, NEW, STALE, UNCHANGED, UPDATED
from csbook.ledger.database.values import digest, dumps, loads
from csbook.ledger.merging import contents
from csbook.ledger.merging.aside import Aside
from csbook.ledger.merging.handed import Handed
from csbook.ledger.merging.known import Known, Memory, newer, older
from csbook.ledger.merging.lines import Line
from csbook.ledger.merging.verdicts import Revision, Verdicts
from csbook.rows import SourceFile
from csbook.source_ids import source_of


class Judge:
    """Judges the lines of one form in order; sets `outcome`, `known` and `mended` of each."""

    def __init__(self, memory: Memory, handed: Sequence[Handed], files: Sequence[SourceFile], buried: Container[int] = ()) -> None:
        self.memory, self.handed, self.files, self.buried = memory, handed, files, buried
        self.verdicts = Verdicts()
        self.aside = Aside(memory, handed, files, self.verdicts)

    def judge(self, lines: Iterable[Line]) -> Verdicts:
        """Lines of one file stand together, files in order. Rows of a copied sheet come after those they repeat, as another file would."""
        for _, of_file in itertools.groupby(lines, key=lambda line: line.file):
            rounds = itertools.groupby(sorted(of_file, key=lambda line: line.copy), key=lambda line: line.copy)
            for line, case, known in itertools.chain.from_iterable(self._recognised(list(of_round)) for _, of_round in rounds):
                line.known = known if _settled(case) else None
                line.outcome = self._outcome(line, case, known)
                self.aside.mend(line)
        return self.verdicts

    def _recognised(self, lines: list[Line]) -> Iterator[tuple[Line, Case, Known | None]]:
        """Which record each line of a file is about. A record is about one line only: a known id with equal facts speaks first,
        then a known id with most facts equal, then facts alone; a faulty line, which adds nothing, after the good ones. A row that
        waits for a decision takes no record.
        """
        waiting = (line for line in lines if self.aside.waits(line) and not self._said_before(line))
        claims = {line: (Case.CONFLICT, self._recognise(line, set(), by_facts=False)[1]) for line in waiting}
        taken: set[Known] = set()
        for least, by_facts in ((3, False), (2, False), (0, True)):
            for line in sorted(lines, key=lambda line: not line.good):
                if line in claims or not (by_facts or line.key in self.memory.by_key):
                    continue
                case, known = self._recognise(line, taken, by_facts=by_facts)
                if by_facts or (known is not None and case is Case.SAME and line.facts.equal(known.facts) >= least):
                    claims[line] = case, known
                    if known is not None and _settled(case):
                        taken.add(known)
        return ((line, *claims[line]) for line in lines)

    def _recognise(self, line: Line, taken: set[Known], *, by_facts: bool) -> tuple[Case, Known | None]:
        by_id = [known for known in self.memory.by_key.get(line.key, ()) if known not in taken]
        alike = [known for known in self.memory.by_facts.get(line.facts, ()) if known not in taken] if by_facts else []
        if not by_id and not alike:
            return Case.NEW, None  # nearly every row of a new workbook
        desk = self.files[line.file].desk.desk
        if source := source_of(line.source_id):
            # a foreign row is known by its source and number, whatever else it says
            if by_id:
                return Case.SAME, by_id[-1]
            alike = [known for known in alike if known.source != source]
        if len(by_id) > 1 or len(alike) > 1:
            # of records that say the same of themselves, it is the one that it repeats
            by_id, alike = (sorted(known, key=lambda each: self._repeats(line, each)) for known in (by_id, alike))
        case, known = recognise(line.facts, desk, by_id=by_id, by_facts=alike)
        if case is Case.CONFLICT or case is Case.REUSED:
            # no roll-back: a row equal to any earlier revision is that record, however much was corrected since
            past = next((each for each in by_id if self._repeats(line, each)), None)
            return (Case.SAME, past) if past else (case, known)
        return case, known

    def _said_before(self, line: Line) -> bool:
        """Does it repeat a record of its key? Then it is no row in conflict, though it looks like one from a sheet of other columns."""
        return any(self._repeats(line, known) for known in self.memory.by_key.get(line.key, ()))

    def _repeats(self, line: Line, known: Known) -> bool:
        """Does the line say what this record says or ever said?"""
        if line.row_hash == known.row_hash:
            return True
        present = self._present(line)
        return contents.repeats(contents.among(loads(line.content), present), present, known.history)

    def _outcome(self, line: Line, case: Case, known: Known | None) -> str:
        if line.copy:
            self.verdicts.find(Code.SHEET_COPIED, line)
        if not _settled(case) and line.place in self.buried:
            # nothing of it is kept, not even aside: it was purged
            self.verdicts.find(Code.RECORD_PURGED, line)
            return STALE
        return self._accept(line, case, known) if line.good else self.aside.refuse(line)

    def _accept(self, line: Line, case: Case, known: Known | None) -> str:
        if line.twice:
            self.verdicts.find(Code.ID_TWICE, line)
        if outcome := self.aside.unmended(line):
            return outcome
        if not _settled(case) and (outcome := self.aside.before(line, known)):
            return outcome
        if known is None or case is Case.REUSED or case is Case.TWIN:
            if known is not None and not (case is Case.REUSED and line.source_id is None):
                self.verdicts.find(Code.ID_REUSED if case is Case.REUSED else Code.POSSIBLE_TWIN, line, known)
            return self._new(line)
        if case is Case.CONFLICT:
            return self.aside.set_aside(line, known, Code.ID_CONFLICT)
        outcome = self._compare(line, known)
        if case is Case.MATCHED and outcome != CONFLICT:
            self._alias(line, known)
            if line.source_id is not None or outcome != UNCHANGED:
                self.verdicts.find(Code.MATCHED_BY_CONTENT, line, known)
        return outcome

    def _new(self, line: Line) -> str:
        known = Known(0, None, self.files[line.file].desk.desk, line.facts, line.row_hash, 0, None, birth=line)
        known.source = source_of(line.source_id)
        line.known = known
        self._alias(line, known)
        self._revise(line, known, line.content, {}, {})
        return NEW

    def _compare(self, line: Line, known: Known) -> str:
        """A row of a known record: unchanged, stale, updated or in conflict."""
        stamp = self.files[line.file].modified
        if line.row_hash == known.row_hash:
            return self._confirm(known, stamp)
        current, told, present = loads(known.history[-1]), loads(line.content), self._present(line)
        said = contents.among(told, present)
        if own := contents.own_stamps(said, current, known.filled):
            said = contents.among(said, said.keys() - own)
        differing = contents.differing(current, said, present)
        if not differing:
            return self._confirm(known, stamp)
        if contents.repeats(said, present, known.history[:-1]):
            if older(known.modified, stamp):
                self.verdicts.find(Code.STALE_NEWER_FILE, line, known)
            return STALE
        if older(stamp, known.modified):
            return STALE
        if outcome := self.aside.before(line, known):
            return outcome
        if known.revised and not older(known.modified, stamp):
            return self.aside.set_aside(line, known, Code.EDIT_CONFLICT)
        content = contents.updated(current, said, present)
        patch = contents.patch(told, content)
        self._revise(line, known, dumps(content) if patch else line.content, contents.changes(current, said, differing), patch)
        return UPDATED

    def _confirm(self, known: Known, stamp: dt.datetime | None) -> str:
        """A newer file that says the same makes everything older than that file stale."""
        if newer(stamp, known.modified):
            known.confirmed, known.modified = True, stamp
        return UNCHANGED

    def _present(self, line: Line) -> frozenset[str]:
        """The fields that the line's sheet has a column for: what it does not fill there, it clears."""
        return self.handed[line.source].present[line.block]

    def _revise(self, line: Line, known: Known, content: str, changed: Mapping[str, Sequence[Any]], patch: Mapping[str, Any]) -> None:
        known.seq, known.revised = known.seq + 1, True
        known.row_hash = digest(self.handed[line.source].rows.form.name, content) if patch else line.row_hash
        known.modified = self.files[line.file].modified or known.modified
        known.history.append(content)
        facts = line.facts.or_else(known.facts)
        if known.facts != facts or known.seq == 1:
            known.facts, known.moved = facts, True
            self.memory.add_facts(known)
        self.verdicts.revisions.append(Revision(line, known, known.seq, content, known.row_hash, changed, patch))

    def _alias(self, line: Line, known: Known) -> None:
        self.memory.add_key(line.key, known)
        self.verdicts.aliases.append((line.key, known))


def _settled(case: Case) -> bool:
    """Is it clear which record the row is about?"""
    return case is Case.SAME or case is Case.MATCHED
