"""Progress: a bar for whoever watches a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Self, TypeVar

from csbook.cli.command import said

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

T = TypeVar("T")


class Progress:
    """A bar on standard error that counts files, and rows where they are known, with the time that remains. A context manager."""

    def __init__(self, total: int, *, shown: bool = True) -> None:
        self._bar = _bar() if shown and sys.stderr.isatty() else None
        self._rows = 0
        if self._bar is not None:
            self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, passing: Iterable[T]) -> Iterator[T]:
        """The same things, counted."""
        for each in passing:
            if self._bar is not None:
                self._bar.advance(self._task)
            yield each

    def advance(self, files: int, rows: int) -> None:
        """So many more files with so many rows are done."""
        self._rows += rows
        if self._bar is not None:
            self._bar.update(self._task, advance=files, description=said("progress.rows", rows=self._rows))


def _bar() -> Bar:
    from rich import progress  # here: loaded for those alone who watch
    from rich.console import Console

    counted = progress.MofNCompleteColumn(), progress.TextColumn("{task.description}"), progress.TimeRemainingColumn()
    return progress.Progress(progress.BarColumn(), *counted, console=Console(stderr=True), transient=True)
