"""An inbox: what has settled, what waits, and where a file goes by its verdict."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from csbook.intake.inbox import PATIENCE, Inbox
from csbook.issues import UsageError
from csbook.rows import SourceFile


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    (tmp_path / "inbox").mkdir()
    return Inbox(tmp_path / "inbox", settle=2)


def put(inbox: Inbox, name: str, content: str = "x") -> Path:
    path = inbox.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    return path


def take(inbox: Inbox, verdict: str, now: float = 100) -> None:
    inbox.settled(now)
    looks = inbox.settled(now + 2)
    inbox.judged(looks, [SourceFile(path=path, verdict=verdict) for path in looks])


def test_a_file_settles_once_it_stays_the_same(inbox: Inbox) -> None:
    path = put(inbox, "a.xlsx")
    assert [bool(inbox.settled(now)) for now in (0, 1, 1.9)] == [False] * 3
    path.write_text("longer")
    assert not inbox.settled(2)
    os.utime(path, ns=(0, 0))
    assert not inbox.settled(4)
    assert not inbox.settled(5.9)
    assert list(inbox.settled(6)) == [path]


def test_files_that_arrive_together_are_taken_together_but_not_waited_for_for_ever(inbox: Inbox) -> None:
    first, second = put(inbox, "a.xlsx"), put(inbox, "b.xlsx")
    inbox.settled(0)
    second.write_text("longer")
    assert not inbox.settled(2)
    assert list(inbox.settled(4)) == [first, second]
    for now in range(6, 2 * PATIENCE):
        second.write_text("longer" * now)
        assert not inbox.settled(now)
    second.write_text("")
    assert list(inbox.settled(2 * PATIENCE)) == [first]


@pytest.mark.parametrize(
    ("verdict", "folder"), [("accepted", "done"), ("partly", "done"), ("skipped", "done"), ("refused", "rejected"), ("deferred", None)]
)
def test_a_file_goes_where_its_verdict_says(inbox: Inbox, verdict: str, folder: str | None) -> None:
    path = put(inbox, "早班/a.xlsx")
    take(inbox, verdict)
    moved = inbox.put_away()
    assert moved == (((path, inbox.folder.parent / folder / "早班" / "a.xlsx"),) if folder else ())
    assert path.exists() == (folder is None)
    assert [goal.exists() for _, goal in moved] == [True] * len(moved)
    assert not inbox.settled(200)
    assert bool(inbox.settled(202)) == (folder is None)


def test_what_was_put_away_is_never_replaced(inbox: Inbox) -> None:
    for turn in range(3):
        put(inbox, "a.xlsx", f"turn {turn}")
        take(inbox, "accepted", now=turn * 100)
        inbox.put_away()
    kept = {path.name: path.read_text() for path in (inbox.folder.parent / "done").iterdir()}
    assert kept == {"a.xlsx": "turn 0", "a-2.xlsx": "turn 1", "a-3.xlsx": "turn 2"}


def test_a_file_that_changed_after_it_was_read_stays_and_is_judged_again(inbox: Inbox) -> None:
    path = put(inbox, "a.xlsx")
    take(inbox, "accepted")
    path.write_text("mended meanwhile")
    assert inbox.put_away() == ()
    inbox.settled(200)
    assert list(inbox.settled(202)) == [path]


def test_a_file_that_cannot_be_moved_is_not_judged_again_but_moved_later(inbox: Inbox) -> None:
    path = put(inbox, "a.xlsx")
    take(inbox, "accepted")
    blocked = inbox.folder.parent / "done"
    blocked.write_text("a file in the way")
    assert inbox.put_away() == ()
    assert [bool(inbox.settled(now)) for now in (200, 202)] == [False, False]
    blocked.unlink()
    assert inbox.put_away() == ((path, blocked / "a.xlsx"),)


def test_after_a_fault_files_settle_anew(inbox: Inbox) -> None:
    put(inbox, "a.xlsx")
    inbox.settled(0)
    assert inbox.settled(2)
    inbox.wait_again()
    assert not inbox.settled(3)
    assert inbox.settled(5)


def test_a_link_to_nothing_can_be_judged_and_put_away(inbox: Inbox) -> None:
    (inbox.folder / "a.xlsx").symlink_to(inbox.folder / "gone.xlsx")
    take(inbox, "refused")
    [(_, goal)] = inbox.put_away()
    assert goal.is_symlink()


def test_a_file_that_goes_while_it_is_looked_at_is_no_fault(inbox: Inbox) -> None:
    path = put(inbox, "a.xlsx")
    take(inbox, "accepted")
    path.unlink()
    assert inbox.put_away() == ()
    assert not inbox.settled(200)


def test_a_folder_that_is_gone_is_said(inbox: Inbox) -> None:
    inbox.folder.rmdir()
    with pytest.raises(UsageError):
        inbox.settled(0)
