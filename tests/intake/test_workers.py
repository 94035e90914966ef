"""Workers: a file that kills, stalls or bloats its reader costs itself alone, wherever the system can or cannot fork."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import operator
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import psutil
import pytest

from csbook.intake.workers import limits, task
from csbook.intake.workers.limits import MIB, OUT_OF_MEMORY, Limits
from csbook.intake.workers.pool import Here, Workers, processors, start_method
from csbook.intake.workers.portions import BYTES, FILES, portions
from csbook.intake.workers.reading import Reading
from csbook.issues import Code, UnfinishedError
from csbook.rows import SourceFile
from tests.intake import unruly

ROOT = Path(__file__).parents[2]
UNRULY = {"abort": "fault", "exit": "fault", "panic": "fault", "hang": "time", "hog": "memory"}
START = operator.itemgetter(0)
METHODS = [method for method in ("spawn", "forkserver") if method in multiprocessing.get_all_start_methods()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in [*UNRULY, *(f"good{n}" for n in range(6))]:
        (tmp_path / f"{name}.xlsx").write_bytes(b"not looked at")
    return tmp_path


def verdicts(reading: Reading) -> Iterator[SourceFile]:
    for _, answer in sorted(reading.answers(), key=START):
        yield from answer.files


@pytest.mark.parametrize("method", METHODS)
def test_an_unruly_file_costs_itself_alone(folder: Path, capfd: pytest.CaptureFixture[str], method: str) -> None:
    paths = sorted(folder.iterdir())
    told: list[tuple[int, int]] = []
    with Workers(2, Limits(seconds=1), method) as workers:
        reading = Reading(portions(paths), unruly.examine, workers)
        answers = sorted(reading.answers(lambda files, rows: told.append((files, rows))), key=START)
        alive = psutil.Process().children(recursive=True)
    files = [file for _, answer in answers for file in answer.files]
    assert [file.path for file in files] == paths
    for file in files:
        why = UNRULY.get(file.path.stem)
        assert (file.verdict, file.code) == (("refused", "PARSER_CRASHED") if why else ("accepted", None)), file
        assert all(str(issue.words["why"]).startswith(limits_said(why or "")) for issue in file.issues)
        assert len(file.issues) == bool(why)
    assert sum(count for count, _ in told) == len(paths)
    said = capfd.readouterr()
    assert unruly.SECRET not in said.out + said.err + repr(files)
    workers_left = [each for each in psutil.wait_procs(alive, timeout=5)[1] if "multiprocessing" not in " ".join(each.cmdline())]
    assert not workers_left


def test_readers_end_beside_what_comes_after_reading(folder: Path) -> None:
    with Workers(1, Limits(seconds=20)) as workers:
        reading = Reading(portions([folder / "good1.xlsx"]), unruly.examine, workers)
        (file,) = verdicts(reading)
        workers.shutdown()
        with pytest.raises(UnfinishedError):
            workers.submit(os.getpid)
    assert (file.verdict, reading.files) == ("accepted", 1)


def test_who_waits_for_a_call_that_never_began_hears_that_the_workers_have_ended() -> None:
    held = threading.Event()
    with Workers(1, Limits(seconds=20)) as workers:
        workers._aside.submit(held.wait)  # until then nothing that comes after it is handed over
        call = workers.submit(os.getpid)
        workers.shutdown(wait=False)
        told = wait([call], timeout=60)
        held.set()
    assert told.done == {call}
    assert call.cancelled()


def limits_said(why: str) -> str:
    from csbook.intake.spoken import message

    return str(message(f"intake.crashed.{why}", where="")).partition("(")[0].partition("（")[0]


def test_a_crashed_file_is_still_known_by_its_bytes(folder: Path) -> None:
    with Workers(1, Limits(seconds=20)) as workers:
        (file,) = verdicts(Reading(portions([folder / "abort.xlsx"]), unruly.examine, workers))
    assert (file.size, len(file.sha256), file.issues[0].code) == (13, 64, Code.PARSER_CRASHED)


def test_an_interrupt_is_no_verdict(folder: Path) -> None:
    (folder / "interrupt.xlsx").touch()
    with pytest.raises(KeyboardInterrupt):
        Reading(portions([folder / "interrupt.xlsx"]), unruly.examine, Here())
    (file,) = verdicts(Reading(portions([folder / "good1.xlsx"]), unruly.examine, Here()))
    assert file.version == str(os.getpid())


INTERRUPTED = """
import signal, time
from csbook.intake.workers import pool
signal.signal(signal.SIGINT, signal.default_int_handler)  # who began the tests may have ignored it
pool.NEEDED = ("slow",)
try:
    pool.prepare()
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="a console's interrupt is another thing there")
def test_an_interrupt_while_the_readers_load_is_told_by_nobody_but_the_command(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\nprint('loading', flush=True)\ntime.sleep(1)\n", "utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    group = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    try:
        assert group.stdout is not None
        assert group.stdout.readline() == "loading\n"
        os.killpg(group.pid, signal.SIGINT)
        assert group.communicate(timeout=60) == ("interrupted\n", "")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group.pid, signal.SIGKILL)
        group.communicate()


KILLED = """
import os, signal
from csbook.intake.workers.pool import Limits, Workers
with Workers(1, Limits()) as workers:
    workers.submit(abs, -1).result()
    os.kill(os.getpid(), signal.{name})
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_what_tidies_up_behind_a_killed_batch_does_so_in_silence(name: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED.format(name=name)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-getattr(signal, name), "")


def test_workers_that_cannot_start_end_the_batch(folder: Path) -> None:
    class Broken:
        def submit(self, *_: object) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(BrokenProcessPool())
            return future

        def shutdown(self, wait: bool = True) -> None:
            pass

    with pytest.raises(UnfinishedError):
        list(Reading(portions([folder / "good1.xlsx"]), unruly.examine, Broken()).answers())


def test_portions_keep_the_order_and_bound_files_and_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n:03}.xlsx" for n in range(60)]
    for place, path in enumerate(paths):
        with path.open("wb") as file:
            file.truncate(BYTES if place == 30 else 1_000)
    paths.insert(7, tmp_path / "gone.xlsx")
    cut = portions(paths)
    assert [path for portion in cut for path in portion.paths] == paths
    assert [portion.start for portion in cut] == [0, 25, 31, 32, 57]
    assert max(len(portion.paths) for portion in cut) == FILES
    assert portions([]) == ()


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS takes the bound and does not keep it")
def test_the_system_bounds_the_memory_of_a_worker() -> None:
    ended = subprocess.run([sys.executable, "-c", CONFINED.format(memory=300 * MIB)], check=False, capture_output=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (7, b"", b"")


def test_where_it_does_not_memory_is_watched() -> None:
    ended = subprocess.run([sys.executable, "-c", WATCHED.format(memory=100 * MIB)], check=False, timeout=30)
    assert ended.returncode == OUT_OF_MEMORY


def test_a_system_without_bounds_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert not limits._bounded(MIB)


def test_there_is_always_a_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert processors() >= 1
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processors() == 1


CONFINED = """
from csbook.intake.workers.limits import confine
import os
confine({memory})
print("never seen")
os.write(2, b"never seen")
try:
    b"x" * (8 << 30)
except MemoryError:
    os._exit(7)
"""
WATCHED = """
import threading, time
from csbook.intake.workers import limits, task
limits._bounded = lambda memory: False
limits.confine({memory})
held = []
for _ in range(400):
    held.append(b"x" * (1 << 20))
    time.sleep(0.005)
"""


def test_files_of_one_name_that_were_sent_keep_their_own_bytes() -> None:
    # bare names go to a cluster: every desk's folder may hold a workbook of the same name
    answer = task.read_apart([Path("a.xlsx"), Path("a.xlsx")], pickle.dumps(unruly.hashed), [b"one", b"two"])
    assert [file.sha256 for file in answer.files] == [hashlib.sha256(each).hexdigest() for each in (b"one", b"two")]


def test_a_long_path_of_the_temporary_folder_leaves_no_file_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The socket of the process that workers branch off from lies there, and a socket's path has some hundred bytes at most."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    assert start_method() == "spawn"
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    assert start_method() == METHODS[-1]
