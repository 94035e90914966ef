"""The ledger: records with their history, merged in one transaction; SQLAlchemy's only home."""

from csbook.ledger.batch import Batch, Counts, Merged
from csbook.ledger.ledger import Ledger, merge_alone, open_ledger, restore_ledger

__all__ = ["Batch", "Counts", "Ledger", "Merged", "merge_alone", "open_ledger", "restore_ledger"]
