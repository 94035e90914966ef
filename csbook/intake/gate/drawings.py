"""Drawings: the cells that embedded pictures are anchored to."""

from __future__ import annotations

from collections.abc import Iterator

from csbook.intake.gate import bounds, markup, package
from csbook.intake.gate.archive import Archive

ANCHORS = ("from", "col", "row", "pic", "to")


def pictures(archive: Archive, sheet: str) -> Iterator[tuple[int, int]]:
    """(row, column) from 0 of every picture on a sheet, at most bounds.PICTURES. Raises Refused for a drawing that is no XML."""
    if not any(name.startswith("xl/drawings/") for name in archive.parts):
        return
    for kind, target, _ in package.relations(archive, sheet):
        if kind == "drawing" and target in archive:
            yield from _anchors(markup.elements(archive.read(target, bounds.SMALL_BYTES), ANCHORS))


def _anchors(elements: tuple[markup.Element, ...]) -> Iterator[tuple[int, int]]:
    """An anchor tells its first cell (from: col, row), its last (to: col, row), and then what it holds."""
    at, first, count = {"row": 0, "col": 0}, True, 0
    for element in elements:
        match element.name:
            case "from" | "to":
                first = element.name == "from"
            case "row" | "col" if first:
                at[element.name] = int(element.attributes.get("", "0").strip() or 0)
            case "pic" if count < bounds.PICTURES:
                count += 1
                yield at["row"], at["col"]
