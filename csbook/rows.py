"""Rows on their way from a file to the ledger: typed frames with the place each row came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from csbook.desks import Desk
from csbook.issues import Issue

if TYPE_CHECKING:
    import pandas as pd

    from csbook.forms.form import Form

NO_DESK = Desk("")


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """One path handed in and what became of it. `code` and `issues` say why a refused file was refused."""

    path: Path
    sha256: str = ""
    size: int = 0
    modified: dt.datetime | None = None  # dcterms:modified, naive UTC; never the file system's time
    form: str | None = None  # the form of the first table where a workbook holds several
    version: str | None = None
    desk: Desk = NO_DESK
    issue_code: str = ""
    verdict: str = "accepted"  # accepted | partly | refused | skipped | deferred
    code: str | None = None
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Block:
    """One table found in one sheet: `file` indexes the batch's files, `columns` maps field to column letter."""

    file: int
    sheet: str
    header_row: int
    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """All rows of one form and version over a whole batch; the three frames share one RangeIndex.

    frame: one column per field and derived stamp, typed by kind (see csbook/intake/normalise.py), plus
        boolean flag columns `field?finding`.
    texts: the typed fields as handed in, as text, for quarantine and receipts (redacted once privacy has run).
    places: `block` (index into blocks), `row` (Excel row, 1-based), `source_id` (missing where the row has none).
    """

    form: Form
    frame: pd.DataFrame
    texts: pd.DataFrame
    places: pd.DataFrame
    blocks: tuple[Block, ...]
