"""Kept: words about single rows of a batch, folded until somebody asks for them; they may be a million."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd

from csbook.folded import Folded

T = TypeVar("T")


class Kept(Mapping[int, T]):
    """Row → what `read` makes of the texts and numbers that were kept of it, by name."""

    def __init__(self, read: Callable[..., T]) -> None:
        self._read = read
        self._parts: list[Folded] = []

    def keep(self, rows: Sequence[int], **columns: Sequence[Any]) -> None:
        """Keep these columns of some rows, each row once."""
        if rows:
            self._parts.append(Folded(pd.DataFrame({"row": rows, **columns})))
            self.__dict__.pop("_places", None)

    @functools.cached_property
    def _places(self) -> dict[int, tuple[Folded, int]]:
        return {row: (part, place) for part in self._parts for place, row in enumerate(part.open()["row"].tolist())}

    def __getitem__(self, row: int) -> T:
        part, place = self._places[row]
        frame = part.open()
        return self._read(**{str(name): frame[name].iat[place] for name in frame if name != "row"})

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
