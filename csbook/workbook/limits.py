"""Limits of Office: what it silently cuts or rejects, so that every call that would lose something raises."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from xlsxwriter.exceptions import XlsxWriterException

from csbook import messages
from csbook.issues import UsageError
from csbook.rules.excel import CELL_FORMULA as CELL_FORMULA

CELL_TEXT = 32_767
VALIDATION_FORMULA = 255
VALIDATION_TITLE = 32
PROMPT = 255
# Office's file validator allows 255 for error texts, its dialog only 224 (FACTS.md)
ERROR_TEXT = 224
ROW_HEIGHT = 409.0  # points


class Refused(UsageError):  # noqa: N818 - a sentence about what was refused, not a kind of bug
    """A call that XlsxWriter or Office would drop or cut; `what` names it."""

    def __init__(self, what: str, lang: str = "zh") -> None:
        super().__init__(messages.text(lang, "workbook.refused", what=what))
        self.what = what


def units(text: str) -> int:
    """The length that Office counts: UTF-16 units, so that an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def within(what: str, text: str, limit: int) -> str:
    """The text, or Refused where it is longer than Office allows."""
    if units(text) > limit:
        raise Refused(f"{what}: {units(text)} > {limit}")
    return text


def fitted(sentences: Iterable[str], limit: int, join: str = "\n") -> str:
    """As many whole sentences, in order, as fit; the first one is cut if it alone is too long."""
    kept = ""
    for sentence in filter(None, sentences):
        longer = f"{kept}{join}{sentence}" if kept else sentence
        if units(longer) <= limit:
            kept = longer
        elif not kept:
            kept = _cut(sentence, limit)
    return kept


def _cut(text: str, limit: int) -> str:
    text = text[:limit]
    while units(text) > limit - 1:
        text = text[:-1]
    return text + "…"


def checked(what: str, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Call XlsxWriter; a warning, an exception or a negative return value means that it dropped something, and raises."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = call(*args, **options)
        except XlsxWriterException as error:
            raise Refused(f"{what}: {error}") from error
    if caught:
        raise Refused(f"{what}: {caught[0].message}")
    if isinstance(result, int) and not isinstance(result, bool) and result < 0:
        raise Refused(f"{what}: {result}")
    return result


def lines(text: str, width: float) -> int:
    """Lines that a text needs in a column `width` characters wide; a Chinese character takes the room of two."""
    return sum(max(1, math.ceil(sum(1 + (character > "\u2e7f") for character in line) / (width - 1))) for line in text.split("\n"))
