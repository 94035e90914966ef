"""A whole ledger exported as Parquet: any engine computes the figures that the ledger itself gives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from csbook.ledger import open_ledger
from csbook.ledger.export.whole import Whole
from tests.cli.computed import computed
from tests.cli.conftest import Terminal, type_rows
from tests.ledger.workbooks import ROOT

ASKED = "--as-of", "2026-11-20", "--role", "internal", "--json"
# few rows: what takes time is Spark's own preparation of each query
SPARK = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def csbook(folder: Path, *args: object, **env: str) -> subprocess.CompletedProcess[str]:
    """csbook in a process of its own, in this folder."""
    return subprocess.run(
        [sys.executable, "-m", "csbook", *map(str, args)], env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample workbooks of one desk in a ledger, some rows in quarantine; the whole of it in the folder `whole`."""
    folder = tmp_path_factory.mktemp("engines")
    assert csbook(folder, "ingest", ROOT / "sample_data" / "A01", "--jobs", 1).returncode == 1
    assert csbook(folder, "ledger", "export", "-o", "whole", "--format", "parquet", "--role", "internal").returncode == 0
    return folder


@pytest.fixture(scope="module")
def figures(place: Path) -> dict[str, Any]:
    """What the ledger itself gives."""
    found: dict[str, Any] = json.loads(csbook(place, "analyze", *ASKED).stdout)
    assert {row["kind"] for row in found["tables"]["data_quality"]} >= {"quarantined", "late_hand_in"}
    return found


def test_the_engine_of_this_process_gives_the_same_figures_over_parquet(place: Path, figures: dict[str, Any]) -> None:
    said = csbook(place, "--ledger", "whole", "analyze", *ASKED, "--engine", "duckdb://?threads=1")
    assert json.loads(said.stdout) == figures


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
def test_spark_gives_the_same_figures_to_the_last_digit(place: Path, tmp_path: Path) -> None:
    """In a process of its own, as a user's; docs/scale.md says when all tables were compared."""
    (tmp_path / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in SPARK.items()), "utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "SPARK_CONF_DIR": str(tmp_path), "SPARK_LOCAL_IP": "127.0.0.1"}
    env["PYSPARK_PYTHON"] = sys.executable  # else the PATH's python3, which may be another version
    call = [sys.executable, "-W", "ignore", "-m", "tests.cli.computed", str(place / "whole"), "pyspark://"]
    said = subprocess.run(call, env=env, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert said.returncode == 0, said.stderr[-2000:]
    found, known = json.loads(said.stdout), json.loads(computed(place / "whole", "duckdb://"))
    assert found == known
    assert len(json.loads(known["frequent"])) > 3


def test_who_looks_from_outside_sees_the_same_codes(place: Path) -> None:
    with Whole.at(place / "whole", "en") as whole, open_ledger(place / "ledger.sqlite") as ledger:
        assert whole.key() == ledger.key()
        assert whole.hand_ins() == ledger.hand_ins()
        assert whole.blocks_seen() == ledger.blocks_seen()
        assert whole.quarantine().equals(ledger.quarantine().drop_columns(["content"]))


def exported(terminal: Terminal, place: Path, *options: str) -> Path:
    folder = Path("parquet").absolute()
    said = terminal("--ledger", place / "ledger.sqlite", "ledger", "export", "-o", folder, *(options or ("--role", "internal")))
    assert said.code == 0, said.err
    return folder


def test_a_part_of_a_ledger_gives_no_figures(place: Path, terminal: Terminal) -> None:
    for options in (("--role", "manager"), ("--role", "internal", "--from", "2026-10-01"), ("--role", "internal", "--form", "response")):
        folder = exported(terminal, place, *options)
        said = terminal("--ledger", folder, "analyze", *ASKED)
        assert (said.code, "--role internal" in said.err, said.out) == (2, True, "")
        assert {path.name for path in folder.iterdir()} == {"records"}


def test_a_ledger_without_a_record_has_its_folders_too(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("template", "response", "-o", tmp_path / "inbox", "--desk", "A07", "--rows", "5").code == 0
    type_rows(tmp_path / "inbox" / "response-A07.xlsx", [{"customer": "CUST456"}])
    assert terminal("ingest", "inbox", "--jobs", 1).code == 1
    folder = exported(terminal, tmp_path)
    said = terminal("--ledger", folder, "analyze", *ASKED)
    assert said.code == 0, said.err
    assert {row["kind"] for row in said.document["tables"]["data_quality"]} == {"quarantined"}


def test_what_cannot_compute_is_said(place: Path, terminal: Terminal, tmp_path: Path) -> None:
    folder = exported(terminal, place)
    for ledger, engine, code in (
        (folder, "nosuch://", 2), (folder, "duckdb", 2), (folder, "postgres://nobody@127.0.0.1:9/none", 3), (place / "ledger.sqlite", "duckdb://", 2),
    ):  # fmt: skip
        said = terminal("--ledger", ledger, "analyze", *ASKED, "--engine", engine)
        assert (said.code, said.err.count("\n"), said.out) == (code, 1, ""), said.err
    (tmp_path / "empty").mkdir()
    assert terminal("--ledger", tmp_path / "empty", "analyze", *ASKED).code == 2
    facts = json.loads((folder / "ledger.json").read_text("utf-8"))
    (folder / "ledger.json").write_text(json.dumps({**facts, "version": 99}), "utf-8")
    assert terminal("--ledger", folder, "analyze", *ASKED).code == 2


def test_what_is_installed_beside_csbook_is_not_loaded() -> None:
    """pandera would load Spark for an ingest that has no use for it, and with it warnings."""
    seen = "import sys, csbook.validation; sys.exit(any(name.startswith(('pyspark', 'hypothesis')) for name in sys.modules))"
    assert subprocess.run([sys.executable, "-W", "error", "-c", seen], cwd=ROOT, check=False).returncode == 0
