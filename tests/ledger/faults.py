"""What a ledger holds, row for row, and the checks that no fault may fail; the planted bugs must (test_planted.py)."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbook.ledger import Batch, Ledger, open_ledger
from csbook.ledger.database import encryption
from csbook.ledger.database.encryption import Key
from csbook.ledger.keeping.backup import Shelf
from csbook.policy import Backups
from tests.ledger.steps import images, killed_at
from tests.ledger.workbooks import NOW, OTHER, SOLVED, Office, Workbook, batch, case, saved

Content = dict[str, list[tuple[Any, ...]]]
LATER = NOW + dt.timedelta(hours=1)


def content(path: Path, key: Key | None = None) -> Content:
    """Every row of every table; of a file that is not there, nothing. A journal left behind is played back, as by whoever opens it next."""
    if not path.exists() or not path.stat().st_size:
        return {}
    with contextlib.closing(sqlite3.connect(path) if key is None else encryption.opened(str(path), key, 5)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for name in tables}


@functools.cache
def opened(path: Path) -> Ledger:
    """The ledger at a path, whatever comes to stand there: it holds nothing open, and its statements are compiled once."""
    return open_ledger(path, create=True, lang="en", timeout=10)


def handed_in(path: Path, prepared: Batch, *, back_up: bool = True) -> None:
    """What `csbook ingest` does with a batch that is read and judged: merge, then a backup if one is due."""
    ledger = opened(path)
    ledger.merge(prepared)
    if back_up:
        ledger.back_up_if_due(LATER, Backups())


@dataclass(frozen=True)
class Scene:
    """A ledger before a batch, the batch as a prepared frame, and what the ledger holds before, after, and after the same once more."""

    folder: Path
    prepared: Batch
    before: Content
    after: Content
    again: Content

    @property
    def start(self) -> Path:
        return self.folder / "start" / "ledger.sqlite"

    @contextlib.contextmanager
    def copied(self) -> Iterator[Path]:
        """A fresh copy of the ledger in a folder of its own."""
        room = self.folder / "room"
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir()
        if self.start.exists():
            shutil.copy2(self.start, room)
        yield room / self.start.name


def scene(folder: Path) -> Scene:
    """A batch in which a row is new, one changed, one the same, one older, one faulty, one mended and one in conflict."""
    start = folder / "start" / "ledger.sqlite"
    start.parent.mkdir(parents=True)
    rows = [case(), case(None, **OTHER), case("A07-5KQ2M-003", good=False), case("A07-5KQ2M-004", customer="CUST4")]
    Office(start).hand_in(Workbook(rows))
    Office(start).hand_in(Workbook([case("A07-5KQ2M-004", customer="CUST4", description="登录失败")], modified=saved(0.5)))
    prepared = batch(
        Workbook(
            [
                case(**SOLVED),
                case(None, **OTHER),
                case("A07-5KQ2M-003", customer="CUST3"),
                case("A07-5KQ2M-004", customer="CUST4"),
                case("A07-5KQ2M-005", customer="CUST5"),
                case("A07-5KQ2M-006", good=False),
            ],
            modified=saved(1),
        ),
        now=LATER,
    )
    return prepared_scene(folder, prepared)


def first_batch(folder: Path) -> Scene:
    """The batch that makes the ledger."""
    (folder / "start").mkdir(parents=True)
    return prepared_scene(folder, batch(Workbook([case(), case(None, **OTHER), case("A07-5KQ2M-003", good=False)]), now=LATER))


def prepared_scene(folder: Path, prepared: Batch) -> Scene:
    empty = Scene(folder, prepared, {}, {}, {})
    with empty.copied() as path:
        before = content(path)
        handed_in(path, prepared)
        after = content(path)
        handed_in(path, prepared)
        return Scene(folder, prepared, before, after, content(path))


def backups_agree(path: Path) -> None:
    """No sound backup holds what the ledger does not: it would be of a batch that was never stored."""
    shelf, now = Shelf.of(path), content(path)
    for name in shelf.taken():
        assert shelf.sound(name)
        assert content(shelf.folder / name)["batch"] == now["batch"][: len(content(shelf.folder / name)["batch"])]


Job = Callable[[Path], object]


Seen = set[tuple[bytes, ...]]


def survived(of: Scene, path: Path, job: Job, seen: Seen) -> None:
    """What is left is the ledger before the batch or after it, and nothing between; a clean run then gives what an uninterrupted one gives.

    Where the same files are left as before (`seen`), the clean run is the same and not repeated.
    """
    left = content(path)
    assert left in (of.before, of.after), "torn"
    backups_agree(path)
    state = (path.read_bytes() if path.exists() else b"", *sorted(each.name.encode() for each in path.parent.rglob("*")))
    if state in seen:
        return
    seen.add(state)
    job(path)
    assert content(path) == (of.again if left == of.after else of.after), "a clean run did not repair it"
    backups_agree(path)
    newest = list(Shelf.of(path).taken())[-1]
    assert content(Shelf.of(path).folder / newest) in (of.after, of.again), "the newest backup lacks the batch"


def killed_at_every_step(of: Scene, job: Job) -> int:
    """Kill the job at each of its steps, each time on a fresh copy; returns how many there are."""
    seen: Seen = set()
    for number in itertools.count(1):
        with of.copied() as path:
            if not killed_at(number, functools.partial(job, path)):
                return number - 1
            survived(of, path, job, seen)
    raise AssertionError


def cut_off_at_every_step(of: Scene, job: Job) -> int:
    """The same by images of the files, taken during one run: many times as fast, for what is to be tried often."""
    seen: Seen = set()
    with of.copied() as path:
        found = images(path.parent, lambda: job(path))
    for image in found:
        image.laid_out(path.parent)
        survived(of, path, job, seen)
    return len(found) - 1
