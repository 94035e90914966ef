"""Markup: texts that XlsxWriter would take for rich text."""

from __future__ import annotations

from xml.sax.saxutils import escape


def unmarked(text: str) -> str:
    """The text so that it stays one: what looks like rich text XlsxWriter would write unescaped."""
    if text.startswith("<r>") and text.endswith("</r>"):
        return f'<r><t xml:space="preserve">{escape(text)}</t></r>'
    return text
