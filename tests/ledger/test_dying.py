"""A server that cannot be reached, refuses, or dies in mid batch: one sentence, exit code 3, nothing stored; the next run completes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from csbook.cli import run
from csbook.ledger.merging import write
from csbook.metrics.engine import Engine
from tests.ledger.server import Server, binary, server
from tests.ledger.workbooks import ROOT


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    """A server of this module's own, which it kills."""
    if binary("initdb") is None:
        pytest.skip("no PostgreSQL server is installed here")
    with server() as started:
        yield started


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inbox").mkdir()
    shutil.copy(ROOT / "sample_data" / "A10" / "A10-response.xlsx", tmp_path / "inbox")
    return tmp_path / "inbox"


def ended(capfd: pytest.CaptureFixture[str], *args: object) -> tuple[int, str]:
    """Exit code of a command, and what it said on standard error."""
    capfd.readouterr()
    code = run([str(arg) for arg in args])
    return code, capfd.readouterr().err


def stored(url: str) -> int:
    with psycopg.connect(url) as connection:
        there = connection.execute("SELECT to_regclass('record') IS NOT NULL").fetchone()
        found = connection.execute("SELECT count(*) FROM record").fetchone() if there == (True,) else (0,)
    assert found is not None
    return int(found[0])


def terminated(server: Server) -> None:
    """An administrator ends every connection."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


DEATHS = {"terminated": terminated, "crashed": Server.crash}


@pytest.mark.parametrize(("death", "step"), [("terminated", "write_entries"), ("crashed", "write_records")])
def test_a_server_that_dies_in_mid_batch(
    running: Server, inbox: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], death: str, step: str
) -> None:
    url = f"{running.url}&options=-csearch_path%3D{death}_{step}"
    with psycopg.connect(running.url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {death}_{step}")

    before = getattr(write, step)

    def dies(*args: Any) -> Any:
        DEATHS[death](running)
        return before(*args)

    with monkeypatch.context() as then:
        then.setattr(write, step, dies)
        code, said = ended(capfd, "--ledger", url, "ingest", inbox, "--jobs", 1)
    assert (code, said.strip().count("\n")) == (3, 0), said
    if death == "crashed":
        assert ended(capfd, "--ledger", url, "ingest", inbox, "--jobs", 1)[0] == 3, "it is still down"
        running.start()
    assert stored(url) == 0
    assert ended(capfd, "--ledger", url, "ingest", inbox, "--jobs", 1)[0] == 1, "some rows are faulty, on purpose"
    assert stored(url) > 100


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_that_goes_away_while_it_computes(
    running: Server, inbox: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ended(capfd, "--ledger", running.url, "ingest", inbox, "--jobs", 1)[0] == 1
    before = Engine.run

    def dies(engine: Engine, asked: Any) -> Any:
        terminated(running)
        return before(engine, asked)

    monkeypatch.setattr(Engine, "run", dies)
    code, said = ended(capfd, "--ledger", running.url, "analyze", "--json")
    assert (code, said.strip().count("\n")) == (3, 0), said


def test_a_wrong_password_and_nobody_there(running: Server, inbox: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with psycopg.connect(running.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
        (path,) = connection.execute("SHOW hba_file").fetchone() or ("",)
        rules = Path(path).read_text("utf-8")
        Path(path).write_text("local all locked scram-sha-256\n" + rules, "utf-8")
        connection.execute("SELECT pg_reload_conf()")
    for url in (
        running.url.replace("csbook@", "locked:wrong@"),
        "postgresql://csbook@127.0.0.1:9/postgres",
        "postgresql://csbook@/x?host=/nowhere",
    ):
        for command in (("ingest", inbox, "--jobs", 1), ("analyze", "--json")):
            code, said = ended(capfd, "--ledger", url, *command)
            assert (code, said.strip().count("\n"), "wrong" in said) == (3, 0, False), said
