"""Unplaced: sheets whose cells bear no references, so that each stands behind the one before it; a far one is found without parsing."""

from __future__ import annotations

import re

from csbook.intake.gate import bounds, search
from csbook.intake.gate.search import EMPTY, FILLED, INLINE

ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,9})["']""")


def surely_far(data: bytes, prefix: bytes = b"") -> str | None:
    """A filled cell that stands too far out, in a sheet whose elements have this prefix (`x:`).

    None where only an exact reading can tell, as of a sheet with comments or a row with references.
    """
    if data.find(b"<!") >= 0:
        return None
    cell, row_tag, ends = b"<%sc" % prefix, b"<%srow" % prefix, [mark.replace(b"</", b"</" + prefix) for mark in (FILLED, INLINE)]
    empty = EMPTY.replace(b"<v>", b"<%sv>" % prefix).replace(b"</", b"</" + prefix)
    lowest = widest = row = 0
    start = data.find(row_tag)
    while start >= 0:
        following = data.find(row_tag, start + 1)
        stop = following if following >= 0 else len(data)
        head = data.find(b">", start, stop)
        number = ROW_NUMBER.search(data, start, head)
        row = int(number[1]) if number else row + 1
        last = max(data.rfind(mark, head, stop) + len(mark) for mark in ends)
        if last > head and not data.endswith(empty, head, last):
            across = data.count(cell, head, last)
            lowest, widest = max(lowest, row), max(widest, across)
            if widest > bounds.COLUMNS or widest * lowest > bounds.CELLS:
                referred = search.found(rf"<{prefix.decode()}c[ \t\r\n][^>]*r=", data)
                return None if referred else f"{search.letters(across - 1)}{row}"
        start = following
    return None
