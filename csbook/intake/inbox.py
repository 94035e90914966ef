"""Inbox: a folder into which workbooks are put at any time; which of them have settled, and where they go once they are judged."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from csbook.intake.paths import handed_in
from csbook.rows import SourceFile

# verdict → folder beside the inbox; a deferred file stays where it is
FOLDERS = {"accepted": "done", "partly": "done", "skipped": "done", "refused": "rejected"}
# files that have settled wait for those that arrive with them so many times as long as they took to settle, and no longer
PATIENCE = 10


class Look(NamedTuple):
    """What shows that a file changes: its size and the time of its last change (ns)."""

    size: int
    changed: int


class Seen(NamedTuple):
    """A file's look, and since when it has looked so (seconds of a clock that only runs forward)."""

    look: Look
    since: float


@dataclass
class Inbox:
    """Watches `folder`; a file has settled once size and time of change stayed the same for `settle` seconds.

    Nothing of this is kept on disk: a file that is still there when csbook starts again is simply judged again.
    """

    folder: Path
    settle: float
    lang: str = "zh"
    _seen: dict[Path, Seen] = field(default_factory=dict)
    _judged: dict[Path, tuple[Look, str]] = field(default_factory=dict)

    def settled(self, now: float) -> Mapping[Path, Look]:
        """The workbooks to judge now, none while others that came with them still change.

        Raises UsageError where the folder is gone, OSError where it cannot be read.
        """
        looks = {path: look for path in handed_in((self.folder,), self.lang) if (look := _look(path)) is not None}
        self._judged = {path: judged for path, judged in self._judged.items() if looks.get(path) == judged[0]}
        before = self._seen
        self._seen = {
            path: known if (known := before.get(path)) and known.look == look else Seen(look, now)
            for path, look in looks.items()
            if path not in self._judged
        }
        calm = {path: seen for path, seen in self._seen.items() if now - seen.since >= self.settle}
        patient = all(now - seen.since < PATIENCE * self.settle for seen in calm.values())
        return {} if len(calm) < len(self._seen) and patient else {path: seen.look for path, seen in calm.items()}

    def wait_again(self) -> None:
        """Let every file settle anew: what was to be done with them could not be done."""
        self._seen.clear()

    def judged(self, looks: Mapping[Path, Look], files: Iterable[SourceFile]) -> None:
        """Remember the verdicts, in the order of `looks`, of files that looked so when they were taken; a deferred one settles anew.

        A verdict's own path is no key: it is without personal data.
        """
        for (path, look), file in zip(looks.items(), files, strict=True):
            self._seen.pop(path, None)
            if file.verdict in FOLDERS:
                self._judged[path] = (look, FOLDERS[file.verdict])

    def put_away(self) -> tuple[tuple[Path, Path], ...]:
        """Move what is judged beside the inbox; (from, to) of each.

        A file that changed meanwhile stays, to be judged again; one that another program holds open stays until it lets go of it.
        """
        moved = []
        for path, (look, folder) in [*self._judged.items()]:
            if _look(path) != look:
                del self._judged[path]
                continue
            goal = _free(self.folder.parent / folder / path.relative_to(self.folder))
            try:
                goal.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, goal)
            except OSError:
                continue
            del self._judged[path]
            moved.append((path, goal))
        return tuple(moved)


def _look(path: Path) -> Look | None:
    """None for a file that has gone."""
    try:
        status = path.stat() if path.exists() else path.lstat()
    except OSError:
        return None
    return Look(status.st_size, status.st_mtime_ns)


def _free(path: Path) -> Path:
    """The same name, or with a number where that is taken: nothing that was put away is ever replaced."""
    serial, free = 1, path
    while os.path.lexists(free):
        serial += 1
        free = path.with_stem(f"{path.stem}-{serial}")
    return free
