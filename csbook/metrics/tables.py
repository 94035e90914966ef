"""Tables by name, each computed when it is first asked for: who reads one figure does not wait for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

Maker = Callable[[], Iterable[pd.DataFrame]]


class Tables(Mapping[str, pd.DataFrame]):
    """`makers` maps names of tables to what computes them together, in that order; the result is kept.

    What has computed its tables is let go, and with the last of them the ledger that they were computed from.
    """

    def __init__(self, makers: Mapping[tuple[str, ...], Maker]) -> None:
        self._makers = dict(makers)
        self._together = {name: names for names in makers for name in names}
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            names = self._together[name]
            self._made |= dict(zip(names, self._makers[names](), strict=True))
            del self._makers[names]
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._together)

    def __len__(self) -> int:
        return len(self._together)
