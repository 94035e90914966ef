"""Masks: which spellings of a masked value are well formed, as data read from validations/masks.toml."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import pandas as pd

from csbook.lists import Bilingual

_DIGIT = "[0-9]"


@dataclass(frozen=True, kw_only=True)
class Mask:
    """A mask of FORMS.md.

    A value is well formed when it equals a shape (`#` one digit, `#+` one or more) or a word, or when it
    ends in one of `endings`, holds one of `holds` or has at most `short` characters, and is at most `longest`
    characters, contains nothing of `without` and no run of `digits_below` or more digits. The last three bind
    only values that are not a shape or a word; with neither endings, holds nor short, nothing but shapes and
    words is accepted.
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

    @functools.cached_property
    def pattern(self) -> str:
        """The same as one regular expression for a full match."""
        exact = [self._shape(shape) for shape in self.shapes] + [re.escape(word) for word in self.words]
        loose = [f".*(?:{_any(self.endings)})"] * bool(self.endings) + [f".*(?:{_any(self.holds)}).*"] * bool(self.holds)
        if loose:
            bars = [f"(?!.*(?:{_any(self.without)}))"] * bool(self.without)
            bars += [f"(?!.*{_DIGIT}{{{self.digits_below}}})"] * (self.digits_below is not None)
            bars += [f"(?!.{{{(self.longest or 0) + 1}}})"] * (self.longest is not None)
            exact.append("".join(bars) + f"(?:{'|'.join(loose)})")
        return f"(?s:{'|'.join(f'(?:{each})' for each in exact)})"

    @staticmethod
    def _shape(shape: str) -> str:
        return re.escape(shape).replace(r"\#\+", f"{_DIGIT}+").replace(r"\#", _DIGIT)

    def accepts(self, values: pd.Series) -> pd.Series[bool]:
        """Per value: well formed? Missing values are accepted."""
        return values.isna() | values.fillna("").astype("str").str.fullmatch(self.pattern)


def _any(parts: tuple[str, ...]) -> str:
    return "|".join(re.escape(part) for part in parts)
