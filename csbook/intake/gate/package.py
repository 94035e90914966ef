"""Packages: which parts of an archive make up the workbook, found by their relationships as the parser would."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from csbook.intake.gate import bounds, markup
from csbook.intake.gate.archive import Archive
from csbook.intake.gate.signature import disguised
from csbook.intake.refusal import Refused
from csbook.issues import Code

CONTENT_TYPES, TOP = "[Content_Types].xml", ""
# last words of content types and relationship types that mean code: VBA, and macros of Excel 4
MACROS = ("vbaproject", "macrosheet", "intlmacrosheet", "macroenabled.main+xml", "macroenabledtemplate.main+xml")
# links to other programs (DDE, OLE) in a part of external links
PROGRAM_LINKS = ("ddeLink", "oleLink")
# what a package is whose main part is no workbook
OTHERS = {"document": "word", "presentation": "slides"}
TRUE = frozenset({"1", "true", "on"})


@dataclass(frozen=True)
class Package:
    """A workbook's parts: sheets by name in order of the tabs, the strings and formats they use, and which calendar dates count by."""

    sheets: Mapping[str, str]
    strings: str | None
    styles: str | None
    from_1904: bool


def read(archive: Archive) -> Package:
    """The workbook in an archive. Raises Refused for macros, links to other programs, and an archive that holds no workbook."""
    if CONTENT_TYPES not in archive:
        raise Refused(Code.NOT_A_WORKBOOK)
    _check_macros(each.attributes.get("ContentType", "") for each in _elements(archive, CONTENT_TYPES, ("Override", "Default")))
    if any(name.endswith("vbaproject.bin") for name in archive.parts):
        raise Refused(Code.MACROS_FOUND)
    main = next((target for kind, target, _ in relations(archive, TOP) if kind == "officeDocument"), None)
    if main is None or main not in archive:
        raise Refused(Code.NOT_A_WORKBOOK)
    found = _main(archive, main)
    related = tuple(relations(archive, main))
    _check_macros(kind for kind, _, _ in related)
    _check_links(archive, (target for kind, target, _ in related if kind == "externalLink"))
    return _package(archive, found, related)


def _package(archive: Archive, found: Sequence[markup.Element], related: Iterable[tuple[str, str, str]]) -> Package:
    sheets = {key: target for kind, target, key in related if kind == "worksheet"}
    others = {kind: target for kind, target, _ in related if target in archive}
    titles = [(each.attributes.get("name", ""), sheets.get(each.attributes.get("id", ""))) for each in found if each.name == "sheet"]
    named = {name: part for name, part in titles if part is not None}
    if any(part not in archive for part in named.values()):
        raise Refused(Code.PART_BROKEN)
    # a name that stands twice would hide a sheet
    if len({name for name, _ in titles}) < len(titles):
        raise Refused(Code.PART_TWICE)
    from_1904 = any(each.attributes.get("date1904", "").lower() in TRUE for each in found if each.name == "workbookPr")
    return Package(named, others.get("sharedStrings"), others.get("styles"), from_1904)


def relations(archive: Archive, part: str) -> Iterator[tuple[str, str, str]]:
    """(kind, target, id) of a part's relationships within the archive; kind is the last word of its type, which Strict files share."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels in archive:
        for each in _elements(archive, rels, ("Relationship",)):
            if each.attributes.get("TargetMode", "") != "External":
                target = unquote(each.attributes.get("Target", "")).replace("\\", "/")
                inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                yield each.attributes.get("Type", "").rpartition("/")[2], inside, each.attributes.get("Id", "")


def _elements(archive: Archive, part: str, wanted: tuple[str, ...]) -> tuple[markup.Element, ...]:
    return markup.elements(archive.read(part, bounds.SMALL_BYTES), wanted)


def _check_macros(types: Iterable[str]) -> None:
    if any(kind.lower().endswith(MACROS) for kind in types):
        raise Refused(Code.MACROS_FOUND)


def _main(archive: Archive, main: str) -> tuple[markup.Element, ...]:
    """What the main part says of sheets and dates. Raises Refused where it is no workbook."""
    if not main.lower().endswith(".xml"):
        raise disguised("xlsb")
    data = archive.read(main, bounds.SMALL_BYTES)
    element, _ = markup.root(data)
    if element.name != "workbook":
        raise disguised(OTHERS[element.name]) if element.name in OTHERS else Refused(Code.NOT_A_WORKBOOK)
    return markup.elements(data, ("sheet", "workbookPr"))


def _check_links(archive: Archive, parts: Iterable[str]) -> None:
    for part in parts:
        if part in archive and _elements(archive, part, PROGRAM_LINKS):
            raise Refused(Code.DDE_FOUND)
