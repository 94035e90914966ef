"""Package: a finished workbook as its zipped parts, of which some are exchanged and all others copied as they are.

zipfile cannot copy a compressed part, so the few records of the format are taken over here, as zipfile wrote them.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from csbook.workbook.body import Body, followed

END = b"PK\x05\x06"
SHEETS, ROWS_END = "xl/worksheets/", b"</sheetData>"
# zlib counts memory from 1 to 9
SHORT_BLOCKS = 4
# CRC, compressed and plain size: where they stand in a local and in a central record
SIZES = struct.Struct("<3I")
LOCAL_SIZES, CENTRAL_SIZES, CENTRAL_OFFSET = 14, 16, 42
LOCAL_HEAD, CENTRAL_HEAD = 30, 46


@dataclass(frozen=True)
class Part:
    """A part of the file: its two records and its compressed bytes."""

    name: str
    local: bytes
    central: bytes
    packed: Iterable[bytes]

    @property
    def content(self) -> bytes:
        """Unpacked."""
        return zlib.decompress(b"".join(self.packed), -zlib.MAX_WBITS)

    def holding(self, content: bytes, level: int = zlib.Z_DEFAULT_COMPRESSION, memory: int = zlib.DEF_MEM_LEVEL) -> Part:
        """The same part with another content, compressed as zipfile does it."""
        squeeze = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, memory)
        packed = squeeze.compress(content) + squeeze.flush()
        return self._of([packed], zlib.crc32(content), len(packed), len(content))

    def around(self, body: Body) -> Part:
        """The same sheet with these rows after its own."""
        before, end, after = self.content.partition(ROWS_END)
        first, last = _packed(before, zlib.Z_SYNC_FLUSH), _packed(end + after, zlib.Z_FINISH)
        crc = followed(followed(zlib.crc32(before), body.crc, body.size), zlib.crc32(end + after), len(end + after))
        packed = chain([first], body.blocks(), [last])
        return self._of(packed, crc, len(first) + body.close() + len(last), len(before) + body.size + len(end + after))

    def _of(self, packed: Iterable[bytes], crc: int, packed_size: int, size: int) -> Part:
        sizes = SIZES.pack(crc, packed_size, size)
        return Part(self.name, _put(self.local, LOCAL_SIZES, sizes), _put(self.central, CENTRAL_SIZES, sizes), packed)


@dataclass(frozen=True)
class Package:
    """A workbook file written by csbook.workbook, in order of its parts."""

    parts: tuple[Part, ...]

    @classmethod
    def read(cls, content: bytes) -> Package:
        """The parts of a file that zipfile wrote to a seekable stream: no data descriptors, no extra fields, below 4 GiB."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            directory, parts = archive.start_dir, []
            for info in archive.infolist():
                name = len(info.filename.encode())
                data = info.header_offset + LOCAL_HEAD + name
                central = content[directory : directory + CENTRAL_HEAD + name]
                parts.append(Part(info.filename, content[info.header_offset : data], central, [content[data : data + info.compress_size]]))
                directory += len(central)
        return cls(tuple(parts))

    def contents(self) -> Mapping[str, bytes]:
        """Every part, unpacked."""
        return {part.name: part.content for part in self.parts}

    def exchanged(self, contents: Mapping[str, bytes]) -> bytes:
        """The file with other contents of some parts."""
        return b"".join(_file(part.holding(contents[part.name]) if part.name in contents else part for part in self.parts))

    def grown(self, bodies: Mapping[str, Body]) -> Iterator[bytes]:
        """The file, piece by piece, with more rows in some sheets."""
        return _file(part.around(bodies[part.name]) if part.name in bodies else part for part in self.parts)

    def dense(self) -> bytes:
        """The file with its sheets compressed as far as DEFLATE goes: 13 of 120 KiB less for 0.1 s.

        Thousands of cells that are nearly alike do best in short blocks, so with little memory.
        """
        how, contents = (zlib.Z_BEST_COMPRESSION, SHORT_BLOCKS), self.contents()
        return b"".join(_file(part.holding(contents[part.name], *how) if part.name.startswith(SHEETS) else part for part in self.parts))


def _file(parts: Iterable[Part]) -> Iterator[bytes]:
    """The parts one after the other, and their directory."""
    directory, offset = list[bytes](), 0
    for part in parts:
        directory.append(_put(part.central, CENTRAL_OFFSET, struct.pack("<I", offset)))
        for piece in chain([part.local], part.packed):
            offset += len(piece)
            yield piece
    size, count = sum(map(len, directory)), len(directory)
    yield from directory
    yield END + struct.pack("<4H2IH", 0, 0, count, count, size, offset, 0)


def _packed(content: bytes, end: int) -> bytes:
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeeze.compress(content) + squeeze.flush(end)


def _put(record: bytes, place: int, values: bytes) -> bytes:
    return record[:place] + values + record[place + len(values) :]
