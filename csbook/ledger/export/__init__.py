"""Export: records for other programs and people, as an .xlsx, CSV or Parquet file, a batch of rows at a time."""

from csbook.ledger.export.columns import Layout
from csbook.ledger.export.files import FORMATS, Plan, export
from csbook.ledger.export.selection import Selection

__all__ = ["FORMATS", "Layout", "Plan", "Selection", "export"]
