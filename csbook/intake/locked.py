"""Locked: workbooks under a password, opened in memory before anything looks at them."""

from __future__ import annotations

from csbook.intake.refusal import Refused
from csbook.issues import Code
from csbook.passwords import Password, Tampered, WrongPassword, encrypted


def unlocked(data: bytes, password: Password | None) -> bytes:
    """The workbook in an encrypted file, any other bytes as they are. Raises Refused; without a password the gate does."""
    if password is None or not encrypted(data):
        return data
    try:
        return password.opened(data)
    except WrongPassword:
        raise Refused(Code.PASSWORD_WRONG) from None
    except Tampered as error:
        raise Refused(Code.TAMPERED) from error
