"""File names: what every system takes as one, Windows included, made from any text."""

from __future__ import annotations

import itertools
import re
import unicodedata

FORBIDDEN = frozenset('<>:"/\\|?*')  # Naming Files, Paths, and Namespaces (Microsoft); control characters go with them
RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[1-9¹²³]) *(\..*)?", re.IGNORECASE)
MARK = "_"
# so that a folder's path, the name, a number and an ending stay within 260 characters (Windows) and 255 bytes (Linux)
LONGEST, MOST_BYTES = 80, 200


def unfit(text: str) -> bool:
    """Is this no name for a file, at least on one system?"""
    return not text or any(map(_strange, text)) or text != text.strip(" .") or bool(RESERVED.fullmatch(text))


def safe(text: str) -> str:
    """The text as a file's name without its ending; what does not fit in is marked, what is too long is cut."""
    name = "".join(MARK if strange else "".join(run) for strange, run in itertools.groupby(text, _strange))
    name = name[:LONGEST].encode()[:MOST_BYTES].decode(errors="ignore").strip(" .")
    return f"{MARK}{name}" if unfit(name) else name


class Names:
    """The names given out for one folder: no two are one where upper and lower case, or two spellings of a letter, are the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, text: str) -> str:
        """A safe name for this text that was not given out before."""
        stem = name = safe(text)
        serial = 1
        while _same(name) in self._taken:
            serial += 1
            name = f"{stem}-{serial}"
        self._taken.add(_same(name))
        return name


def _strange(character: str) -> bool:
    return character in FORBIDDEN or not character.isprintable()


def _same(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
