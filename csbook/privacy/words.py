"""Words: what people write around and inside personal data, read from the table `words` of validations/privacy.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Words:
    """Cues, endings and exceptions in the language of the records; a detector whose words are empty finds nothing.

    `digits`: digit -> the characters that stand for it; the other fields are explained where privacy.toml gives them.
    """

    digits: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    local_phone: tuple[str, ...] = ()
    mobile: tuple[str, ...] = ()
    resident_id: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    bank: tuple[str, ...] = ()
    verification: tuple[str, ...] = ()
    not_verification: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    not_account: tuple[str, ...] = ()
    plate: tuple[str, ...] = ()
    not_plate: tuple[str, ...] = ()
    plate_end: tuple[str, ...] = ()
    roads: tuple[str, ...] = ()
    not_roads: tuple[str, ...] = ()
    after_road: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    house: tuple[str, ...] = ()
    units_of_house: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    not_in_place: tuple[str, ...] = ()
    not_house: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    name_ends: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()


def words(table: Mapping[str, Any]) -> Words:
    """The words of a TOML table. Raises ValueError naming the keys that are unknown or not of the right type."""
    known = {each.name for each in fields(Words)}
    wrong = sorted(key for key, value in table.items() if key not in known or not _right(key, value))
    if wrong:
        raise ValueError(", ".join(wrong))
    lists: dict[str, Any] = {key: tuple(value) for key, value in table.items() if key != "digits"}
    return Words(digits=dict(table.get("digits", {})), **lists)


def _right(key: str, value: object) -> bool:
    if key != "digits":
        return isinstance(value, list) and all(isinstance(each, str) and each for each in value)
    return isinstance(value, dict) and all(
        len(digit) == 1 and digit in "0123456789" and isinstance(chars, str) and chars for digit, chars in value.items()
    )
