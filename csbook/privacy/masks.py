"""Masks: which spellings of a masked value are well formed, as data read from validations/masks.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.lists import Bilingual

if TYPE_CHECKING:
    import pandas as pd

_DIGIT = "[0-9]"


@dataclass(frozen=True, kw_only=True)
class Mask:
    """A mask of FORMS.md.

    A value is well formed when it equals a shape (`#` one digit, `#+` one or more) or a word, or when it
    ends in one of `endings`, holds one of `holds` or has at most `short` characters, and is at most `longest`
    characters, contains nothing of `without` and fewer than `digits_below` digits, together or apart. The last three bind
    only values that are not a shape or a word; with neither endings, holds nor short, nothing but shapes and
    words is accepted. `hides`: the kind of personal data (csbook.privacy.findings.KINDS) that a value without this mask is taken for and
    removed as, "" where it may stay.
    """

    name: str
    hint: Bilingual
    shapes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    longest: int | None = None
    without: tuple[str, ...] = ()
    digits_below: int | None = None
    short: int | None = None
    hides: str = ""

    def accepts(self, values: pd.Series[str]) -> pd.Series[bool]:
        """Per value: well formed? Missing values are accepted."""
        text = values.fillna("").astype("str")
        accepted = values.isna() | text.isin(self.words)
        for shape in self.shapes:
            accepted |= text.str.fullmatch(_pattern(shape)).astype(bool)
        return accepted | self._loose(text)

    def _loose(self, text: pd.Series[str]) -> pd.Series[bool]:
        """Per value: right by its ending, by what it holds or by being short?"""
        right = _holds(text, self.holds)
        if self.endings:
            right |= text.str.endswith(self.endings).astype(bool)
        if self.short is not None:
            right |= characters(text) <= self.short
        right &= ~_holds(text, self.without)
        if self.digits_below is not None:
            right &= text.str.count(_DIGIT) < self.digits_below
        return right & (characters(text) <= self.longest) if self.longest is not None else right

    def samples(self) -> tuple[str, ...]:
        """A few well-formed values: one per shape and word, one by its ending, one by what it holds."""
        made = [shape.replace("#+", "456").replace("#", "5") for shape in self.shapes]
        return (*made, *self.words, *("A" + part for part in (*self.endings[:1], *self.holds[:1])))


def characters(values: pd.Series[str]) -> pd.Series[int]:
    """Characters per value, 0 where missing. An emoji is one, as people and LibreOffice count; Excel's LEN counts two and is stricter."""
    return values.fillna("").astype("str").str.len().astype("int64")


def _pattern(shape: str) -> str:
    return re.escape(shape).replace(r"\#\+", f"{_DIGIT}+").replace(r"\#", _DIGIT)


def _holds(text: pd.Series[str], parts: tuple[str, ...]) -> pd.Series[bool]:
    import pandas as pd

    found = pd.Series(False, index=text.index)
    for part in parts:
        found |= text.str.contains(part, regex=False).astype(bool)
    return found
