"""Numbers: mail addresses, resident ids, bank cards and phone numbers, certain by their form and check digits.

FACTS.md, "Personal data in Chinese text". Numbers glued to Latin letters (SF1234567890, A07-5KQ2M-001) are order or
staff numbers and pass, so do 400 hotlines, which begin like no mobile number and no area code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from csbook.privacy.detector import (
    ALONE,
    BETWEEN,
    ENDS,
    GAP,
    SOLO,
    WIDE_GAP,
    Detector,
    cue,
    cue_trace,
    digit,
    digits_of,
    either,
    link_trace,
    links,
    not_ordered,
    spread,
)
from csbook.privacy.fold import spellings
from csbook.privacy.words import Words

_GLUED_CUE = "".join(f"|(?<=(?i:{word}))" for word in ("tel", "phone", "mobile", "wx", "vx"))
# first two digits of a resident id: the province, where a resident of Hong Kong, Macao or Taiwan comes from, or 9 for one from abroad
_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-8])"
# how bank cards begin in China (UnionPay and older debit cards) and abroad; one order number in ten has a right check digit too
_ISSUER = re.compile("6[028][0-9]{14,17}|955[89][0-9]{12,15}|(?:4[0-9]|5[1-5]|35)[0-9]{14}")
_MONTH, _DATE = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_DAY = _MONTH + _DATE
_D = "[0-9]"
_MAIL = r"(?P<data>[A-Za-z0-9._%+-]+ ?@ ?(?:[A-Za-z0-9-]+[.\u3002])+[A-Za-z]{2,})"
_ID18 = f"(?P<data>{spread(_PROVINCE + _D, _D * 3, '(?:19|20)' + _D * 2, _MONTH, _DATE, _D * 3, '[0-9Xx]')})"
_ID15 = f"(?P<data>{_PROVINCE}{_D}{{4}}{_D}{{2}}{_DAY}{_D}{{3}})"
_CARD = f"(?P<data>[3-69]{_D}{{15,18}}|[3-69]{_D}{{3}}(?:{GAP}{_D}{{4}}){{3}}(?:{GAP}{_D}{{1,3}})?|6{_D}{{5}}{GAP}{_D}{{10,13}})"
# what else stands between the digits of a mobile number; elsewhere it parts sizes and numbers of a list
_SIGNS = "/_*,\u3001"
_THREE_FOUR_FOUR = WIDE_GAP.join((f"1[3-9]{_D}", _D * 4, _D * 4))
_MOBILE = f"(?P<data>{spread('1', '[3-9]', *[_D] * 9)}|[(]1[3-9]{_D}[)]{GAP}{_D}{{4}}{GAP}{_D}{{4}}|{_THREE_FOUR_FOUR})"
_TO_MOBILE = f"(?:(?:\\+|00)?86{GAP})?"
_POWER = r"(?P<data>1\.[3-9][0-9]{9}[Ee]\+?10)"  # a number cell written out by a program
_AREA = f"(?P<area>(?:010|02{_D})(?={GAP}[)]?{GAP}(?:{_D}{GAP}){{8}})|0[3-9]{_D}{{2}})"
_LOCAL = spread("[2-9]" + _D * 2, _D, _D * 3, _D + "?")
_LANDLINE = f"(?P<data>[(]?{_AREA}[)]?{WIDE_GAP}{_LOCAL})"
_HOME = f"(?:(?:\\+|(?:{ALONE}{_GLUED_CUE})00)86|{ALONE}86(?=[ -])){GAP}"
_FROM_ABROAD = f"{_HOME}(?P<data>[(]?(?P<area>(?:10|2{_D})(?={GAP}[)]?{GAP}(?:{_D}{GAP}){{8}})|[3-9]{_D}{{2}})[)]?{GAP}{_LOCAL})"
# another country's: behind a plus; or of Hong Kong and Macao, with two zeros or a sign behind their code
_PLUS = f"(?<![0-9A-Za-z])[+](?!86)[1-9](?:[{BETWEEN}()-]{{0,3}}{_D}){{9,14}}"
_ABROAD = f"(?:{_PLUS}|{SOLO}(?:0085[23]|85[23][ -]){GAP}{_D}{{4}}{GAP}{_D}{{4}}(?![ ]?[0-9]))"
# digits of a number in groups that people write, besides groups of three and more, and digit by digit
_GROUPS = ((3, 2, 2, 2, 2), (1, 3, 3, 4))


def detectors(words: Words) -> tuple[Detector, ...]:
    """The detectors, the surest kind first."""
    far, run = _traces(words)
    mobile = f"(?:{ALONE}{_GLUED_CUE})(?:{_TO_MOBILE}|{not_ordered(words)}0{GAP}){_MOBILE}(?![0-9])"  # 0 leads to another town
    ends = f"(?![0-9A-Za-z]|[ ]?{either(words.units)})"
    return (
        Detector("mail", re.compile(_MAIL), "@", mask=lambda _: "***@***"),
        Detector("id", re.compile(SOLO + _ID18 + ENDS), run, _id_is_valid, said=True, least=17),
        Detector("id", re.compile(SOLO + not_ordered(words) + _ID15 + ENDS), run, said=True, least=15),
        Detector("card", re.compile(SOLO + not_ordered(words) + _CARD + ENDS), run, _card_is_valid, said=True, least=15),
        Detector("phone", re.compile(mobile), far, _evenly_spelt, _mobile_mask, said=True, least=11),
        Detector("phone", re.compile(SOLO + _POWER + ENDS), far, mask=_mobile_mask, least=11),
        Detector("phone", re.compile(SOLO + _LANDLINE + ENDS), far, _evenly_spelt, _landline_mask, said=True, least=10),
        Detector("phone", re.compile(_FROM_ABROAD + ENDS), far, _evenly_spelt, _landline_mask, least=11),
        Detector("phone", re.compile(f"(?P<data>{_ABROAD}){ends}"), far, mask=_last_digits, least=10),
        _near(words),
        *_cued(words, run),
    )


def _cued(words: Words, run: str) -> Iterator[Detector]:
    """Numbers behind the name of what they are, whatever their check digits say: one sign mistyped, they still tell who somebody is."""
    spelt = GAP.join([_D] * 17) + f"{GAP}[0-9Xx]"
    yield Detector("id", re.compile(f"{cue(words.resident_id)}{links(words)}(?P<data>{spelt}|{_D}{{15}}){ENDS}"), run, said=True, least=15)
    if words.mobile:
        between = f"[{BETWEEN}{_SIGNS}-]{{0,3}}"
        spelt = between.join(("1", "[3-9]", *[_D] * 9))
        gap = f"[{spellings('-.' + _SIGNS)}{BETWEEN}]{{0,3}}"
        trace = f"{cue_trace(words.mobile, words)}{link_trace(words)}{digit(words, '1')}{gap}{digit(words, '3456789')}{gap}{digit(words)}"
        pattern = f"{cue(words.mobile)}{links(words)}(?P<data>{spelt})(?![0-9])"
        yield Detector("phone", re.compile(pattern), trace, mask=_mobile_mask, said=True, least=11)
    if words.documents:
        number = f"(?P<data>[A-Za-z]{{1,2}}{_D}{{7,9}}|(?!20{_D}{{2}}{_DAY}){_D}{{8}}|{_D}{{10}}){ENDS}"
        trace = f"{cue_trace(words.documents, words)}{link_trace(words)}[0-9A-Za-z]{{2}}"
        yield Detector("id", re.compile(f"{cue(words.documents)}{links(words)}{number}"), trace, least=7)
    if words.bank:
        account = f"(?P<data>(?!20{_D}{{2}}{GAP}{_MONTH}{GAP}{_DATE}){GAP.join([_D] * 12)}(?:{GAP}{_D}){{0,7}}){ENDS}"
        trace = f"{cue_trace(words.bank, words)}{link_trace(words)}{digit(words)}{{4}}"
        yield Detector("card", re.compile(f"{cue(words.bank)}{links(words)}{account}"), trace, said=True, least=12)


def _near(words: Words) -> Detector:
    """A local number behind a cue, which is no date and no hotline."""
    hotline_or_date = "(?!400|800|95|20[0-9]{2}" + _DAY + ")"
    pattern = f"{cue(words.local_phone)}{links(words)}(?P<data>{hotline_or_date}[2-9]{_D}{{2,3}}{GAP}{_D}{{4}})(?![0-9A-Za-z*]|[-.][0-9])"
    three = digit(words) * 3
    trace = cue_trace(words.local_phone, words) + link_trace(words) + three if words.local_phone else ""
    return Detector("phone", re.compile(pattern), trace, mask=_last_digits, said=True, least=7)


def _traces(words: Words) -> tuple[str, str]:
    """What phone numbers leave in unfolded text: their beginning with their length; and a long number."""
    gap = f"[{spellings('-.()')}{BETWEEN}]{{0,3}}"
    any_digit, one, zero, high = (digit(words, digits) + gap for digits in ("0123456789", "1", "0", "3456789"))
    abroad = f"{digit(words, '8')}{digit(words, '56')}{gap}(?:{any_digit}){{9}}|[{spellings('+')}]{gap}(?:{any_digit}){{10}}"
    return f"{one}{high}(?:{any_digit}){{9}}|{zero}(?:{any_digit}){{10}}|{abroad}", f"(?:{any_digit}){{15}}"


def _evenly_spelt(match: re.Match[str]) -> bool:
    """In groups that people write: not the tail of a date and something else."""
    area = match.groupdict().get("area", "")
    groups = tuple(len(group) for group in re.findall("[0-9]+", match["data"].removeprefix("(").removeprefix(area)))
    return min(groups) >= 3 or set(groups) == {1} or groups in _GROUPS


def _mobile_mask(match: re.Match[str]) -> str:
    digits = digits_of(match)
    return f"{digits[:3]}****{digits[7:11]}"  # 1.3812345678E10 ends in more digits


def _last_digits(match: re.Match[str]) -> str:
    return f"****{digits_of(match)[-4:]}"


def _landline_mask(match: re.Match[str]) -> str:
    return f"0{match['area'].removeprefix('0')}****{digits_of(match)[-4:]}"


def _id_is_valid(match: re.Match[str]) -> bool:
    from stdnum.iso7064 import mod_11_2  # loads half a web client, for a number that is rare

    return bool(mod_11_2.is_valid(digits_of(match).upper()))


def _card_is_valid(match: re.Match[str]) -> bool:
    from stdnum import luhn

    digits = digits_of(match)
    return bool(_ISSUER.fullmatch(digits) and luhn.is_valid(digits))
