"""Signatures: what a file is that only bears the name of a workbook."""

from __future__ import annotations

from csbook.intake.refusal import Refused
from csbook.intake.spoken import message
from csbook.issues import Code
from csbook.passwords import OLE, encrypted

ZIP = b"PK\x03\x04"
HEAD = 1_024
KINDS = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"BM": "picture",
    b"7z\xbc\xaf": "archive",
    b"Rar!": "archive",
    b"\x1f\x8b": "archive",
    b"{\\rtf": "text",
}
MARKUP = {b"<html": "html", b"<!doctype html": "html", b"<table": "html", b"urn:schemas-microsoft-com:office:spreadsheet": "xml"}
# the one stored part that a file of OpenDocument, or another package, begins with
MIMETYPE = b"mimetypeapplication/"


def check(data: bytes) -> None:
    """Raises Refused unless the bytes begin as a zip that may be a workbook."""
    if not data:
        raise Refused(Code.FILE_EMPTY)
    if encrypted(data):
        raise Refused(Code.ENCRYPTED)
    if data.startswith(OLE):
        raise disguised("xls")
    if not data.startswith(ZIP):
        raise _other(data[:HEAD])
    if MIMETYPE in data[:HEAD]:
        raise disguised("ods")


def disguised(kind: str) -> Refused:
    """The refusal of another format; `kind` is said by the message `kind.<kind>`."""
    return Refused(Code.DISGUISED, kind=message(f"kind.{kind}"))


def _other(head: bytes) -> Refused:
    for start, kind in KINDS.items():
        if head.startswith(start):
            return disguised(kind)
    lower = head.lower()
    for mark, kind in MARKUP.items():
        if mark in lower:
            return disguised(kind)
    return disguised("text") if _readable(head) else Refused(Code.NOT_A_WORKBOOK)


def _readable(head: bytes) -> bool:
    """Is it plain text, as a .csv is? Chinese programs write UTF-8 or GB 18030; a character cut off at the end does not count."""
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    for encoding in ("utf-8", "gb18030", "utf-16"):
        try:
            text = head[: len(head) // 4 * 4].decode(encoding, "strict") if encoding == "utf-16" else _cut(head, encoding)
        except UnicodeDecodeError:
            continue
        if all(sign.isprintable() or sign in "\t\r\n\ufeff" for sign in text):
            return True
    return False


def _cut(head: bytes, encoding: str) -> str:
    try:
        return head.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            raise
        return head[: error.start].decode(encoding)
