"""Body: the rows of a sheet, compressed as they come, to be put into its part when the workbook is written."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import IO

from isal import isal_zlib

# how much is copied at a time
CHUNK = 1 << 20


class Body:
    """XML that grows in a file of its own, as blocks of DEFLATE that may stand between others; `size` and `crc` are those of the XML."""

    def __init__(self, file: IO[bytes]) -> None:
        # as small as zlib makes it, at a tenth of the time
        self._squeeze, self._file = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -zlib.MAX_WBITS), file
        self.size, self.crc = 0, 0

    def add(self, xml: memoryview | bytes) -> None:
        """More rows, in UTF-8."""
        self.size += len(xml)
        self.crc = isal_zlib.crc32(xml, self.crc)
        self._file.write(self._squeeze.compress(xml))

    def close(self) -> int:
        """The size of all of it, compressed; nothing can be added afterwards."""
        self._file.write(self._squeeze.flush(isal_zlib.Z_SYNC_FLUSH))
        return self._file.tell()

    def blocks(self) -> Iterator[bytes]:
        """All of it, compressed."""
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            yield chunk


def followed(first: int, second: int, size: int) -> int:
    """The CRC of bytes with CRC `first` that `size` bytes with CRC `second` follow.

    A CRC is linear but for what it begins with, so that as many zeros tell what becomes of the first.
    """
    zeros, ours, none = bytes(min(size, CHUNK)), first, 0
    for left in range(size, 0, -CHUNK):
        piece = zeros[:left]
        ours, none = isal_zlib.crc32(piece, ours), isal_zlib.crc32(piece, none)
    return ours ^ none ^ second
