"""The gate: what must be true of a file's bytes before a parser sees them, and the little that it then sees.

The zip is looked over by its directory; only the parts that the parser opens are unpacked, and it gets a zip of just those.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from csbook.intake.gate import bounds, drawings, markup, package, search, signature, stored, unplaced
from csbook.intake.gate.archive import Archive
from csbook.intake.gate.package import Package
from csbook.intake.gate.rewritten import rewritten, unprefixed
from csbook.intake.refusal import Refused
from csbook.issues import Code

__all__ = ["Opened", "bounds", "opened", "too_large"]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = "xl/workbook.xml"


@dataclass(frozen=True)
class Opened:
    """A workbook that passed the gate. `sheets` are the names of those wanted, in order of the tabs.

    `workbook` is a zip of just what the parser opens.
    """

    sheets: tuple[str, ...]
    workbook: bytes
    from_1904: bool
    _archive: Archive
    _package: Package
    _where: Mapping[str, slice]
    calm: frozenset[str] = frozenset()  # sheets that are known to hold nothing suspect (csbook.intake.gate.search.calm)

    def sheet(self, name: str) -> bytes:
        """A sheet's XML, as the parser sees it."""
        return self.workbook[self._where[name]]

    def filled(self, name: str) -> int:
        """How many cells of a sheet hold a value; counted for those sheets alone that are read."""
        return search.filled(self.workbook, self._where[name])

    def dated_as_text(self, name: str) -> bool:
        """Do dates stand in a sheet as text?"""
        here = self._where[name]
        return name not in self.calm and self.workbook.find(search.DATE_AS_TEXT.encode(), here.start, here.stop) >= 0

    def rewritten(self, name: str) -> Opened:
        """The same with one sheet read exactly and written plainly. Raises Refused."""
        return _opened(self._archive, self._package, {each: self.sheet(each) for each in self.sheets} | {name: rewritten(self.sheet(name))})

    def pictures(self, name: str) -> Iterator[tuple[int, int]]:
        """(row, column) from 0 of the pictures on a sheet."""
        return drawings.pictures(self._archive, self._package.sheets[name])

    def merged(self, name: str) -> Iterator[tuple[range, range]]:
        """Rows and columns from 0 of the merged cells of a sheet."""
        return search.merged(self.workbook, self._where[name])

    def small_part(self, name: str) -> bytes:
        """A part that csbook parses itself, such as docProps/custom.xml; b"" where the archive has none that is sound.

        Raises Refused for what may stand in no part: a DTD, another encoding.
        """
        if name not in self._archive:
            return b""
        data = self._archive.read(name, bounds.SMALL_BYTES)
        try:
            markup.elements(data, ())
        except Refused as refusal:
            if refusal.code is not Code.PART_BROKEN:
                raise
            return b""
        return data


def opened(data: bytes, wanted: Callable[[str], bool] = lambda _: True) -> Opened:
    """Look over a file's bytes and unpack the sheets whose names are `wanted`. Raises Refused, each fault with its own code."""
    if len(data) > bounds.FILE_BYTES:
        raise too_large(len(data))
    signature.check(data)
    archive = Archive(data)
    book = package.read(archive)
    raw = {name: archive.read(part) for name, part in book.sheets.items() if wanted(name)}
    calm = frozenset(name for name, data in raw.items() if search.calm(data))
    sheets = _sheets(raw, calm)
    return _opened(archive, book, sheets, frozenset(name for name in calm if sheets[name] is raw[name]))


def too_large(size: int) -> Refused:
    """The refusal of a file of `size` bytes."""
    return Refused(Code.TOO_LARGE, size=size // bounds.MIB, limit=bounds.FILE_BYTES // bounds.MIB)


def _sheets(raw: Mapping[str, bytes], calm: Collection[str]) -> dict[str, bytes]:
    """Sheets that were looked over, plainly written; those that are calm are ordinary too. Raises Refused."""
    prefixes = [_prefix(data) for data in raw.values()]
    ordinary = all(name in calm or search.ordinary(data) for name, data in raw.items())
    sheets = dict(raw) if ordinary and not any(prefixes) else _rewritten(raw, prefixes)
    for data in sheets.values():
        search.check(data)
    return sheets


def _rewritten(raw: Mapping[str, bytes], prefixes: Iterable[bytes]) -> dict[str, bytes]:
    """Where a sheet is written in an unusual way or reaches far, what an exact reading makes of it."""
    sheets = {name: _plainly(data, prefix) for (name, data), prefix in zip(raw.items(), prefixes, strict=True)}
    for name, data in sheets.items():
        if search.far(data):
            if (cell := search.surely_far(data)) is not None:
                raise search.too_far(cell)
            sheets[name] = _near(rewritten(data))
    return sheets


def _plainly(data: bytes, prefix: bytes) -> bytes:
    """A sheet as the searches need it. Raises Refused."""
    if not prefix and search.plain(data):
        return data
    if search.surely_too_many_rows(data, prefix):
        raise search.too_many_rows()
    if (cell := unplaced.surely_far(data, prefix)) is not None:
        raise search.too_far(cell)
    bare = unprefixed(data, prefix) if prefix else None
    return bare if bare is not None and search.plain(bare) else rewritten(data)


def _prefix(data: bytes) -> bytes:
    element, prefix = markup.root(data)
    if element.name != "worksheet":
        raise Refused(Code.PART_BROKEN)
    return prefix.encode()


def _near(exact: bytes) -> bytes:
    """A sheet of which not one cell stands too far out. Raises Refused."""
    cell = search.far_cell(exact)
    if cell is not None:
        raise search.too_far(cell)
    return exact


def _opened(archive: Archive, book: Package, sheets: Mapping[str, bytes], calm: frozenset[str] = frozenset()) -> Opened:
    parts = {name: f"worksheets/sheet{number}.xml" for number, name in enumerate(sheets, start=1)}
    kinds = dict.fromkeys(parts.values(), "worksheet")
    content = {f"xl/{parts[name]}": data for name, data in sheets.items()}
    for kind, part, check in (("sharedStrings", book.strings, _strings), ("styles", book.styles, _styles)):
        if part is not None:
            kinds[f"{kind}.xml"], content[f"xl/{kind}.xml"] = kind, check(archive.read(part))
    whole, where = stored.packed(
        {
            "_rels/.rels": _relations({WORKBOOK: "officeDocument"}),
            WORKBOOK: _workbook(sheets, from_1904=book.from_1904),
            "xl/_rels/workbook.xml.rels": _relations(kinds),
            **content,
        }
    )
    return Opened(
        sheets=tuple(sheets),
        workbook=whole,
        from_1904=book.from_1904,
        _archive=archive,
        _package=book,
        _where={name: where[f"xl/{part}"] for name, part in parts.items()},
        calm=calm,
    )


def _strings(data: bytes) -> bytes:
    """The shared strings; a count that their bytes cannot hold would make the parser ask for that much memory."""
    element, _ = markup.root(data)
    count = element.attributes.get("uniqueCount", "0").strip()
    if not count.isdecimal() or len(count) > len(str(bounds.PART_BYTES)) or int(count) * bounds.STRING_BYTES > len(data):
        raise Refused(Code.COUNT_LIES)
    return data


def _styles(data: bytes) -> bytes:
    markup.root(data)
    return data


def _relations(parts: Mapping[str, str]) -> bytes:
    """Relationships of these parts and kinds, with ids r1, r2 and so on."""
    each = (f'<Relationship Id="r{number}" Type="{KINDS}/{kind}" Target="{part}"/>' for number, (part, kind) in enumerate(parts.items(), 1))
    return f'<Relationships xmlns="{RELATIONS}">{"".join(each)}</Relationships>'.encode()


def _workbook(sheets: Mapping[str, bytes], *, from_1904: bool) -> bytes:
    tabs = "".join(f'<sheet name={markup.quoted(name)} sheetId="{number}" r:id="r{number}"/>' for number, name in enumerate(sheets, 1))
    calendar = '<workbookPr date1904="1"/>' if from_1904 else ""
    return f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS}">{calendar}<sheets>{tabs}</sheets></workbook>'.encode()
