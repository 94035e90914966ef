"""TOML files that people write, with whatever editor: UTF-8, with the mark that some set in front or without."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from csbook import messages
from csbook.issues import UsageError

PLACE = re.compile(r"(?P<reason>.*) \(at line (?P<line>[0-9]+), column (?P<column>[0-9]+)\)")
END = " (at end of document)"


class UnreadableError(UsageError):
    """A file that is no TOML; `str` is Chinese."""

    def __init__(self, path: Path, fault: str | OSError, **words: str) -> None:
        self.path, self.fault, self.words = path, fault, words
        super().__init__(self.text("zh"))

    def reason(self, lang: str) -> str:
        """What is wrong and what to do."""
        if isinstance(self.fault, OSError):
            return messages.text(lang, "toml.closed", reason=messages.reason(lang, self.fault))
        return messages.text(lang, f"toml.{self.fault}", **self.words)

    def text(self, lang: str) -> str:
        """The same, and where."""
        return messages.text(lang, "toml.unreadable", path=self.path, reason=self.reason(lang))


def read(path: Path) -> dict[str, Any]:
    """The tables of a file. Raises UnreadableError."""
    return parsed(content(path), path)


def content(path: Path) -> bytes:
    """The bytes of a file. Raises UnreadableError where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableError(path, "missing") from error
    except OSError as error:
        raise UnreadableError(path, "folder" if path.is_dir() else error) from error


def parsed(raw: bytes, path: Path) -> dict[str, Any]:
    """The tables in the bytes of the file at `path`. Raises UnreadableError."""
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableError(path, "encoding") from error
    except tomllib.TOMLDecodeError as error:
        place = PLACE.fullmatch(str(error))
        if place:
            raise UnreadableError(path, "syntax", **place.groupdict()) from error
        raise UnreadableError(path, "cut", reason=str(error).removesuffix(END)) from error
