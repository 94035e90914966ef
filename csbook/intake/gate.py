"""The gate: what must be true of a file's bytes before a parser sees them. Bounds: FACTS.md, Reading."""

from __future__ import annotations

import io
import zipfile
import zlib

from csbook.intake.refusal import Refused
from csbook.issues import Code

MIB = 1024 * 1024
FILE_BYTES = 20 * MIB
PARTS = 1_000
PART_BYTES = 64 * MIB
TOTAL_BYTES = 128 * MIB
RATIO, RATIO_FROM = 200, MIB
HEAD = 1_024

CONTENT_TYPES = "[content_types].xml"
WORKBOOK_FOLDER = "xl/"
MACROS = "vbaproject.bin"
PARSED = ("xl/workbook", "xl/styles", "xl/sharedstrings", "xl/worksheets/")
DOCTYPE = b"<!DOCTYPE"
# all that zipfile raises for bytes that are no whole archive, encrypted parts and unknown compression included
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive of a workbook, looked over but not unpacked. Raises Refused."""
    if len(data) > FILE_BYTES:
        raise too_large(len(data))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        _check_parts(archive.infolist())
        for part in archive.infolist():
            if part.filename.lower().startswith(PARSED) and part.filename.lower().endswith(".xml"):
                with archive.open(part) as file:
                    _check_xml(file.read(HEAD))
    except BROKEN as error:
        raise Refused(Code.NOT_A_WORKBOOK) from error
    return archive


def too_large(size: int) -> Refused:
    """The refusal of a file of `size` bytes."""
    return Refused(Code.TOO_LARGE, size=size // MIB, limit=FILE_BYTES // MIB)


def small_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part that is parsed here and not by the parser; b"" where the archive has none. Raises Refused."""
    try:
        data = archive.read(name)
    except KeyError:
        return b""
    except BROKEN as error:
        raise Refused(Code.NOT_A_WORKBOOK) from error
    _check_xml(data)
    return data


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.lower() for part in parts]
    if CONTENT_TYPES not in names or not any(name.startswith(WORKBOOK_FOLDER) for name in names):
        raise Refused(Code.NOT_A_WORKBOOK)
    if len(set(names)) < len(names):
        raise Refused(Code.PART_TWICE)
    if any(name.endswith(MACROS) for name in names):
        raise Refused(Code.MACROS_FOUND)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PARTS or unpacked > TOTAL_BYTES or any(map(_swollen, parts)):
        raise Refused(Code.ZIP_BOMB)


def _swollen(part: zipfile.ZipInfo) -> bool:
    packed = max(part.compress_size, 1)
    return part.file_size > PART_BYTES or (part.file_size > RATIO_FROM and part.file_size / packed > RATIO)


def _check_xml(text: bytes) -> None:
    # a zero byte is another encoding than UTF-8, which could hide the declaration from this search
    if DOCTYPE in text or b"\0" in text:
        raise Refused(Code.DTD_FOUND)
