"""Cued: digits that prove who calls, accounts and names, which only a word before them gives away."""

from __future__ import annotations

import re

from csbook.privacy.detector import HAN, Detector, cue, cue_trace, digit, either, link_trace, links, not_behind, not_ordered
from csbook.privacy.words import Words
from csbook.source_ids import LENGTH, ROW, SIGN

# letters before it, or letters and then figures, make the cue a part of a code: KT5VXHWXG7NH
_NOT_GLUED = "(?<![A-Za-z])" + "".join(f"(?<![A-Za-z][0-9]{{{length}}})" for length in range(1, 7))
# the code of a source id, DESK-ISSUE-ROW, is letters and digits by chance: WX and QQ among them are no cues
_OF_AN_ID = "|".join(f"(?<=-{SIGN}{{{before}}}){SIGN}{{{LENGTH - before}}}-" for before in range(LENGTH - 1))
_NOT_IN_AN_ID = f"(?!(?={SIGN}{{2,{LENGTH}}}-{ROW}(?![0-9]))(?:{_OF_AN_ID}))"


def detectors(words: Words) -> tuple[Detector, ...]:
    """Those whose cues are known."""
    made = []
    if words.verification:
        made.append(_verification(words))
    if words.account:
        made.append(_account(words))
    if words.name and words.surnames:
        made += [_name(words), _latin_name(words)]
    return tuple(made)


def _verification(words: Words) -> Detector:
    data = f"(?P<data>[0-9]{{3,7}}[0-9Xx])(?![0-9A-Za-z*]|[-.:/][0-9]|[ ]?{either(words.units)})"
    before = not_behind(words.not_verification)
    pattern = f"{before}{cue(words.verification)}{links(words)}{data}"
    trace = f"{cue_trace(words.verification, words)}{link_trace(words)}{digit(words)}{digit(words)}"
    return Detector("verification", re.compile(pattern), trace, said=True, least=3)


def _account(words: Words) -> Detector:
    """An account number or name; letters alone count only behind a cue that links to them, since programs are named so too."""
    tail = f"(?![0-9A-Za-z_@*]|[.][0-9]|[ ]?{either(words.units)})"
    program = f"(?!(?i:{either(words.not_account)}))"
    number = f"[1-9][0-9]{{4,10}}{tail}"
    mixed = f"{program}[A-Za-z](?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{{5,19}}{tail}"
    plain = f"{program}[A-Za-z][A-Za-z0-9_-]{{5,19}}{tail}"
    under = f"{program}[A-Za-z](?=[A-Za-z-]*_)[A-Za-z0-9_-]{{5,19}}{tail}"
    before = _NOT_GLUED + not_ordered(words) + _NOT_IN_AN_ID
    data = f'(?P<data>{number}|{mixed}|{under}|(?:(?<=[:="])|(?<=[:="] )){plain})'
    pattern = before + cue(words.account) + links(words) + data
    trace = f"{cue_trace(words.account, words)}{link_trace(words)}[0-9A-Za-z_-]{{5}}"
    return Detector("account", re.compile(pattern), trace, mask=lambda _: "***")


def _name(words: Words) -> Detector:
    """A surname and one or two characters, up to something that ends it; up to four where a link makes the cue certain."""
    han, ends = f"[{HAN}]", f"(?=[^{HAN}*]|$|{either(words.name_ends)})"
    surname = f"(?!{either(words.not_names)}){either(words.surnames)}(?!{either(words.titles)})"
    before = f"(?:{han}{{1,4}}[*]{{1,3}}{either(words.joints)})*" if words.joints else ""
    dotted = f"{han}{{2,5}}\u00b7{han}{{2,5}}"
    data = f"(?P<data>{dotted}|(?P<surname>{surname})(?:{han}{{1,2}}?{ends}|(?<=[: ].){han}{{2}}|(?<=[: ]..){han}{{2}}))"
    trace = f"{cue_trace(words.name, words)}{link_trace(words)}(?:{either(words.surnames)}|[{HAN}]{{2,5}}\u00b7|[{HAN}]{{1,4}}[*])"
    return Detector("name", re.compile(f"{cue(words.name)}{links(words)}{before}{data}"), trace, mask=_name_mask)


def _latin_name(words: Words) -> Detector:
    pattern = f"{cue(words.name)}{links(words)}(?P<data>[A-Z][a-z]+ [A-Z][a-z]+|[A-Z]{{2,}}[ /][A-Z]{{2,}})(?![ ]?[A-Za-z])"
    trace = f"{cue_trace(words.name, words)}{link_trace(words)}[A-Z][A-Za-z]"
    return Detector("name", re.compile(pattern), trace, mask=lambda match: match["data"][0] + "***")


def _name_mask(match: re.Match[str]) -> str:
    surname = match["surname"] or match["data"][0]
    return surname + "*" * min(3, len(match["data"]) - len(surname))
