"""Progress: a bar for whoever watches a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Self, TypeVar

T = TypeVar("T")


class Progress:
    """A bar on standard error that counts what passes by, up to `total`. A context manager."""

    def __init__(self, total: int, *, shown: bool = True) -> None:
        from rich import progress
        from rich.console import Console

        columns = progress.BarColumn(), progress.MofNCompleteColumn(), progress.TimeRemainingColumn()
        hidden = not (shown and sys.stderr.isatty())
        self._bar = progress.Progress(*columns, console=Console(stderr=True), transient=True, disable=hidden)
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def __call__(self, passing: Iterable[T]) -> Iterator[T]:
        """The same things, counted."""
        for each in passing:
            self._bar.advance(self._task)
            yield each
