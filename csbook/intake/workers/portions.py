"""Portions: how the files of a batch are cut into tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# of one task: large enough that sending it costs little, small enough that the workers end together
FILES, BYTES = 25, 8 * 1024 * 1024


@dataclass(frozen=True)
class Portion:
    """Files read in one go; `start` is the place of the first in the batch."""

    start: int
    paths: tuple[Path, ...]

    def singly(self) -> tuple[Portion, ...]:
        """The same files, each on its own."""
        return tuple(Portion(self.start + further, (path,)) for further, path in enumerate(self.paths))


def portions(paths: Sequence[Path]) -> tuple[Portion, ...]:
    """Paths in order, at most FILES of them and about BYTES bytes a portion; one that holds more stands alone."""
    cut: list[Portion] = []
    start, size = 0, 0
    for place, weight in enumerate(map(_size, paths)):
        if place > start and (place - start == FILES or size + weight > BYTES):
            cut.append(Portion(start, tuple(paths[start:place])))
            start, size = place, 0
        size += weight
    return (*cut, Portion(start, tuple(paths[start:]))) if paths else ()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reading it says what is wrong
