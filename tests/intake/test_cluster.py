"""A Dask cluster reads what this machine would read: a scheduler and workers as processes of their own, some of which die."""

from __future__ import annotations

import contextlib
import operator
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

import csbook
from csbook import intake
from csbook.cli import run
from csbook.forms import Definitions
from csbook.intake.workers import cluster
from csbook.intake.workers.cluster import Cluster
from csbook.intake.workers.pool import Here
from csbook.intake.workers.portions import Portion, portions
from csbook.intake.workers.reading import Reading
from csbook.issues import Code, UnfinishedError, UsageError
from csbook.policy.calendar import Calendar
from tests.intake import unruly

ROOT = Path(__file__).parent.parent.parent
SAMPLE = sorted((ROOT / "sample_data").glob("A0[2-4]/*.xlsx"))


@dataclass
class Processes:
    """A scheduler and its workers."""

    folder: Path
    address: str = field(init=False)
    scheduler: subprocess.Popen[bytes] = field(init=False)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show")

    def work(self, *options: str) -> subprocess.Popen[bytes]:
        here = ("--local-directory", str(self.folder), "--no-dashboard", "--nthreads", "1")
        self.workers.append(self._start("worker", self.address, *here, *options))
        return self.workers[-1]

    def listening(self) -> None:
        """Wait until the scheduler can be reached."""
        while True:
            with socket.socket() as tried:
                if not tried.connect_ex(("127.0.0.1", int(self.address.rpartition(":")[2]))):
                    return
            time.sleep(0.05)

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"}
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    @property
    def log(self) -> Path:
        return self.folder / "log"


@contextlib.contextmanager
def processes(folder: Path) -> Iterator[Processes]:
    started = Processes(folder)
    try:
        yield started
    finally:
        for each in (*started.workers, started.scheduler):
            each.kill()  # a worker whose scheduler is gone waits long for it
        for each in (*started.workers, started.scheduler):
            each.wait(timeout=30)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """Two workers, one with the nanny that Dask gives it by default."""
    with processes(tmp_path_factory.mktemp("cluster")) as started:
        started.work()
        started.work("--no-nanny")
        with Cluster(started.address) as ready:
            ready._client.wait_for_workers(2, timeout=60)
        yield started


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Who waits for nobody waits a second; whoever waits for the two waits as long as it takes."""
    if "two" not in request.fixturenames:
        monkeypatch.setattr(cluster, "PATIENCE", 1)
        monkeypatch.setitem(cluster.SETTINGS, "distributed.comm.timeouts.connect", "1s")


def same(one: intake.Intake, other: intake.Intake) -> None:
    assert one.files == other.files
    assert one.issues == other.issues
    assert [rows.form for rows in one.rows] == [rows.form for rows in other.rows]
    for rows, again in zip(one.rows, other.rows, strict=True):
        for name in ("frame", "texts", "places"):
            pd.testing.assert_frame_equal(getattr(rows, name), getattr(again, name))
        assert rows.blocks == again.blocks


def test_a_cluster_reads_what_this_machine_reads(two: Processes, definitions: Definitions, calendar: Calendar, tmp_path: Path) -> None:
    for name in ("torn.xlsx", "notes.txt"):
        (tmp_path / name).write_bytes(SAMPLE[0].read_bytes()[:3_000])
    (tmp_path / "folder.xlsx").mkdir()
    paths = [*SAMPLE, *sorted(tmp_path.iterdir())]
    here = intake.collect(intake.start(portions(paths), definitions, Here()), definitions, calendar)
    with Cluster(two.address) as workers:
        there = intake.collect(intake.start(portions(paths), definitions, workers), definitions, calendar)
    assert {file.code for file in here.files} >= {"NOT_A_FILE", "WRONG_FORMAT", "FORM_VERSION_NEW", None}
    same(here, there)


def test_a_worker_that_is_killed_costs_nothing(two: Processes, definitions: Definitions, calendar: Calendar) -> None:
    doomed = two.work("--no-nanny")
    one_by_one = [portion for each in portions(SAMPLE) for portion in each.singly()]
    here = intake.collect(intake.start(one_by_one, definitions, Here()), definitions, calendar)
    with Cluster(two.address) as workers:
        workers._client.wait_for_workers(3, timeout=60)
        there = intake.collect(
            intake.start(one_by_one, definitions, workers), definitions, calendar, lambda _files, _rows: doomed.send_signal(signal.SIGKILL)
        )
    assert doomed.wait(timeout=30) == -signal.SIGKILL
    same(here, there)


def test_a_file_that_kills_its_reader_costs_itself_there_too(two: Processes, tmp_path: Path) -> None:
    for name in ("abort", "exit", "hog", "panic", *(f"good{n}" for n in range(6))):
        (tmp_path / f"{name}.xlsx").write_bytes(b"not looked at")
    paths = sorted(tmp_path.iterdir())
    with Cluster(two.address) as workers:
        answers = sorted(Reading(portions(paths), unruly.examine, workers).answers(), key=operator.itemgetter(0))
        files = [file for _, answer in answers for file in answer.files]
        assert len(workers._client.nthreads()) == 2
    assert [file.path for file in files] == paths
    assert {file.path.stem for file in files if file.code == Code.PARSER_CRASHED} == {"abort", "exit", "hog", "panic"}
    assert {(file.size, len(file.sha256)) for file in files if file.code} == {(13, 64)}
    assert unruly.SECRET not in repr(files) + two.log.read_text("utf-8")


def test_a_file_that_goes_in_the_meantime_ends_the_batch(two: Processes, tmp_path: Path) -> None:
    with Cluster(two.address) as workers, pytest.raises(FileNotFoundError):
        list(Reading([Portion(0, (tmp_path / "gone.xlsx",))], unruly.examine, workers).answers())


def test_another_csbook_on_the_workers_is_told(two: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csbook, "__version__", "0.0.1")
    with pytest.raises(UsageError, match=r"0\.0\.1"):
        Cluster(two.address)


def test_a_cluster_that_dies_in_mid_batch_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hang.xlsx").touch()
    with processes(tmp_path) as dying:
        dying.work("--no-nanny")
        monkeypatch.setattr(cluster, "PATIENCE", 60)
        with Cluster(dying.address) as workers:
            reading = Reading([Portion(0, (tmp_path / "hang.xlsx",))], unruly.examine, workers)
            while not workers._client.processing():
                time.sleep(0.05)
            workers._client._timeout = 1  # for the way back
            dying.scheduler.kill()
            with pytest.raises(UnfinishedError):
                list(reading.answers())


def test_a_cluster_without_workers_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with processes(tmp_path) as idle:
        idle.listening()
        assert ingest(tmp_path, idle.address) == 3
    assert idle.address in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "code"), [("tcp://127.0.0.1:1", 3), ("tcp://nobody.invalid:8786", 3), ("tcp://127.0.0.1", 2), ("ftp://a:1", 2)]
)
def test_what_cannot_be_reached_is_told_in_one_sentence(
    address: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest(tmp_path, address) == code
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert address in said.err


def test_without_dask_the_part_to_install_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "csbook.intake.workers.cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert ingest(tmp_path, "tcp://127.0.0.1:8786") == 2
    assert "csbook[cluster]" in capsys.readouterr().err


def ingest(folder: Path, address: str) -> int:
    """`csbook ingest` of one workbook; nothing may be stored."""
    shutil.copy(SAMPLE[0], folder)
    code = run(
        ["--workspace", str(ROOT), "--ledger", str(folder / "ledger.sqlite"), "ingest", str(folder / SAMPLE[0].name), "--jobs", address]
    )
    assert not (folder / "ledger.sqlite").exists()
    return code
