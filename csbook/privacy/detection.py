"""Detection: phone numbers, mail addresses, resident ids and bank cards in free text.

Patterns find candidates in folded text, check digits and dates judge them (FACTS.md, "Personal data in Chinese text").
Numbers glued to Latin letters (SF1234567890, A07-5KQ2M-001) are order or staff numbers and pass, so do 400 hotlines,
which begin like no mobile number and no area code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from csbook.privacy.fold import fold, spellings

# up to two of these stand between the groups of a number: blanks, dashes, dots, invisible characters
_BETWEEN = " \\t\u3000\u00a0.\u00b7\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff"
_GAP = f"[{_BETWEEN}-]{{0,2}}"
_ALONE = "(?<![0-9A-Za-z])"
_SOLO = f"{_ALONE}(?<![0-9][.-])"
_ENDS = "(?![0-9A-Za-z])"
_CUE = "".join(f"|(?<=(?i:{cue}))" for cue in ("tel", "phone", "mobile", "wx", "vx"))
# first two digits of a resident id: the province
_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
# how bank cards begin in China (UnionPay and older debit cards) and abroad; one order number in ten has a right check digit too
_ISSUER = re.compile("6[028][0-9]{14,17}|955[89][0-9]{12,15}|(?:4[0-9]|5[1-5]|35)[0-9]{14}")
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"


class Finding(NamedTuple):
    """Personal data of one kind in text[start:stop]; `mask` is its masked spelling, "" for a kind that has none."""

    kind: str
    start: int
    stop: int
    mask: str


@dataclass(frozen=True)
class Detector:
    """One spelling of one kind: what it looks like, what makes it certain, how it is masked."""

    kind: str
    pattern: re.Pattern[str]
    certain: Callable[[re.Match[str]], bool]
    mask: Callable[[re.Match[str]], str]


def find(text: str, kinds: Collection[str]) -> tuple[Finding, ...]:
    """What is found in a text, in order of place; of two that overlap the surer kind counts (DETECTORS' order)."""
    folded, found = fold(text), list[Finding]()
    for detector in DETECTORS:
        if detector.kind not in kinds:
            continue
        for match in detector.pattern.finditer(folded):
            start, stop = match.span("data")
            free = all(stop <= other.start or start >= other.stop for other in found)
            if free and detector.certain(match):
                found.append(Finding(detector.kind, start, stop, detector.mask(match)))
    return tuple(sorted(found, key=lambda finding: finding.start))


def candidates() -> str:
    """A pattern that every text with a finding matches, and few others: @, the beginning of a phone number with its length, a long number.

    Without look-around, so that pyarrow runs it over a whole column.
    """
    gap = f"[{spellings('-.()')}{_BETWEEN}]{{0,3}}"  # the dash first, else it makes a range
    digit, one, zero, high = (f"[{spellings(digits)}]{gap}" for digits in ("0123456789", "1", "0", "3456789"))
    return f"[{spellings('@')}]|{one}{high}(?:{digit}){{9}}|{zero}(?:{digit}){{10}}|(?:{digit}){{15}}"


def _digits(match: re.Match[str]) -> str:
    return "".join(char for char in match["data"] if char.isascii() and char.isalnum())


def _evenly_spelt(match: re.Match[str]) -> bool:
    """In groups of three digits and more, or digit by digit: not the tail of a date and something else."""
    sizes = {len(group) for group in re.findall("[0-9]+", match["data"])}
    return min(sizes) >= 3 or sizes == {1}


def _mobile_mask(match: re.Match[str]) -> str:
    digits = _digits(match)
    return f"{digits[:3]}****{digits[-4:]}"


def _landline_mask(match: re.Match[str]) -> str:
    return f"{match['area']}****{_digits(match)[-4:]}"


def _id_is_valid(match: re.Match[str]) -> bool:
    return bool(mod_11_2.is_valid(_digits(match).upper()))


def _card_is_valid(match: re.Match[str]) -> bool:
    digits = _digits(match)
    return bool(_ISSUER.fullmatch(digits) and luhn.is_valid(digits))


def _always(_: re.Match[str]) -> bool:
    return True


def _no_mask(_: re.Match[str]) -> str:
    return ""


def _spread(*groups: str) -> str:
    """Digits that may stand apart: each group is a class and how often it stands."""
    return _GAP.join(groups)


_D = "[0-9]"
_MAIL = r"(?P<data>[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})"
_ID18 = f"(?P<data>{_spread(_PROVINCE + _D * 4, '(?:19|20)' + _D * 2 + _DAY, _D * 3 + '[0-9Xx]')})"
_ID15 = f"(?P<data>{_PROVINCE}{_D}{{4}}{_D}{{2}}{_DAY}{_D}{{3}})"
_CARD = f"(?P<data>[3-69]{_D}{{15,18}}|[3-69]{_D}{{3}}(?:{_GAP}{_D}{{4}}){{3}}(?:{_GAP}{_D}{{1,3}})?)"
_MOBILE = f"(?:(?:(?:\\+|00)?86){_GAP})?(?P<data>{_spread('1', '[3-9]', *[_D] * 9)})"
_AREA = f"(?P<area>(?:010|02{_D})(?={_GAP}[)]?{_GAP}(?:{_D}{_GAP}){{8}})|0[3-9]{_D}{{2}})"
_LANDLINE = f"(?P<data>[(]?{_AREA}[)]?{_GAP}{_spread('[2-9]' + _D * 2, _D, _D * 3, _D + '?')})"

DETECTORS = (
    Detector("mail", re.compile(_MAIL), _always, lambda _: "***@***"),
    Detector("id", re.compile(_SOLO + _ID18 + _ENDS), _id_is_valid, _no_mask),
    Detector("id", re.compile(_SOLO + _ID15 + _ENDS), _always, _no_mask),
    Detector("card", re.compile(_SOLO + _CARD + _ENDS), _card_is_valid, _no_mask),
    Detector("phone", re.compile(f"(?:{_ALONE}{_CUE}){_MOBILE}(?![0-9])"), _evenly_spelt, _mobile_mask),
    Detector("phone", re.compile(f"{_SOLO}{_LANDLINE}{_ENDS}"), _evenly_spelt, _landline_mask),
)
