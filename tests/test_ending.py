"""How a process of csbook ends: at once, but with everything said and done, and with its exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import atexit, pathlib, sys, threading, time
import csbook.ending
import csbook.__main__
from csbook import cli, ending

class Freed:
    def __del__(self):
        print("freed", flush=True)
    def end(self):
        print("at last", flush=True)

freed = Freed()
freed.itself = freed

def command(args=None):
    ending.at_last(freed.end)
    atexit.register(lambda: print("registered", flush=True))
    threading.Thread(target=lambda: (time.sleep(0.05), print("thread", flush=True))).start()
    sys.stdout.write("unflushed ")
    {ends}
    return 1

cli.run = command
csbook.__main__.main()
"""


def ended(ends: str = "pass", **streams: int) -> subprocess.CompletedProcess[str]:
    taken = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    command = [sys.executable, "-c", PROGRAM.format(ends=ends)]
    return subprocess.run(command, text=True, encoding="utf-8", check=False, **taken)  # type: ignore[call-overload,no-any-return]


def test_whatever_was_begun_is_finished_and_nothing_is_freed_first() -> None:
    done = ended()
    assert (done.returncode, done.stdout, done.stderr) == (1, "unflushed thread\nregistered\nat last\n", "")


def test_an_interrupt_ends_as_python_ends() -> None:
    done = ended("raise KeyboardInterrupt")
    assert "KeyboardInterrupt" in done.stderr
    assert done.returncode != 1
    assert done.stdout == "unflushed thread\nregistered\n"


def test_where_nobody_reads_any_more_python_says_so_by_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    program = "import sys; from csbook.ending import Ending; ending = Ending(); print('unread'); ending.code = 0; sys.exit(0)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait() == 120


@pytest.mark.parametrize(("args", "code"), [(["--version"], 0), (["nonsense"], 2)])
def test_the_exit_code_is_that_of_the_command(args: list[str], code: int) -> None:
    assert subprocess.run([sys.executable, "-m", "csbook", *args], capture_output=True, check=False).returncode == code


def test_what_an_engine_put_aside_on_the_disk_goes(tmp_path: Path) -> None:
    spilled = tmp_path / "spilled"
    program = f"""
import os, sys
from csbook.ending import Ending
ending = Ending()
import ibis
from csbook.metrics.engine import Engine
connection = ibis.connect("duckdb://?memory_limit=30MB&temp_directory={spilled.as_posix()}")
Engine.of(connection.sql("SELECT 1"))
kept = connection.sql("SELECT range, md5(CAST(range AS VARCHAR)) AS text FROM range(1000000)").cache()
print(len(os.listdir({str(spilled)!r})))
ending.code = 3
sys.exit(3)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (3, "")
    assert int(done.stdout) > 0
    assert not spilled.exists()
