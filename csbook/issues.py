"""Issues: what was found in a file or a row, as data; their words live in csbook.messages."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Severity(enum.StrEnum):
    """How much an issue weighs: an error keeps the row out of the ledger, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Code(enum.StrEnum):
    """Every kind of issue csbook can raise; each has `CODE.fault` and `CODE.remedy` in both catalogs."""

    # rules, one code per kind (csbook/rules)
    REQUIRED_MISSING = "REQUIRED_MISSING"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    INCONSISTENT = "INCONSISTENT"
    NOT_IN_LIST = "NOT_IN_LIST"
    UNUSUAL_CHOICE = "UNUSUAL_CHOICE"
    TOO_LONG = "TOO_LONG"
    MASK_BROKEN = "MASK_BROKEN"
    BARE_NAME = "BARE_NAME"
    PRIVATE_REFUSED = "PRIVATE_REFUSED"
    PRIVATE_MASKED = "PRIVATE_MASKED"
    REDACTION_MARK = "REDACTION_MARK"
    VAGUE = "VAGUE"
    OUT_OF_ORDER = "OUT_OF_ORDER"
    IN_FUTURE = "IN_FUTURE"
    UNREADABLE = "UNREADABLE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    TOTAL_DIFFERS = "TOTAL_DIFFERS"
    TRANSFER_INCOMPLETE = "TRANSFER_INCOMPLETE"
    REFERENCE_UNREADABLE = "REFERENCE_UNREADABLE"
    REFERENCE_UNKNOWN = "REFERENCE_UNKNOWN"

    # what many rows show together: raised in csbook.cli
    LIST_VALUE_PROPOSED = "LIST_VALUE_PROPOSED"

    # what files are refused for: raised in csbook.intake
    NOT_A_WORKBOOK = "NOT_A_WORKBOOK"
    WRONG_FORMAT = "WRONG_FORMAT"
    PACKED = "PACKED"
    NOT_A_FILE = "NOT_A_FILE"
    FILE_EMPTY = "FILE_EMPTY"
    STILL_WRITTEN = "STILL_WRITTEN"
    TRUNCATED = "TRUNCATED"
    DISGUISED = "DISGUISED"
    ENCRYPTED = "ENCRYPTED"
    PASSWORD_WRONG = "PASSWORD_WRONG"  # noqa: S105 - a code
    TAMPERED = "TAMPERED"
    TOO_LARGE = "TOO_LARGE"
    ZIP_BOMB = "ZIP_BOMB"
    SIZE_LIES = "SIZE_LIES"
    COUNT_LIES = "COUNT_LIES"
    PART_TWICE = "PART_TWICE"
    PARTS_OVERLAP = "PARTS_OVERLAP"
    PART_BROKEN = "PART_BROKEN"
    PATH_UNSAFE = "PATH_UNSAFE"
    DTD_FOUND = "DTD_FOUND"
    NOT_UTF8 = "NOT_UTF8"
    MACROS_FOUND = "MACROS_FOUND"
    DDE_FOUND = "DDE_FOUND"
    FAR_CELL = "FAR_CELL"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    TOO_MANY_MERGES = "TOO_MANY_MERGES"
    CELLS_LOST = "CELLS_LOST"
    FORM_UNKNOWN = "FORM_UNKNOWN"
    FORM_AMBIGUOUS = "FORM_AMBIGUOUS"
    FORM_VERSION_OLD = "FORM_VERSION_OLD"
    FORM_VERSION_NEW = "FORM_VERSION_NEW"
    HEADER_MISSING = "HEADER_MISSING"
    HEADER_NEAR = "HEADER_NEAR"
    SHEET_PASSED_OVER = "SHEET_PASSED_OVER"
    MAP_COLUMN_MISSING = "MAP_COLUMN_MISSING"
    FOREIGN_ID_MISSING = "FOREIGN_ID_MISSING"
    DESK_DIFFERS = "DESK_DIFFERS"
    COLUMN_MISSING = "COLUMN_MISSING"
    COLUMN_TWICE = "COLUMN_TWICE"
    COLUMN_UNKNOWN = "COLUMN_UNKNOWN"
    EMPTY_TEMPLATE = "EMPTY_TEMPLATE"
    CELL_ERROR = "CELL_ERROR"
    FORMULA_UNCALCULATED = "FORMULA_UNCALCULATED"
    FORMULA_CHANGES = "FORMULA_CHANGES"
    FORMULA_CELL = "FORMULA_CELL"
    DIGITS_LOST = "DIGITS_LOST"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    CELL_CUT = "CELL_CUT"
    INVISIBLE_SIGN = "INVISIBLE_SIGN"
    PICTURE_NOT_KEPT = "PICTURE_NOT_KEPT"
    CELLS_MERGED = "CELLS_MERGED"
    PARSER_FAILED = "PARSER_FAILED"
    PARSER_CRASHED = "PARSER_CRASHED"
    FILE_UNREADABLE = "FILE_UNREADABLE"
    FILES_PASSED_OVER = "FILES_PASSED_OVER"

    # what a merge warns of: raised in csbook.ledger
    ID_REUSED = "ID_REUSED"
    TEMPLATE_COPIED = "TEMPLATE_COPIED"
    ID_TWICE = "ID_TWICE"
    SHEET_COPIED = "SHEET_COPIED"
    ID_CONFLICT = "ID_CONFLICT"
    EDIT_CONFLICT = "EDIT_CONFLICT"
    MATCHED_BY_CONTENT = "MATCHED_BY_CONTENT"
    POSSIBLE_TWIN = "POSSIBLE_TWIN"
    STALE_NEWER_FILE = "STALE_NEWER_FILE"
    RECORD_PURGED = "RECORD_PURGED"


# findings on cells whose row is told with a sign of what the cell held, and how such a sign looks
STAND_INS = {
    Code.CELL_ERROR: r"#[A-Z][A-Z0-9/_]*[!?]?",
    Code.NOT_A_NUMBER: r"#NUM!",
    Code.FORMULA_UNCALCULATED: r"=.*",
    Code.DIGITS_LOST: r"-?[0-9]\.[0-9]{5}E\+[0-9]+",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """One finding. `value` is always redacted; `words` fills the placeholders of the code's message."""

    code: Code
    severity: Severity
    path: str | None = None
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    form: str | None = None
    field: str | None = None
    rule: str | None = None
    value: str | None = None
    words: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class UsageError(Exception):
    """What the caller must change (a path, a setting, a definition); exit code 2."""


class UnfinishedError(Exception):
    """Why a command could not finish and stored nothing; exit code 3."""
