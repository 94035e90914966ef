"""Faults: whatever happens to the process, the disk or the clock, the ledger is the one before the batch or the one after it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import resource
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from csbook.issues import UnfinishedError
from csbook.ledger import open_ledger, restore_ledger
from csbook.ledger.database import disk
from csbook.ledger.keeping.backup import Shelf
from csbook.policy import Backups
from tests.ledger.faults import Scene, content, first_batch, handed_in, killed_at_every_step, prepared_scene, scene
from tests.ledger.steps import WRITES, Image, forked, images, killed_at, watched
from tests.ledger.test_open import without_privilege
from tests.ledger.workbooks import NOW, OTHER, SOLVED, Office, Workbook, batch, case, saved

PAGE = 4096


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A ledger and a batch with every outcome."""
    return scene(tmp_path_factory.mktemp("busy"))


@pytest.fixture(scope="module")
def cut(busy: Scene) -> list[Image]:
    """The ledger's files before each step of that batch, backup not included."""
    with busy.copied() as path:
        return images(path.parent, lambda: handed_in(path, busy.prepared, back_up=False))


def run(of: Scene) -> Callable[[Path], None]:
    return lambda path: handed_in(path, of.prepared)


def test_killed_at_every_step_of_a_merge_and_its_backup(busy: Scene) -> None:
    assert killed_at_every_step(busy, run(busy)) > 100


def test_killed_at_every_step_of_a_recovery(busy: Scene, cut: list[Image]) -> None:
    """For each file state that a kill can leave, the next process is killed at each step of taking it back."""
    with busy.copied() as path:
        tried = set()
        for image in cut:
            image.laid_out(path.parent)
            for again in images(path.parent, lambda: content(path)):
                tried.add(tuple(sorted(again.files.items())))
        assert len(tried) > 100
        for files in tried:
            Image(dict(files)).laid_out(path.parent)
            assert content(path) in (busy.before, busy.after)
        hot = [image for image in cut if image.files.get(disk.journal(path).name)][-1]
        number, dies = 0, True
        while dies:
            number += 1
            hot.laid_out(path.parent)
            dies = killed_at(number, lambda: content(path))
            assert content(path) == busy.before
        assert number > 10


def test_a_power_cut_tears_or_loses_what_was_not_yet_forced_to_disk(busy: Scene, cut: list[Image]) -> None:
    name = busy.start.name
    with busy.copied() as path:
        tried = 0
        for image in cut:
            for each in (*torn(image), *lost(image, busy.start.read_bytes(), name)):
                each.laid_out(path.parent)
                assert content(path) in (busy.before, busy.after)
                tried += 1
        assert tried > 150


def torn(image: Image) -> Iterator[Image]:
    """The write that was under way got half its bytes to disk."""
    if image.write is not None:
        name, place, content = image.write
        yield image.written(name, place, content[: len(content) // 2])


def lost(image: Image, before: bytes, name: str) -> Iterator[Image]:
    """While the journal is there, pages of the ledger that were written but not forced: each of them lost, and all."""
    now = image.files.get(name, b"")
    if not image.files.get(f"{name}-journal"):
        return
    pages = [place for place in range(0, len(now), PAGE) if now[place : place + PAGE] != before[place : place + PAGE]]
    for place in pages:
        yield image.written(name, place, before[place : place + PAGE].ljust(PAGE, b"\0"))
    if pages:
        yield Image({**image.files, name: before})


def test_killed_at_every_step_of_the_batch_that_makes_the_ledger(tmp_path: Path) -> None:
    of = first_batch(tmp_path)
    with of.copied() as path:
        found = images(path.parent, lambda: handed_in(path, of.prepared, back_up=False))
        seen = set()
        for image in found:
            image.laid_out(path.parent)
            left = content(path)
            assert left in ({}, of.after)
            if (left == of.after) not in seen:
                seen.add(left == of.after)
                handed_in(path, of.prepared)
                assert content(path) == (of.again if left else of.after)
    assert len(seen) == 2


def test_killed_at_every_step_of_a_restore(busy: Scene) -> None:
    with busy.copied() as path:
        with open_ledger(path, lang="en") as ledger:
            backup = ledger.back_up(NOW, Backups())
        handed_in(path, busy.prepared, back_up=False)
        name = backup.name
        found = images(path.parent, lambda: restore_ledger(path, backup, now=NOW, user="admin", lang="en"))
        tables = set(busy.before) - {"audit"}
        for image in found:
            image.laid_out(path.parent)
            left = content(path)
            assert left == busy.after or all(left[table] == busy.before[table] for table in tables)
            assert Shelf.of(path).sound(name)
    assert len(found) > 20


@pytest.fixture
def small(tmp_path: Path) -> Scene:
    """A batch of one row."""
    start = tmp_path / "start" / "ledger.sqlite"
    start.parent.mkdir()
    Office(start).hand_in(Workbook([case()]))
    return prepared_scene(tmp_path, batch(Workbook([case(None, good=False)], modified=saved(1)), now=NOW))


def test_the_disk_is_full_from_each_write_on(small: Scene) -> None:
    number = 0
    finished = False
    while not finished:
        number += 1
        with small.copied() as path:
            written = 0

            def full(name: bytes, _: object, most: int = number) -> bool:
                nonlocal written
                written += name in WRITES
                return name not in WRITES or written < most

            with watched(full), contextlib.suppress(UnfinishedError):
                handed_in(path, small.prepared, back_up=False)
                finished = True
            assert content(path) == (small.after if finished else small.before)
            if not finished and number % 8 == 0:
                handed_in(path, small.prepared)
                assert content(path) == small.after
    assert number > 20


def test_a_full_disk_is_said(small: Scene) -> None:
    with small.copied() as path, watched(lambda name, _: name not in WRITES), pytest.raises(UnfinishedError, match="disk that holds"):
        handed_in(path, small.prepared)


@pytest.mark.parametrize("pages", [0, 1, 4, 16, 24])
def test_a_file_may_not_grow_beyond_the_limit_of_the_system(busy: Scene, pages: int) -> None:
    """A real limit, of the kernel, in a process of its own."""
    with busy.copied() as path:

        def limited() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (pages * PAGE, resource.RLIM_INFINITY))
            with pytest.raises(UnfinishedError, match="nothing was stored"):
                handed_in(path, busy.prepared, back_up=False)

        assert forked(limited)() == 0
        assert content(path) == busy.before
        handed_in(path, busy.prepared)
        assert content(path) == busy.after


def test_a_folder_that_may_only_be_read(busy: Scene) -> None:
    with busy.copied() as path:
        path.parent.chmod(0o500)
        try:
            with without_privilege(path), pytest.raises(UnfinishedError, match="cannot be opened or written"):
                handed_in(path, busy.prepared)
        finally:
            path.parent.chmod(0o700)
        assert content(path) == busy.before


@pytest.mark.parametrize("processes", [2, 4])
def test_ingests_at_once_wait_for_each_other(tmp_path: Path, processes: int) -> None:
    path = tmp_path / "ledger.sqlite"
    batches = [
        batch(Workbook([case(), case(f"B0{number}-AAAAA-001", customer=f"CUST{number}")], desk="A07")) for number in range(processes)
    ]
    begin = time.monotonic() + 0.3

    def ingest(number: int) -> None:
        time.sleep(max(0, begin - time.monotonic()))
        with open_ledger(path, create=True, lang="en", timeout=40) as ledger:
            ledger.merge(batches[number])

    waiting = [forked(lambda number=number: ingest(number)) for number in range(processes)]  # type: ignore[misc]
    assert [wait() for wait in waiting] == [0] * processes
    with open_ledger(path, lang="en") as ledger:
        records, of_batch = ledger.records().to_pylist(), ledger.batches().to_pylist()
        assert ledger.verify() == []
    assert len(of_batch) == processes
    assert sorted(record["source_id"] for record in records) == ["A07-5KQ2M-001", *(f"B0{number}-AAAAA-001" for number in range(processes))]
    assert sorted(record["record_no"] for record in records) == [f"20231001{number:03}" for number in range(1, processes + 2)]


def test_who_does_not_wait_is_told_and_loses_nothing(busy: Scene) -> None:
    with busy.copied() as path:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with open_ledger(path, lang="en", timeout=0) as ledger, pytest.raises(UnfinishedError, match="in use"):
            ledger.merge(busy.prepared)
        other.execute("ROLLBACK")
        other.close()
        assert content(path) == busy.before
        handed_in(path, busy.prepared)
        assert content(path) == busy.after


def test_who_reads_while_another_writes_sees_a_whole_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    office = Office(path)
    office.hand_in(Workbook([case(f"A07-AAAAA-{number:03}", customer=f"CUST{number}") for number in range(5)]))
    done = tmp_path / "done"

    def read() -> None:
        seen = set()
        while not done.exists():
            with open_ledger(path, lang="en", timeout=20) as ledger:
                seen.add((ledger.records().num_rows, ledger.status()["last_batch"]["id"]))
        assert all(count % 5 == 0 for count, _ in seen)

    reader = forked(read)
    for number in range(1, 4):
        rows = [case(f"A07-BBBB{number}-{row:03}", customer=f"C{number}{row}") for row in range(5)]
        handed_in(path, batch(Workbook(rows), now=NOW), back_up=False)
    done.touch()
    assert reader() == 0
    assert len(office.records("id")) == 20


def test_a_clock_that_goes_back_neither_reuses_a_number_nor_loses_a_revision(tmp_path: Path) -> None:
    office = Office(tmp_path / "ledger.sqlite")
    office.hand_in(Workbook([case()]))
    office.now -= dt.timedelta(days=400)
    assert office.outcomes(Workbook([case(**SOLVED), case(None, **OTHER)], modified=saved(1))) == ["updated", "new"]
    assert office.outcomes(Workbook([case("A07-5KQ2M-009", customer="CUST9")])) == ["new"]
    assert office.records("record_no", "seq") == [("20231001001", 2), ("20231003001", 1), ("20231001002", 1)]
    with office.ledger() as ledger:
        assert ledger.verify() == []
        assert [batch["id"] for batch in ledger.batches().to_pylist()] == [1, 2, 3]
        first = ledger.back_up(NOW, Backups())
        second = ledger.back_up_if_due(NOW - dt.timedelta(days=400), Backups())
    assert second is not None
    assert first.exists()
    assert second.exists()


def test_what_a_broken_off_backup_left_is_cleared_away(busy: Scene) -> None:
    with busy.copied() as path:
        handed_in(path, busy.prepared)
        folder = Shelf.of(path).folder
        rest = folder / f".{path.name}.tmp"
        rest.write_bytes(b"half")
        disk.journal(rest).write_bytes(os.urandom(512))
        with open_ledger(path, lang="en") as ledger:
            ledger.back_up(NOW + dt.timedelta(hours=3), Backups())
        assert [each for each in folder.iterdir() if each.name.startswith(".")] == []
