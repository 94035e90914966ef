"""Numbers: mail addresses, resident ids, bank cards and phone numbers, certain by their form and check digits.

FACTS.md, "Personal data in Chinese text". Numbers glued to Latin letters (SF1234567890, A07-5KQ2M-001) are order or
staff numbers and pass, so do 400 hotlines, which begin like no mobile number and no area code.
"""

from __future__ import annotations

import re

from csbook.privacy.detector import (
    ALONE,
    BETWEEN,
    ENDS,
    GAP,
    SOLO,
    Detector,
    cue,
    cue_trace,
    digit,
    digits_of,
    link_trace,
    links,
    not_behind,
    spread,
)
from csbook.privacy.fold import spellings
from csbook.privacy.words import Words

_GLUED_CUE = "".join(f"|(?<=(?i:{word}))" for word in ("tel", "phone", "mobile", "wx", "vx"))
# first two digits of a resident id: the province
_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
# how bank cards begin in China (UnionPay and older debit cards) and abroad; one order number in ten has a right check digit too
_ISSUER = re.compile("6[028][0-9]{14,17}|955[89][0-9]{12,15}|(?:4[0-9]|5[1-5]|35)[0-9]{14}")
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_D = "[0-9]"
_MAIL = r"(?P<data>[A-Za-z0-9._%+-]+ ?@ ?(?:[A-Za-z0-9-]+[.\u3002])+[A-Za-z]{2,})"
_ID18 = f"(?P<data>{spread(_PROVINCE + _D * 4, '(?:19|20)' + _D * 2 + _DAY, _D * 3 + '[0-9Xx]')})"
_ID15 = f"(?P<data>{_PROVINCE}{_D}{{4}}{_D}{{2}}{_DAY}{_D}{{3}})"
_CARD = f"(?P<data>[3-69]{_D}{{15,18}}|[3-69]{_D}{{3}}(?:{GAP}{_D}{{4}}){{3}}(?:{GAP}{_D}{{1,3}})?|6{_D}{{5}}{GAP}{_D}{{10,13}})"
_MOBILE = f"(?:(?:\\+|00)?86{GAP})?(?P<data>{spread('1', '[3-9]', *[_D] * 9)}|[(]1[3-9]{_D}[)]{GAP}{_D}{{4}}{GAP}{_D}{{4}})"
_POWER = r"(?P<data>1\.[3-9][0-9]{9}[Ee]\+?10)"  # a number cell written out by a program
_AREA = f"(?P<area>(?:010|02{_D})(?={GAP}[)]?{GAP}(?:{_D}{GAP}){{8}})|0[3-9]{_D}{{2}})"
_LOCAL = spread("[2-9]" + _D * 2, _D, _D * 3, _D + "?")
_LANDLINE = f"(?P<data>[(]?{_AREA}[)]?{GAP}{_LOCAL})"
_HOME = f"(?:\\+|(?:{ALONE}{_GLUED_CUE})00)86{GAP}"
_ABROAD = f"{_HOME}(?P<data>[(]?(?P<area>(?:10|2{_D})(?={GAP}[)]?{GAP}(?:{_D}{GAP}){{8}})|[3-9]{_D}{{2}})[)]?{GAP}{_LOCAL})"
# digits of a number in groups that people write, besides groups of three and more, and digit by digit
_GROUPS = ((3, 2, 2, 2, 2), (1, 3, 3, 4))


def detectors(words: Words) -> tuple[Detector, ...]:
    """The detectors, the surest kind first."""
    far, run = _traces(words)
    mail = Detector("mail", re.compile(_MAIL), "@", mask=lambda _: "***@***")
    return (
        mail,
        Detector("id", re.compile(SOLO + _ID18 + ENDS), run, _id_is_valid, said=True, least=17),
        Detector("id", re.compile(SOLO + _not_ordered(words) + _ID15 + ENDS), run, said=True, least=15),
        Detector("card", re.compile(SOLO + _not_ordered(words) + _CARD + ENDS), run, _card_is_valid, said=True, least=15),
        Detector("phone", re.compile(f"(?:{ALONE}{_GLUED_CUE}){_MOBILE}(?![0-9])"), far, _evenly_spelt, _mobile_mask, said=True, least=11),
        Detector("phone", re.compile(SOLO + _POWER + ENDS), far, mask=_mobile_mask, least=11),
        Detector("phone", re.compile(SOLO + _LANDLINE + ENDS), far, _evenly_spelt, _landline_mask, said=True, least=10),
        Detector("phone", re.compile(_ABROAD + ENDS), far, _evenly_spelt, _landline_mask, least=11),
        _near(words),
        _mistyped(words, run),
    )


def _mistyped(words: Words, run: str) -> Detector:
    """A resident id behind its cue, whatever its check digit says: one sign mistyped, it still tells who somebody is."""
    data = f"(?P<data>{spread(_D * 6, _D * 8, _D * 3 + '[0-9Xx]')}|{_D}{{15}})"
    return Detector("id", re.compile(f"{cue(words.resident_id)}{links(words)}{data}" + ENDS), run, said=True, least=15)


def _near(words: Words) -> Detector:
    """A local number behind a cue, which is no date and no hotline."""
    hotline_or_date = "(?!400|800|95|20[0-9]{2}" + _DAY + ")"
    pattern = f"{cue(words.local_phone)}{links(words)}(?P<data>{hotline_or_date}[2-9]{_D}{{2,3}}{GAP}{_D}{{4}})(?![0-9A-Za-z*]|[-.][0-9])"
    three = digit(words) * 3
    trace = cue_trace(words.local_phone, words) + link_trace(words) + three if words.local_phone else ""
    return Detector("phone", re.compile(pattern), trace, mask=lambda match: f"****{digits_of(match)[-4:]}", said=True, least=7)


def _traces(words: Words) -> tuple[str, str]:
    """What phone numbers leave in unfolded text: their beginning with their length; and a long number."""
    gap = f"[{spellings('-.()')}{BETWEEN}]{{0,3}}"
    any_digit, one, zero, high = (digit(words, digits) + gap for digits in ("0123456789", "1", "0", "3456789"))
    abroad = f"{digit(words, '8')}{digit(words, '6')}{gap}(?:{any_digit}){{9}}"
    return f"{one}{high}(?:{any_digit}){{9}}|{zero}(?:{any_digit}){{10}}|{abroad}", f"(?:{any_digit}){{15}}"


def _not_ordered(words: Words) -> str:
    """Not directly behind the word for an order, with or without a blank or colon between."""
    return not_behind(word + link for word in words.orders for link in ("", " ", ":"))


def _evenly_spelt(match: re.Match[str]) -> bool:
    """In groups that people write: not the tail of a date and something else."""
    area = match.groupdict().get("area", "")
    groups = tuple(len(group) for group in re.findall("[0-9]+", match["data"].removeprefix("(").removeprefix(area)))
    return min(groups) >= 3 or set(groups) == {1} or groups in _GROUPS


def _mobile_mask(match: re.Match[str]) -> str:
    digits = digits_of(match)
    return f"{digits[:3]}****{digits[7:11]}"  # 1.3812345678E10 ends in more digits


def _landline_mask(match: re.Match[str]) -> str:
    return f"0{match['area'].removeprefix('0')}****{digits_of(match)[-4:]}"


def _id_is_valid(match: re.Match[str]) -> bool:
    from stdnum.iso7064 import mod_11_2  # loads half a web client, for a number that is rare

    return bool(mod_11_2.is_valid(digits_of(match).upper()))


def _card_is_valid(match: re.Match[str]) -> bool:
    from stdnum import luhn

    digits = digits_of(match)
    return bool(_ISSUER.fullmatch(digits) and luhn.is_valid(digits))
