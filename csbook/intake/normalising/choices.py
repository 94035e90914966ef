"""Choices: spellings of list entries become keys."""

from __future__ import annotations

import re

import pandas as pd

from csbook.lists import ChoiceList, bare
from csbook.rules.excel import BLANKS, JOINT

# between several entries in one cell, after NFKC
SEPARATORS = re.compile(rf"[{JOINT},;/\n]")


def keys(column: pd.Series, choices: ChoiceList) -> pd.Series:
    """The key of the entry that each text spells; other texts stay as they are."""
    known = choices.spelled
    codes, distinct = pd.factorize(column)
    return _taken([known.get(bare(text), text) for text in distinct], codes, column)


def joined_keys(column: pd.Series, choices: ChoiceList) -> pd.Series:
    """The same for several entries in one cell: keys joined with JOINT, each once, empty parts dropped."""
    known = choices.spelled

    def joined(text: str) -> str:
        parts = [part.strip(BLANKS) for part in SEPARATORS.split(text)]
        return JOINT.join(dict.fromkeys(known.get(bare(part), part) for part in parts if part))

    codes, distinct = pd.factorize(column)
    return _taken([joined(text) for text in distinct], codes, column)


def _taken(values: list[str], codes: object, column: pd.Series) -> pd.Series:
    """Values of the distinct texts put back on the rows; code -1 is a missing text."""
    table = pd.Series([*values, None], dtype="str")
    return pd.Series(table.array.take(codes), index=column.index)
