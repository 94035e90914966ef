"""Stored: a zip without compression, made of what the gate let through; all that the parser ever sees."""

from __future__ import annotations

import struct
from collections.abc import Mapping

LOCAL, CENTRAL, END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
VERSION = 20
EPOCH = 0x21  # 1980-01-01


def packed(parts: Mapping[str, bytes]) -> tuple[bytes, dict[str, slice]]:
    """The zip, and where in it each part stands."""
    from isal import isal_zlib

    pieces: list[bytes] = []
    directory: list[bytes] = []
    where: dict[str, slice] = {}
    at = 0
    for name, data in parts.items():
        title, crc = name.encode(), isal_zlib.crc32(data)
        pieces += (LOCAL.pack(b"PK\x03\x04", VERSION, 0, 0, 0, EPOCH, crc, len(data), len(data), len(title), 0), title, data)
        directory.append(
            CENTRAL.pack(b"PK\x01\x02", VERSION, VERSION, 0, 0, 0, EPOCH, crc, len(data), len(data), len(title), 0, 0, 0, 0, 0, at) + title
        )
        begins = at + LOCAL.size + len(title)
        at = begins + len(data)
        where[name] = slice(begins, at)
    end = END.pack(b"PK\x05\x06", 0, 0, len(directory), len(directory), sum(map(len, directory)), at, 0)
    return b"".join((*pieces, *directory, end)), where
