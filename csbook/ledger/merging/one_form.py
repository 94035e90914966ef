"""One form: its lines of a batch into the ledger, as many at a time as need to be looked at together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from csbook.forms.form import Form
from csbook.ledger.audit.seal import Sealing
from csbook.ledger.batch import NEW, UNCHANGED, Batch
from csbook.ledger.database import types
from csbook.ledger.database.values import arrow, stamp, texts
from csbook.ledger.keeping import tombstones
from csbook.ledger.merging import births, states, write
from csbook.ledger.merging.account import Account
from csbook.ledger.merging.current import Current, current
from csbook.ledger.merging.encounters import Numbers, meet
from csbook.ledger.merging.handed import Handed
from csbook.ledger.merging.judge import Judge
from csbook.ledger.merging.known import Memory, disputed, recall, remember
from csbook.ledger.merging.lines import Line, one_by_one
from csbook.ledger.merging.parts import part
from csbook.ledger.merging.report import Report
from csbook.ledger.merging.state_rows import StateRows, alias_rows, state_rows
from csbook.ledger.merging.stood import stood
from csbook.ledger.merging.verdicts import Revision, Verdicts

PIECE = 10_000  # lines that are judged at once, where they can be judged by themselves
ALIASES = 50_000  # keys of new records that are written at once


@dataclass(frozen=True)
class Judged:
    """Lines with their outcomes, what was known about them, and what becomes of that."""

    lines: Sequence[Line]
    memory: Memory
    verdicts: Verdicts

    def of_known(self) -> Judged:
        """Without the records that are new."""
        verdicts = Verdicts(
            revisions=[each for each in self.verdicts.revisions if not each.known.born],
            aliases=[(key, known) for key, known in self.verdicts.aliases if not known.born],
            findings=self.verdicts.findings,
        )
        return Judged([line for line in self.lines if line.outcome != NEW], self.memory, verdicts)


@dataclass
class OneForm:
    """The merge of one form: `lines` (see csbook.ledger.merging.lines) of what was handed in."""

    connection: sa.Connection
    batch: Batch
    batch_id: int
    handed: Sequence[Handed]
    lines: pd.DataFrame
    account: Account
    sealing: Sealing
    form: Form = field(init=False)
    buried: set[int] = field(init=False)
    stood: pd.DataFrame = field(init=False)
    report: Report = field(init=False)

    def __post_init__(self) -> None:
        self.form = self.handed[int(self.lines["source"].to_numpy()[0])].rows.form
        self.buried = tombstones.buried(self.connection, self.form.name, self.lines, [file.desk.desk for file in self.batch.files])
        self.report = Report(self.lines["file"], self.handed, self.batch)

    def merge(self) -> None:
        """Judge and write all lines; new records come last, as all numbers of a batch are given in one order."""
        types.agree(self.connection, self.form)
        stamps = [file.modified for file in self.batch.files]
        met = meet(self.connection, self.form.name, self.lines, stamps)
        self.stood = stood(self.connection, self.form.name, self.lines, met, self.handed, self.batch.files)
        parts = part(self.lines, met.with_stood(self.stood), self.buried)
        self._confirm(parts.unchanged)
        pieces = (parts.alone[start : start + PIECE] for start in range(0, len(parts.alone), PIECE))
        new = [parts.new, *map(self._by_themselves, pieces)]
        self._together(parts.together, np.sort(np.concatenate(new)))
        types.register(self.connection, self.form)
        self.account.found(self.report.issues())

    def _confirm(self, unchanged: pd.DataFrame) -> None:
        """Lines that repeat their records."""
        lines, stamps = self.lines.loc[unchanged.index], [stamp(file.modified) for file in self.batch.files]
        files, records = lines["file"][unchanged["newer"]].tolist(), unchanged["record"][unchanged["newer"]].tolist()
        write.confirm(self.connection, [(stamps[file], record) for file, record in zip(files, records, strict=True)])
        self.sealing.changed(records, ())
        self.account.alike(lines, UNCHANGED, unchanged["number"])

    def _by_themselves(self, places: Numbers) -> Numbers:
        """Lines that no other one touches. Returns the places of new records, which are still to be written."""
        judged = self._judged(places)
        born = [line for line in judged.lines if line.outcome == NEW]
        for line in born:
            self.account.counts[line.file].mended += line.mended
        self._write(judged.of_known())
        return np.array([line.place for line in born], "int64")

    def _together(self, places: Numbers, new: Numbers) -> None:
        """Lines that may depend on each other, and those that are new records."""
        judged, lines = self._judged(places), self.lines.loc[new, ["source", "position", "file"]]
        born = [revision for revision in judged.verdicts.revisions if revision.seq == 1]
        numbered = births.number(self.connection, self.form, self.handed, lines, born, self.batch.now)
        self._write(judged)
        write.write_records(self.connection, self._born(lines, numbered), self.sealing)
        self.account.alike(lines, NEW, numbered["number"])

    def _born(self, lines: pd.DataFrame, numbered: pd.DataFrame) -> Iterator[StateRows]:
        """The rows of new records with their ids and numbers, and then their keys."""
        for source in lines["source"].unique().tolist():
            for block in states.new(self.handed[source], self.lines, numbered[lines["source"] == source], self.batch):
                yield state_rows([current(block, self.batch.now)], self.batch, self.batch_id)
        for start in range(0, len(numbered), ALIASES):
            of_part = numbered.iloc[start : start + ALIASES]
            yield alias_rows(self.form.name, arrow(self.lines.loc[of_part.index, "key"]), arrow(of_part["id"]), self.batch_id)

    def _judged(self, places: Numbers) -> Judged:
        lines = self.lines.loc[places]
        waiting = self.stood[self.stood["place"].isin(places)]
        of_keys = zip(texts(self.lines.loc[waiting["place"], "key"]), waiting["waits"].tolist(), waiting["entry"].tolist(), strict=True)
        memory = recall(self.connection, self.form.name, texts(lines["key"]), texts(lines["told"]), [*of_keys])
        found = list(one_by_one(lines, self.handed))
        remember(self.connection, disputed(memory, ((line.key, line.facts, line.row_hash) for line in found)))
        return Judged(found, memory, Judge(memory, self.handed, self.batch.files, self.buried).judge(found))

    def _write(self, judged: Judged) -> None:
        """What became of lines that were judged; a new record has its number by now."""
        after = state_rows(self._after(judged.verdicts.revisions), self.batch, self.batch_id)
        keys, ids = [key for key, _ in judged.verdicts.aliases], [known.id for _, known in judged.verdicts.aliases]
        aliases = alias_rows(self.form.name, pa.array(keys, pa.string()), pa.array(ids, pa.int64()), self.batch_id)
        write.write_records(self.connection, [after, aliases], self.sealing)
        known = {line.known for line in judged.lines if line.known is not None and not line.known.born}
        write.confirm(self.connection, [(stamp(each.modified), each.id) for each in known if each.confirmed and not each.revised])
        touched = judged.memory.touched()
        write.write_entries(self.connection, self.batch, self.batch_id, self.handed, touched)
        self.sealing.changed(
            [each.id for each in known if each.revised or each.confirmed], [entry.id for entry in touched if entry.id is not None]
        )
        self.sealing.kept_aside()
        self.report.add(judged.verdicts.findings)
        self.account.judged(judged.lines)
        self.account.revised(judged.verdicts.revisions)

    def _after(self, revisions: Sequence[Revision]) -> list[Current]:
        """Records as they stand after these states."""
        found = []
        for source in sorted({revision.line.source for revision in revisions}):
            of_source = [revision for revision in revisions if revision.line.source == source]
            found.append(current(states.judged(self.handed[source], self.lines, of_source), self.batch.now))
        return found
