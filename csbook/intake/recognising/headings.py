"""Headings: the texts of a header row made comparable, whoever typed them."""

from __future__ import annotations

import functools
from typing import Any

from csbook.lists import bare


@functools.lru_cache(maxsize=10_000)
def unmarked(text: str, marks: tuple[str, ...]) -> str:
    """A heading, bare, without the signs that mark a required column before or behind it."""
    label, before = bare(text), ""
    while label != before:
        before = label
        for mark in marks:
            label = label.removeprefix(mark).removesuffix(mark)
    return label


@functools.lru_cache(maxsize=10_000)
def simplified(text: str) -> str:
    """The same text in simplified characters."""
    converted: str = text if text.isascii() else _converter().convert(text)
    return converted


@functools.cache
def _converter() -> Any:
    import opencc  # not at the top: most workbooks never need it

    return opencc.OpenCC("t2s")
