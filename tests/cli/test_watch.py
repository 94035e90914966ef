"""A watched inbox, in a process of its own: workbooks go in, are moved by verdict, and nothing is lost when it ends or is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.cli.conftest import Terminal, filled, query
from tests.cli.test_main_job import RESPONSE

Watching = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    """Starts `csbook watch` on the inbox; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*args: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "csbook", "watch", "inbox 收件箱", "--settle", "0.3", "--jobs", "1", *args]
        environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture
def inbox(terminal: Terminal, tmp_path: Path) -> Path:
    folder = tmp_path / "inbox 收件箱"
    filled(terminal, folder / "response-A07.xlsx", "A07", [RESPONSE, {**RESPONSE, "customer": "B公司", "channel": "传真"}])
    return folder


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Until the file is there: no limit of time is asserted but for one that only a program that hangs reaches."""
    for _ in range(1200):
        if path.exists():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError(path)


def test_workbooks_are_taken_in_as_they_arrive_and_the_watch_ends_when_asked(inbox: Path, tmp_path: Path, watching: Watching) -> None:
    process = watching("--poll")
    wait_for(tmp_path / "done" / "response-A07.xlsx", process)
    (inbox / "not a workbook.xlsx").write_text("hello")
    (inbox / "~$response-A07.xlsx").write_text("lock")
    wait_for(tmp_path / "rejected" / "not a workbook.xlsx", process)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert [path.name for path in inbox.iterdir()] == ["~$response-A07.xlsx"]
    assert {path.name for path in (tmp_path / "outbox").iterdir()} == {"response-A07-回执.xlsx", "not a workbook-回执.xlsx"}
    assert query(tmp_path / "ledger.sqlite", "SELECT count(*) FROM record") == [(1,)]


def test_a_watch_that_is_killed_loses_nothing(inbox: Path, tmp_path: Path, watching: Watching) -> None:
    original = (inbox / "response-A07.xlsx").read_bytes()
    process = watching()
    wait_for(tmp_path / "done" / "response-A07.xlsx", process)
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    # as though it had been killed between the commit and the move
    (inbox / "response-A07.xlsx").write_bytes(original)
    process = watching()
    wait_for(tmp_path / "done" / "response-A07-2.xlsx", process)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    assert list(inbox.iterdir()) == []
    assert query(tmp_path / "ledger.sqlite", "SELECT count(*) FROM record") == [(1,)]
    assert query(tmp_path / "ledger.sqlite", "SELECT count(*) FROM batch") == [(2,)]
    assert not psutil.wait_procs(children, timeout=30)[1]


def test_what_cannot_be_taken_in_now_waits_and_is_said_once(inbox: Path, tmp_path: Path, watching: Watching) -> None:
    process = watching()
    wait_for(tmp_path / "done" / "response-A07.xlsx", process)
    (tmp_path / "csbook.toml").write_text("wrong = [", "utf-8")
    (tmp_path / "done" / "response-A07.xlsx").rename(inbox / "again.xlsx")
    assert process.stdout is not None
    for line in process.stdout:
        if "csbook.toml" in line:
            break
    assert (inbox / "again.xlsx").exists()
    (tmp_path / "csbook.toml").unlink()
    wait_for(tmp_path / "done" / "again.xlsx", process)
    process.terminate()
    said, _ = process.communicate()
    assert "csbook.toml" not in said


@pytest.mark.parametrize("args", [["nowhere"], [".", "--receipts", "out"], [], [".", "--map", "none.toml", "--receipts", "../out"]])
def test_what_the_caller_must_change_is_said_before_anything_is_waited_for(terminal: Terminal, args: list[str]) -> None:
    said = terminal("watch", *args)
    assert said.code == 2, said
    assert said.err.strip()
