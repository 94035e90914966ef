"""Tables by name, each computed when it is first asked for: who reads one figure does not wait for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

Maker = Callable[[], Iterable[pd.DataFrame]]


class Tables(Mapping[str, pd.DataFrame]):
    """`makers` maps names of tables to what computes them together, in that order; the result is kept."""

    def __init__(self, makers: Mapping[tuple[str, ...], Maker]) -> None:
        self._makers = {name: (names, make) for names, make in makers.items() for name in names}
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            names, make = self._makers[name]
            self._made |= dict(zip(names, make(), strict=True))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
