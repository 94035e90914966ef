"""Markup: texts as they stand in a workbook's XML, so that each is read back as it is."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.compute as pc

# what XML cannot hold stands as _xHHHH_, and so does the beginning of a text that looks like that (ECMA-376, 22.9.2.19 ST_Xstring)
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9a-fA-F]{4}_)")
_PERHAPS = "[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_"


def unmarked(text: str) -> str:
    """The text so that it stays one: what looks like rich text XlsxWriter would write unescaped."""
    if text.startswith("<r>") and text.endswith("</r>"):
        return f'<r><t xml:space="preserve">{escape(text)}</t></r>'
    return text


def escaped(texts: pa.Array) -> pa.Array:
    """The content of `<t>` for each text."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        if pc.any(pc.match_substring(texts, sign)).as_py():
            texts = pc.replace_substring(texts, sign, entity)
    odd = pc.match_substring_regex(texts, _PERHAPS)
    if pc.any(odd).as_py():
        mended = [_UNWRITABLE.sub(_written, text) for text in texts.filter(odd).to_pylist()]
        texts = pc.replace_with_mask(texts, odd, pa.array(mended, texts.type))
    return texts


def outer_blanks(texts: pa.Array) -> pa.Array:
    """Which texts begin or end with a blank, that a reader drops unless it is told to keep it."""
    return pc.not_equal(pc.utf8_trim_whitespace(texts), texts)


def _written(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"
