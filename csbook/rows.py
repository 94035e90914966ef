"""Rows on their way from a file to the ledger: typed frames with the place each row came from."""

from __future__ import annotations

import datetime as dt
import re
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
# DESK-ISSUE-ROW (DESIGN, section 4)
OF_DESK = r"-[0-9A-Z]{5}-[0-9]{3,}$"  # what stands behind the desk
SOURCE_ID = re.compile(rf"(.*[^-]){OF_DESK}")
NOBODYS = "X"  # stands for the desk in an id where none is known
FOREIGN = ":"  # between the source of a foreign row and its number; no desk has it in its name


def source_of(source_id: str | None) -> str:
    """The system that a foreign row comes from, "" for a row of a workbook of ours."""
    source, colon, _ = (source_id or "").partition(FOREIGN)
    return source if colon else ""


def initial(form: str) -> str:
    """What stands for the desk in the ids of a form's workbook that was made for none."""
    return form[0].upper()


def desk_of(source_id: str, form: str) -> str:
    """The desk whose workbook of that form the row was made for, "" for an id that tells none."""
    found = SOURCE_ID.fullmatch(source_id)
    return "" if found is None or found[1] in (NOBODYS, initial(form)) else found[1]


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
