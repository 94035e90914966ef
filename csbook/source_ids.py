"""Source ids: DESK-ISSUE-ROW of a row of ours (DESIGN, section 4), SOURCE:NUMBER of a foreign one."""

from __future__ import annotations

import re

# of the code of an issue: no 0 and O, no 1, I and L, as an id is read aloud and typed
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 5
CODES = len(ALPHABET) ** LENGTH
SIGN, ROW = "[0-9A-Z]", "[0-9]{3,6}"  # what is read as a sign of a code, and as the number of a row
OF_DESK = rf"-{SIGN}{{{LENGTH}}}-{ROW}$"  # what stands behind the desk
SOURCE_ID = re.compile(rf"(.*[^-]){OF_DESK}")
NOBODYS = "X"  # stands for the desk in an id where none is known
FOREIGN = ":"  # between the source of a foreign row and its number; no desk has it in its name


def issue_code(number: int) -> str:
    """The code of a number below CODES, e.g. 5KQ2M."""
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return "".join(signs)


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
