"""Progress: a bar for whoever watches a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Self, TypeVar

from csbook.cli.command import said

T = TypeVar("T")


class Progress:
    """A bar on standard error that counts files, and rows where they are known, with the time that remains. A context manager."""

    def __init__(self, total: int, *, shown: bool = True) -> None:
        from rich import progress
        from rich.console import Console

        counted = progress.MofNCompleteColumn(), progress.TextColumn("{task.description}"), progress.TimeRemainingColumn()
        hidden = not (shown and sys.stderr.isatty())
        self._bar = progress.Progress(progress.BarColumn(), *counted, console=Console(stderr=True), transient=True, disable=hidden)
        self._task, self._rows = self._bar.add_task("", total=total), 0

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

    def advance(self, files: int, rows: int) -> None:
        """So many more files with so many rows are done."""
        self._rows += rows
        self._bar.update(self._task, advance=files, description=said("progress.rows", rows=self._rows))
