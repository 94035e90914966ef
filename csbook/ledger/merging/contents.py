"""Contents: what a row says beside what a record says: fields by name, blank ones left out; most costs of a merge are here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from csbook.ledger.database.values import loads

Content = Mapping[str, Any]


def among(content: Content, names: AbstractSet[str]) -> Content:
    """A content as far as these fields go; the same object where it goes no further."""
    return content if content.keys() <= names else {name: value for name, value in content.items() if name in names}


def differing(one: Content, other: Content, names: AbstractSet[str]) -> AbstractSet[str]:
    """The fields, of these, in which two contents differ."""
    return names & {name for name, _ in one.items() ^ other.items()}


def repeats(said: Content, present: AbstractSet[str], history: Iterable[str]) -> bool:
    """Is a row equal to one of these stored contents, as far as its sheet has columns (`present`)?"""
    return any(not differing(past, said, present) for past in map(loads, history))


def own_stamps(said: Content, current: Content, filled: Mapping[str, str]) -> AbstractSet[str]:
    """Stamps in a row that the merge itself had set: they come back in a prefilled template."""
    return {name for name, value in filled.items() if said.get(name) == value and name not in current}


def updated(current: Content, said: Content, present: AbstractSet[str]) -> Content:
    """A record's content after a row that says this: what its sheet has no column for stays."""
    return said if current.keys() <= present else {**among(current, current.keys() - present), **said}


def changes(before: Content, after: Content, names: Iterable[str]) -> dict[str, Sequence[Any]]:
    """Field → [old, new], None for blank."""
    return {name: [before.get(name), after.get(name)] for name in sorted(names)}


def patch(told: Content, content: Content) -> dict[str, Any]:
    """In which fields a record's content is another than the row told, and what it is."""
    if content is told:
        return {}
    return {name: content.get(name) for name in differing(content, told, content.keys() | told.keys())}
