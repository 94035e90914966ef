"""Shapes: what the value of a TOML key may be, each with the name that a message gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from csbook.lists import Bilingual


@dataclass(frozen=True)
class Shape:
    """`name` is worded by the catalog entry `shape.<name>`."""

    name: str
    fits: Callable[[Any], bool]


def _list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(fits(each) for each in value)


def _table_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(fits(each) for each in value.values())


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _said(value: Any) -> bool:
    return _text(value) and bool(value.strip())


def _table(value: Any) -> bool:
    return isinstance(value, dict)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _bilingual(value: Any) -> bool:
    return _table_of(_text)(value) and bool(value) and value.keys() <= {"zh", "en"}


def _words(value: Any) -> bool:
    """A phrase, or `{ words = "name" }` for all phrases of a word list."""
    return _text(value) or (_table_of(_text)(value) and value.keys() == {"words"})


TEXT = Shape("text", _text)
WHOLE = Shape("whole", _whole)
NUMBER = Shape("number", lambda value: _whole(value) or isinstance(value, float))
FLAG = Shape("flag", lambda value: isinstance(value, bool))
TEXTS = Shape("texts", _list_of(_text))
PAIR = Shape("pair", lambda value: _list_of(_text)(value) and len(value) == 2)
WORDS = Shape("words", _list_of(_words))
BILINGUAL = Shape("bilingual", _bilingual)
BILINGUALS = Shape("bilinguals", _list_of(_bilingual))
TABLE = Shape("table", _table)
TABLES = Shape("tables", _list_of(_table))
SOME_TEXTS = Shape("some_texts", lambda value: bool(value) and _list_of(_said)(value))
SOME_TABLES = Shape("tables", lambda value: bool(value) and _list_of(_table)(value))
TABLE_OF_TEXT = Shape("table_of_text", _table_of(_text))
TABLE_OF_TEXTS = Shape("table_of_texts", _table_of(_list_of(_text)))

Shapes = Mapping[str, Shape]


def bilingual(table: Mapping[str, Any]) -> Bilingual:
    """`{ zh = "…", en = "…" }`; a missing language falls back to the other."""
    return Bilingual(table.get("zh") or table.get("en", ""), table.get("en") or table.get("zh", ""))
