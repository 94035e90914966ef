"""Verdicts: what judging a batch adds to the ledger, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from csbook.issues import Code
from csbook.ledger.merging.known import Known
from csbook.ledger.merging.lines import Line


@dataclass(frozen=True, slots=True)
class Revision:
    """An accepted state of a record. `patch`: fields in which it differs from the row handed in, e.g. those the sheet had no column for."""

    line: Line
    known: Known
    seq: int
    content: str
    row_hash: str
    changed: Mapping[str, Sequence[Any]]
    patch: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """A merge code and the line it is about, or one field of it; `other` is the record that the line was compared with."""

    code: Code
    line: Line
    other: Known | None = None
    field: str | None = None


@dataclass
class Verdicts:
    """What a batch adds to the ledger, of one form."""

    revisions: list[Revision] = field(default_factory=list)
    aliases: list[tuple[str, Known]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def find(self, code: Code, line: Line, other: Known | None = None, field: str | None = None) -> None:
        """Say something about a line."""
        self.findings.append(Finding(code, line, other, field))
