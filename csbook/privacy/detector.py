"""Detector: one spelling of one kind of personal data, and the small patterns that detectors are built of."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from csbook.privacy.fold import either_case, spellings
from csbook.privacy.words import Words

HAN = f"{chr(0x4E00)}-{chr(0x9FFF)}"
# these stand between the groups of a number, up to two of them, or three where it is plain what they part: blanks, line breaks, dashes,
# dots, invisible characters
BETWEEN = " \\t\\n\\r\u3000\u00a0.\u00b7\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff"
GAP, WIDE_GAP = (f"[{BETWEEN}-]{{0,{most}}}" for most in (2, 3))
ALONE = "(?<![0-9A-Za-z])"
SOLO = f"{ALONE}(?<![0-9][.-])"
ENDS = "(?![0-9A-Za-z])"
REACH = 24  # how far left of the certain part its lead may begin
NOTHING = "(?!)"  # a pattern that matches nowhere


class Finding(NamedTuple):
    """Personal data of one kind in text[start:stop]; `mask` is its masked spelling, "" for a kind that has none."""

    kind: str
    start: int
    stop: int
    mask: str


def always(_: re.Match[str]) -> bool:
    """For patterns that are certain by themselves."""
    return True


def no_mask(_: re.Match[str]) -> str:
    """For kinds that are removed, never masked."""
    return ""


@dataclass(frozen=True)
class Detector:
    """What data of a kind looks like in folded text (group `data`), what makes it certain, how it is masked.

    `trace`: a pattern without look-around (pyarrow runs it over whole columns) that every unfolded text with a match
    contains, or a full-width letter, digit or @ instead; "" when nothing can match. `said`: digits written as words are
    read as digits too. `least`: fewer digits than these cannot match. `before`: what leads to the data and belongs to it.
    """

    kind: str
    pattern: re.Pattern[str]
    trace: str
    certain: Callable[[re.Match[str]], bool] = always
    mask: Callable[[re.Match[str]], str] = no_mask
    said: bool = False
    least: int = 0
    before: re.Pattern[str] | None = None

    def start(self, match: re.Match[str]) -> int:
        """Where the data begins, what leads to it included."""
        start = match.start("data")
        if self.before is None:
            return start
        lead = match.string[max(0, start - REACH) : start]
        found = self.before.search(lead)
        return start - len(lead) + found.start() if found else start


def digits_of(match: re.Match[str]) -> str:
    """The digits (and the X of a resident id) of what was found, without what stands between them."""
    return "".join(char for char in match["data"] if char.isascii() and char.isalnum())


def spread(*groups: str) -> str:
    """Digits that may stand apart: each group is a class and how often it stands."""
    return GAP.join(groups)


def either(parts: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first; NOTHING without words."""
    return "(?:" + "|".join(re.escape(part) for part in sorted(parts, key=lambda part: (-len(part), part))) + ")" if parts else NOTHING


def not_behind(parts: Iterable[str]) -> str:
    """A look-behind that no such word stands directly before."""
    return "".join(f"(?<!{re.escape(part)})" for part in parts)


def not_ordered(words: Words) -> str:
    """Not directly behind the word for an order, with or without a blank or colon between."""
    return not_behind(word + link for word in words.orders for link in ("", " ", ":"))


def cue(parts: Iterable[str]) -> str:
    """A pattern for one of the cues in folded text; # is a digit."""
    return f"(?i:{either(parts)})".replace(r"\#", "[0-9]")


def cue_trace(parts: Iterable[str], words: Words) -> str:
    """The same for unfolded text, without look-around."""
    return cue(parts).replace("[0-9]", digit(words))


def digit(words: Words, digits: str = "0123456789") -> str:
    """A class of all characters that stand for one of `digits` in a trace."""
    return f"[{digits}{''.join(words.digits.get(each, '') for each in digits)}]"


def links(words: Words) -> str:
    """What may stand between a cue and what it announces."""
    return f"(?:{either(words.links)}){{0,4}}" if words.links else ""


def link_trace(words: Words) -> str:
    """The same for unfolded text."""
    return f"(?:{'|'.join(either_case(link) for link in words.links)}){{0,4}}" if words.links else ""


def wide() -> str:
    """A trace of everything that is written in look-alikes of ASCII letters, digits and @."""
    signs = string.ascii_letters + string.digits + "@"
    return f"[{spellings(signs).removeprefix(signs)}]"
