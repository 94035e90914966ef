"""Masks: which spellings of a masked value are well formed, as data read from validations/masks.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.lists import Bilingual
from csbook.privacy.each import NEVER, each, holding

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

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
        return each(values, self._accepted, blank=True)

    def _accepted(self, text: pa.Array) -> pa.Array:
        import pyarrow.compute as pc  # here, as below: whoever only knows the forms needs no columns

        accepted = pc.match_substring_regex(text, _whole(self.shapes, self.words))
        return pc.or_(accepted, self._loose(text)) if self.holds or self.endings or self.short is not None else accepted

    def _loose(self, text: pa.Array) -> pa.Array:
        """Per value: right by its ending, by what it holds or by being short?"""
        import pyarrow.compute as pc

        length = pc.utf8_length(text)
        right = pc.match_substring_regex(text, holding(self.holds, self.endings))
        if self.short is not None:
            right = pc.or_(right, pc.less_equal(length, self.short))
        if self.without:
            right = pc.and_not(right, pc.match_substring_regex(text, holding(self.without)))
        if self.digits_below is not None:
            right = pc.and_(right, pc.less(pc.count_substring_regex(text, _DIGIT), self.digits_below))
        return pc.and_(right, pc.less_equal(length, self.longest)) if self.longest is not None else right

    def samples(self) -> tuple[str, ...]:
        """A few well-formed values: one per shape and word, one by its ending, one by what it holds."""
        made = [shape.replace("#+", "456").replace("#", "5") for shape in self.shapes]
        return (*made, *self.words, *("A" + part for part in (*self.endings[:1], *self.holds[:1])))


def characters(values: pd.Series[str]) -> pd.Series[int]:
    """Characters per value, 0 where missing. An emoji is one, as people and LibreOffice count; Excel's LEN counts two and is stricter."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    lengths = pc.utf8_length(pa.array(values, pa.string(), from_pandas=True))
    return pd.Series(pc.fill_null(lengths, 0).to_numpy().astype("int64"), index=values.index)


def _pattern(shape: str) -> str:
    return re.escape(shape).replace(r"\#\+", f"{_DIGIT}+").replace(r"\#", _DIGIT)


def _whole(shapes: tuple[str, ...], words: tuple[str, ...]) -> str:
    """A pattern for a text that is one of these as a whole."""
    return f"^(?:{'|'.join((*map(_pattern, shapes), *map(re.escape, words)))})$" if shapes or words else NEVER
