"""Markup: small parts read exactly by expat, and the beginning of large ones."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import NamedTuple
from xml.parsers import expat

from csbook.intake.gate import bounds
from csbook.intake.refusal import Refused
from csbook.issues import Code

CHUNK = 4_096
ALIKE = 32 * bounds.KIB  # a part that is no larger is remembered
ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii"})
UNKNOWN_ENCODING = {
    expat.errors.codes[message] for message in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
}
BYTE_ORDER = (b"\xfe\xff", b"\xff\xfe")


class Element(NamedTuple):
    """An element without its namespaces."""

    name: str
    attributes: Mapping[str, str]


class _Found(Exception):  # noqa: N818 - it ends the reading early, nothing is wrong
    pass


def root(data: bytes) -> tuple[Element, str]:
    """The root of a part, and the prefix of its name, `x:` or "". Raises Refused for a DTD, another encoding, or no XML at all."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((name, attributes))
        raise _Found

    parser = _parser(data)
    parser.StartElementHandler = start
    try:
        for at in range(0, len(data), CHUNK):
            parser.Parse(data[at : at + CHUNK], False)
        parser.Parse(b"", True)
    except _Found:
        pass
    except expat.ExpatError as error:
        raise _broken(error) from error
    name, attributes = found[0]
    return Element(_local(name), {_local(key): value for key, value in attributes.items()}), name[: name.find(":") + 1]


def elements(data: bytes, wanted: tuple[str, ...]) -> tuple[Element, ...]:
    """The elements of these names in a whole part, in order, with the text of each as attribute "". Raises Refused."""
    return _same(data, wanted) if len(data) <= ALIKE else _elements(data, wanted)


@functools.lru_cache(maxsize=128)
def _same(data: bytes, wanted: tuple[str, ...]) -> tuple[Element, ...]:
    """Remembered: most small parts are the same, byte for byte, in all workbooks of a program."""
    return _elements(data, wanted)


def _elements(data: bytes, wanted: tuple[str, ...]) -> tuple[Element, ...]:
    found: list[tuple[str, dict[str, str]]] = []
    open_elements: list[dict[str, str] | None] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_elements) >= bounds.DEPTH:
            raise Refused(Code.PART_BROKEN)
        local = name.rpartition(":")[2]
        if local not in wanted:
            open_elements.append(None)
            return
        own = {_local(key): value for key, value in attributes.items()}
        open_elements.append(own)
        found.append((local, own))

    def text(data: str) -> None:
        own = open_elements[-1]
        if own is not None:
            own[""] = own.get("", "") + data

    parser = _parser(data)
    parser.buffer_text = True
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    parser.EndElementHandler = lambda _: open_elements.pop() and None
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise _broken(error) from error
    return tuple(Element(name, attributes) for name, attributes in found)


def escaped(text: str) -> str:
    """A text as it stands between tags. Own code, as xml.sax.saxutils loads what speaks HTTP, in every worker."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text: str) -> str:
    """A text as the value of an attribute, with its marks; line ends and tabs would be read as blanks."""
    inside = escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    return f'"{inside}"'


def _parser(data: bytes) -> expat.XMLParserType:
    """A parser that ends at a DTD, so that no entity is ever declared, and at any encoding but UTF-8."""
    if data.startswith(BYTE_ORDER) or b"\0" in data[:8]:
        raise Refused(Code.NOT_UTF8)

    def declared(_: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            raise Refused(Code.NOT_UTF8)

    def doctype(*_: object) -> None:
        raise Refused(Code.DTD_FOUND)

    parser = expat.ParserCreate()
    parser.XmlDeclHandler, parser.StartDoctypeDeclHandler = declared, doctype
    return parser


def _broken(error: expat.ExpatError) -> Refused:
    return Refused(Code.NOT_UTF8 if error.code in UNKNOWN_ENCODING else Code.PART_BROKEN)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
