"""Known reference: a record that a row refers to stands in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code, Severity
from csbook.rules.rule import UNREADABLE, OfField, flagged

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class KnownReference(OfField):
    """Only the ledger knows, so ingest alone judges; the record may still come, so it is a warning."""

    code = Code.REFERENCE_UNKNOWN
    severity: Severity = Severity.WARNING

    def why_ingest(self) -> str:
        return "ledger"

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        # what cannot be read names no record: readable_reference says so
        return ~flagged(frame, self.field, "unknown") | flagged(frame, self.field, UNREADABLE)
