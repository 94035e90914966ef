"""Fold: full-width and other look-alike characters as ASCII, one for one, so that places in the text stay."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping

# small forms, full-width forms, mathematical letters and digits; not the circled digits, which number a list (and would grow into
# the number that follows them)
_RANGES = ((0xFE50, 0xFE6B), (0xFF01, 0xFF5E), (0x1D400, 0x1D7FF))


@functools.cache
def table() -> dict[int, str]:
    """Code point -> the ASCII character that NFKC makes of it."""
    folded = {code: unicodedata.normalize("NFKC", chr(code)) for first, last in _RANGES for code in range(first, last + 1)}
    return {code: char for code, char in folded.items() if len(char) == 1 and char.isascii()}


@functools.cache
def spellings(chars: str) -> str:
    """All characters that fold to one of `chars`, those included, for use in a character class."""
    return re.escape(chars) + "".join(chr(code) for code, char in table().items() if char in chars)


def either_case(word: str) -> str:
    """A pattern without look-around for a word in any spelling: full width, upper or lower case."""
    return "".join(f"[{spellings(_cases(char))}]" for char in word)


def fold(text: str) -> str:
    """The text with look-alikes folded; as long as the text itself."""
    return text.translate(table())


def said(digits: Mapping[str, str]) -> dict[int, str]:
    """A table for str.translate: every character that stands for a digit (written or drawn) -> the digit."""
    return {ord(char): digit for digit, chars in digits.items() for char in chars}


def _cases(char: str) -> str:
    return "".join(sorted({char.lower(), char.upper()}))
