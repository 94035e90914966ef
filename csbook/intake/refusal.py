"""Refusal: why a file is not read."""

from __future__ import annotations

from typing import Any

from csbook.issues import Code


class Refused(Exception):  # noqa: N818 - it is a verdict, not an error of the program
    """Ends the reading of one file; becomes its verdict and one issue, never leaves csbook.intake."""

    verdict = "refused"

    def __init__(self, code: Code, **words: Any) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


class Deferred(Refused):
    """A file that is not whole yet; it is read when it is handed in again."""

    verdict = "deferred"
