"""Choices: spellings of list entries become keys."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from csbook.intake.texts import bare
from csbook.lists import ChoiceList
from csbook.rules.excel import JOINT

# between several entries in one cell, after NFKC
SEPARATORS = re.compile(rf"[{JOINT},;/\n]")


def keys(column: pd.Series, choices: ChoiceList) -> pd.Series:
    """The key of the entry that each text spells; other texts stay as they are."""
    known = _spellings(choices)
    codes, distinct = pd.factorize(column)
    return _taken([known.get(bare(text), text) for text in distinct], codes, column)


def joined_keys(column: pd.Series, choices: ChoiceList) -> pd.Series:
    """The same for several entries in one cell: keys joined with JOINT, each once, empty parts dropped."""
    known = _spellings(choices)

    def joined(text: str) -> str:
        parts = [part.strip() for part in SEPARATORS.split(text)]
        return JOINT.join(dict.fromkeys(known.get(bare(part), part) for part in parts if part))

    codes, distinct = pd.factorize(column)
    return _taken([joined(text) for text in distinct], codes, column)


def _spellings(choices: ChoiceList) -> Mapping[str, str]:
    """Every spelling of every entry; where two entries share one, labels go before aliases and the first entry wins."""
    spelled: dict[str, str] = {}
    for entry in choices.entries:
        spelled.setdefault(bare(entry.label.zh), entry.key)
    for entry in choices.entries:
        for spelling in entry.spellings:
            spelled.setdefault(bare(spelling), entry.key)
    return spelled


def _taken(values: list[str], codes: object, column: pd.Series) -> pd.Series:
    """Values of the distinct texts put back on the rows; code -1 is a missing text."""
    table = pd.Series([*values, None], dtype="str")
    return pd.Series(table.array.take(codes), index=column.index)
