"""Archives: the directory of a zip, looked over before anything is unpacked, and its parts, unpacked one by one and checked."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterable
from typing import NamedTuple

from csbook.intake.gate import bounds
from csbook.intake.refusal import Refused
from csbook.issues import Code

END, END_SIZE, COMMENT = b"PK\x05\x06", 22, 0xFFFF
ZIP64_LOCATOR, ZIP64_SIZE = b"PK\x06\x07", 20
LOCAL = struct.Struct("<4s5H3L2H")
STREAMED = 0x08  # sizes stand behind the part, not before it
LOCKED = 0x01
# a drive, a folder above, an absolute name, a control character
UNSAFE = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.?(?:/|$)|[\0-\x1f]")
# all that zipfile raises for a directory that is none
BROKEN = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, struct.error)


class Part(NamedTuple):
    """A packed part: where its bytes stand, how they are packed, and what they unpack to."""

    name: str
    start: int
    packed: int
    size: int
    crc: int
    deflated: bool


class Archive:
    """The parts of a zip by name, in lower case as package names are compared. Raises Refused for a directory that breaks a rule."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        directory = _directory(data)
        infos = _infos(data)
        names = [info.orig_filename.replace("\\", "/") for info in infos]
        _check_names(names)
        _check_sizes(infos)
        self.parts = {name.lower(): _located(data, info, name) for name, info in zip(names, infos, strict=True)}
        _check_overlap(self.parts.values(), directory)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.parts

    def read(self, name: str, limit: int = bounds.PART_BYTES) -> bytes:
        """A part unpacked, of exactly the declared size and sum. Raises Refused; KeyError where the archive has none."""
        part = self.parts[name.lower()]
        if part.size > limit:
            raise Refused(Code.ZIP_BOMB)
        packed = memoryview(self._data)[part.start : part.start + part.packed]
        unpacked = _inflated(packed, part.size) if part.deflated else bytes(packed)
        if len(unpacked) != part.size:
            raise Refused(Code.SIZE_LIES)
        from isal import isal_zlib

        if isal_zlib.crc32(unpacked) != part.crc:
            raise Refused(Code.PART_BROKEN)
        return unpacked


def ends(data: bytes) -> bool:
    """Does the zip have its end? A file that is cut off, or still being written, has none."""
    return data.rfind(END, max(0, len(data) - END_SIZE - COMMENT)) >= 0


def _directory(data: bytes) -> int:
    """Where the table of parts begins; it is small, lies within the file, and zip64 (for files of gigabytes) has no place here."""
    end = data.rfind(END, max(0, len(data) - END_SIZE - COMMENT))
    if end < 0:
        raise Refused(Code.TRUNCATED)
    if data[max(0, end - ZIP64_SIZE) : end].startswith(ZIP64_LOCATOR) or end + END_SIZE > len(data):
        raise Refused(Code.PART_BROKEN)
    size, start = struct.unpack_from("<LL", data, end + 12)
    if size > bounds.DIRECTORY_BYTES:
        raise Refused(Code.ZIP_BOMB)
    if start + size != end:
        raise Refused(Code.PART_BROKEN)
    return int(start)


def _infos(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except BROKEN as error:
        raise Refused(Code.PART_BROKEN) from error


def _check_names(names: list[str]) -> None:
    if any(map(UNSAFE.search, names)):
        raise Refused(Code.PATH_UNSAFE)
    if len({name.lower() for name in names}) < len(names):
        raise Refused(Code.PART_TWICE)


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > bounds.PARTS or sum(info.file_size for info in infos) > bounds.TOTAL_BYTES or any(map(_swollen, infos)):
        raise Refused(Code.ZIP_BOMB)


def _swollen(info: zipfile.ZipInfo) -> bool:
    packed = max(info.compress_size, 1)
    return info.file_size > bounds.PART_BYTES or (info.file_size > bounds.RATIO_FROM and info.file_size / packed > bounds.RATIO)


def _located(data: bytes, info: zipfile.ZipInfo, name: str) -> Part:
    """A part whose own header says what the directory says."""
    if info.flag_bits & LOCKED:
        raise Refused(Code.ENCRYPTED)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or info.header_offset + LOCAL.size > len(data):
        raise Refused(Code.PART_BROKEN)
    mark, _, flags, method, _, _, crc, packed, size, named, extra = LOCAL.unpack_from(data, info.header_offset)
    if mark != b"PK\x03\x04" or method != info.compress_type:
        raise Refused(Code.PART_BROKEN)
    # 0xFFFFFFFF: the size stands in a zip64 field, which zipfile has read
    told = (
        (crc, packed, size) if not flags & STREAMED and 0xFFFFFFFF not in (packed, size) else (info.CRC, info.compress_size, info.file_size)
    )
    if told != (info.CRC, info.compress_size, info.file_size):
        raise Refused(Code.SIZE_LIES)
    start = info.header_offset + LOCAL.size + named + extra
    return Part(name, start, info.compress_size, info.file_size, info.CRC, method == zipfile.ZIP_DEFLATED)


def _check_overlap(parts: Iterable[Part], directory: int) -> None:
    end = 0
    for part in sorted(parts, key=lambda each: each.start):
        if part.start - LOCAL.size < end:
            raise Refused(Code.PARTS_OVERLAP)
        end = part.start + part.packed
    if end > directory:
        raise Refused(Code.PARTS_OVERLAP)


def _inflated(packed: memoryview, size: int) -> bytes:
    """At most one byte more than declared, so that a lie costs no memory."""
    from isal import isal_zlib

    stream = isal_zlib.decompressobj(-15)
    try:
        unpacked: bytes = stream.decompress(packed, size + 1)
        if not stream.eof and len(unpacked) == size:
            unpacked += stream.decompress(stream.unconsumed_tail, 1)
    except isal_zlib.IsalError as error:  # type: ignore[misc]  # declared as an instance in its stub
        raise Refused(Code.PART_BROKEN) from error
    if not stream.eof and len(unpacked) <= size:
        raise Refused(Code.PART_BROKEN)
    return unpacked
