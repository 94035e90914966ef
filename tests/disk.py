"""Disk: what Python writes where while a test runs, temporary files included."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Disk:
    """What Python writes where, each file as it was when it was last seen: moved, removed, or at the end."""

    def __init__(self) -> None:
        self.on, self.written, self.seen = False, set[Path](), list[tuple[Path, bytes]]()
        sys.addaudithook(self._event)

    def _event(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on or event not in ("open", "os.remove", "os.rename"):
            return
        path = Path(os.fsdecode(args[0])) if isinstance(args[0], str | bytes | os.PathLike) else None
        if path is None:
            return
        if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
            self.written.add(path)
        elif event != "open" and path.is_file():
            self.on = False
            self.seen.append((path, path.read_bytes()))
            self.on = True

    def contents(self) -> Iterator[tuple[Path, bytes]]:
        self.on = False
        yield from self.seen
        yield from ((path, path.read_bytes()) for path in self.written if path.is_file())
