"""Parameters: what TOML gives to a kind of rule, read off the fields of its dataclass."""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from csbook.forms.shapes import FLAG, TABLE, TABLE_OF_TEXTS, TEXT, TEXTS, WHOLE, Shape
from csbook.issues import Severity
from csbook.lists import Phrases
from csbook.privacy.masks import Mask
from csbook.rules.rule import Condition, Rule

# what TOML holds for a parameter, by its type
SHAPES: dict[Any, Shape] = {
    Condition: TABLE,
    Mask: TEXT,
    Phrases: TEXT,
    Severity: TEXT,
    str: TEXT,
    bool: FLAG,
    int: WHOLE,
    tuple: TEXTS,
    collections.abc.Mapping: TABLE_OF_TEXTS,
}
# parameters that TOML does not give
OWN = frozenset({"id", "code", "choices"})


@dataclass(frozen=True)
class Parameters:
    """`types`: parameter -> the type that decides its shape; `takes_choices`: does the kind want its field's list?"""

    types: Mapping[str, Any]
    needed: frozenset[str]
    takes_choices: bool

    @property
    def shapes(self) -> dict[str, Shape]:
        """The keys of a rule's table."""
        return {"kind": TEXT, **{name: SHAPES[wanted] for name, wanted in self.types.items()}}


@functools.cache
def parameters(kind: type[Rule]) -> Parameters:
    """The parameters of one kind."""
    declared = {each.name: each for each in dataclasses.fields(kind)}
    hints = typing.get_type_hints(kind)
    types = {name: _type(hints[name]) for name in declared if name not in OWN}
    needed = frozenset(name for name in types if declared[name].default is dataclasses.MISSING)
    return Parameters(types, needed, "choices" in declared)


def _type(hint: Any) -> Any:
    """`X | None` wants X, `Mapping[…]` a Mapping."""
    origin = typing.get_origin(hint)
    if origin in SHAPES:
        return origin
    return next((each for each in typing.get_args(hint) if each in SHAPES), hint)
