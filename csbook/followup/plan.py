"""Plan: validations/followup.toml – which lists of records stand under which heading of which page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbook import messages, toml
from csbook.issues import UsageError
from csbook.lists import Bilingual

PAGES = ("owner", "department", "supervisor", "review", "letter", "notice", "agenda")
SHAPES: Mapping[str, type] = {"zh": str, "en": str, "lists": list, "pages": list, "counts": bool}
NEEDED = ("zh", "en", "lists", "pages")


@dataclass(frozen=True)
class Heading:
    """A part of some pages: the records that stand on all of `lists`. `name` is its column in the rows."""

    name: str
    label: Bilingual
    lists: tuple[str, ...]
    pages: tuple[str, ...]
    counts: bool = False


@dataclass(frozen=True)
class Plan:
    """All headings, in the order in which a record looks for its own."""

    headings: tuple[Heading, ...]

    def of(self, *pages: str) -> tuple[Heading, ...]:
        """The headings of these pages."""
        return tuple(each for each in self.headings if set(pages) & set(each.pages))

    def lists(self, *pages: str) -> dict[str, tuple[str, ...]]:
        """Name -> lists of their headings, as csbook.metrics.follow_ups takes them."""
        return {each.name: each.lists for each in self.of(*pages)}


def load_plan(path: Path, lang: str = "zh") -> Plan:
    """Read followup.toml. Raises UsageError naming the file and everything in it that cannot be read."""
    table = toml.read(path)
    headings = table.pop("heading", [])
    rows = headings if isinstance(headings, list) else [headings]
    wrong = [*table, *(f"heading {place}: {what}" for place, row in enumerate(rows, 1) for what in _faults(row))]
    if wrong:
        known = {"known": ", ".join(SHAPES), "pages": ", ".join(PAGES)}
        raise UsageError(messages.text(lang, "followup.keys", file=path.name, keys="; ".join(wrong), **known))
    return Plan(tuple(_heading(place, row) for place, row in enumerate(rows, 1)))


def _faults(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield str(row)
        return
    yield from (f"{key} ?" for key in NEEDED if key not in row)
    for key, value in row.items():
        if not isinstance(value, SHAPES.get(key, ())) or not _fits(key, value):
            yield f"{key} = {value!r}"


def _fits(key: str, value: Any) -> bool:
    """Lists name something, pages are known ones."""
    if not isinstance(value, list):
        return True
    return bool(value) and all(isinstance(each, str) and (key != "pages" or each in PAGES) for each in value)


def _heading(place: int, row: Mapping[str, Any]) -> Heading:
    label = Bilingual(row["zh"], row["en"])
    return Heading(f"heading_{place}", label, tuple(row["lists"]), tuple(row["pages"]), row.get("counts", False))
