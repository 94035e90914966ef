"""Places: addresses down to the house or the room, and number plates."""

from __future__ import annotations

import re

from csbook.privacy.detector import HAN, NOTHING, Detector, either, not_behind
from csbook.privacy.words import Words

_BLANK = "[ \u3000]?"


def detectors(words: Words) -> tuple[Detector, ...]:
    """Those whose words are known."""
    made = []
    if words.plate:
        made.append(_plate(words))
    if words.roads and words.house:
        made += [_street(words), _home(words), _rooms(words)]
    return tuple(made)


def _plate(words: Words) -> Detector:
    """A province and a letter, then five or six signs: at most two letters among the five."""
    head = f"[{''.join(words.plate)}]{not_behind(words.not_plate)}[A-HJ-NP-Za-hj-np-z]"
    ends = f"[{''.join(words.plate_end)}]" if words.plate_end else NOTHING
    sign = "[0-9A-HJ-NP-Za-hj-np-z]"
    body = f"(?:{sign}{{5,6}}|{sign}{{4}}{ends})"
    pattern = f"(?P<data>(?P<head>{head})[ \u00b7.\u2022-]?(?P<body>{body}))(?![0-9A-Za-z*]|[.-][0-9])"
    trace = f"[{''.join(words.plate)}][A-Za-z].?[0-9A-Za-z]{{4}}"
    return Detector("plate", re.compile(pattern), trace, _mostly_digits, lambda match: f"{match['head']}***{match['body'][-2:]}")


def _mostly_digits(match: re.Match[str]) -> bool:
    return len(re.findall("[0-9]", match["body"])) >= 3


def _street(words: Words) -> Detector:
    """A road with a house number."""
    part = either(words.after_road).replace(r"\#", _count(words)) + "?" if words.after_road else ""
    number = f"{part}{_count(words)}{either(words.house)}"
    core = f"{either(words.roads)}{not_behind(words.not_roads)}{number}"
    return _address(words, core, f"{either(words.roads)}.{{0,3}}{_count(words)}{either(words.house)}")


def _home(words: Words) -> Detector:
    """A place to live with a building or a room, in words or as 6-2-501; a village with a house."""
    door = "[0-9A-Za-z]{1,3}-[0-9]{1,3}-[0-9]{3,4}"
    place = f"{either(words.places)}[ ]?(?:{_count(words)}{either({*words.buildings, *words.rooms})}|{door})"
    village = f"{either(words.villages)}{_count(words)}{either(words.house)}"
    return _address(words, f"(?:{place}|{village})")


def _rooms(words: Words) -> Detector:
    """A building and a room, whatever stands before."""
    number = _count(words)
    sign = f"[0-9A-Za-z{_said(words)}-]"
    building = f"{number}{either(words.buildings)}[ ]?"
    room = f"(?:{number}{either(words.units_of_house)}[ ]?)?{number}{either(words.rooms)}"
    bare = f"{number}{either(words.rooms)}[ ]?[0-9]{{3,4}}(?![0-9])"
    alone = f"[0-9]{{3,4}}(?![0-9A-Za-z{HAN}%]|[ .-]?[0-9])"  # as a count it would stand before a word
    return _address(words, f"{building}(?:{bare}|{room}|{alone})", f"{sign}{_BLANK}{either(words.buildings)}{_BLANK}{sign}")


def _address(words: Words, core: str, trace: str = "") -> Detector:
    """The core, what leads to it and what makes it finer; `trace` is the core without look-around."""
    lead = f"(?:(?![{''.join(words.not_in_place)}])[0-9A-Za-z {HAN}()\u00b7-])+$"
    finer = f"(?:[ ]?[{HAN}]{{0,8}}?{_count(words)}{either(words.units_of_house)})*(?:[ -]?[0-9]{{3,4}}(?![0-9]))?"
    pattern = f"(?P<data>{core}(?!{either(words.not_house)}){finer})"
    return Detector("address", re.compile(pattern), trace or core, before=re.compile(lead))


def _count(words: Words) -> str:
    """A number of a house in figures or words, with the blanks that many set around figures."""
    return f"{_BLANK}[0-9A-Za-z{_said(words)}-]{{1,8}}{_BLANK}"


def _said(words: Words) -> str:
    return "".join(words.digits.values()) + "".join(words.counters)
