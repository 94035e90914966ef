"""Habits of a terminal: completion, colours, --quiet, Ctrl-C, names of files."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal, filled, query
from tests.cli.test_main_job import RESPONSE

ROOT = Path(__file__).parents[2]
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "LANG", "LC_ALL")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm-256color", **more}


def on_a_terminal(args: list[str], folder: Path, **more: str) -> bytes:
    """What `csbook …` writes where it believes that somebody watches."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "csbook", *args]
    process = subprocess.Popen(command, cwd=folder, env=environment(**more), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    written = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # the last writer has closed it
            break
        if not read:
            break
        written += read
    os.close(ours)
    assert process.wait() in (0, 1)
    return written


def test_colours_stand_on_a_terminal_only_and_no_color_takes_them_away(terminal: Terminal, tmp_path: Path) -> None:
    filled(terminal, tmp_path / "in" / "a.xlsx", "A07", [RESPONSE])
    codes = {
        name: set(COLOUR.findall(on_a_terminal(["check", "in"], tmp_path, **more)))
        for name, more in (("seen", {}), ("plain", {"NO_COLOR": "1"}))
    }
    hues = re.compile(rb"\[(?:3[0-79]|38;|4[0-79]|9[0-7])")
    assert any(hues.search(code) for code in codes["seen"])
    assert not any(hues.search(code) for code in codes["plain"])
    assert "\x1b" not in terminal("check", "in").out


def test_quiet_keeps_errors_and_nothing_else(terminal: Terminal, tmp_path: Path) -> None:
    filled(terminal, tmp_path / "in" / "a.xlsx", "A07", [RESPONSE, {**RESPONSE, "channel": "飞鸽"}])
    said = terminal("--quiet", "--lang", "zh", "ingest", "in")
    assert (said.code, said.out) == (1, "")
    assert len(said.err.splitlines()) == 1
    assert "G6" in said.err


@pytest.mark.parametrize(
    ("typed", "place", "offered"),
    [
        ("csbook led", 1, {"ledger"}),
        ("csbook ledger ver", 2, {"verify"}),
        ("csbook template res", 2, {"response"}),
        ("csbook analyze --per", 2, {"--period"}),
        ("csbook analyze --period last-", 3, {"last-week", "last-month"}),
        ("csbook analyze --form co", 3, {"communication", "coordination"}),
    ],
)
def test_the_shell_completes_commands_options_and_forms(tmp_path: Path, typed: str, place: int, offered: set[str]) -> None:
    more = {"_CSBOOK_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": str(place)}
    ended = subprocess.run(
        [sys.executable, "-c", "from csbook.cli import csbook; csbook(prog_name='csbook')"],
        cwd=tmp_path, env=environment(**more), capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert {line.split(",")[1] for line in ended.stdout.splitlines()} == offered, ended.stderr


def test_ctrl_c_leaves_nothing_half_done(terminal: Terminal, tmp_path: Path) -> None:
    first, second = (filled(terminal, tmp_path / "in" / f"{desk}.xlsx", desk, [RESPONSE]) for desk in ("A07", "A08"))
    assert terminal("ingest", first).code == 0
    records = tmp_path / "ledger.sqlite", "SELECT count(*) FROM record"
    command = [sys.executable, "-m", "csbook", "ingest", second, "--receipts", "out"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    journal = tmp_path / "ledger.sqlite-journal"
    while not journal.exists() and process.poll() is None:  # while the journal stands, a transaction is open
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    # Ctrl-C after the commit finds everything stored
    assert (process.returncode, query(*records)) in ((130, [(1,)]), (130, [(2,)]), (0, [(2,)]))
    assert not list(tmp_path.rglob("*.tmp"))
    assert terminal("ingest", second).code == 0
    assert query(*records) == [(2,)]
    assert terminal("ledger", "verify").code == 0


def test_paths_may_hold_blanks_chinese_and_brackets(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "客服 中心 [1]" / "十月 #2 (终稿)"
    book = filled(terminal, folder / "A07 记录&表.xlsx", "A07", [RESPONSE])
    ledger, report = folder / "台 账.sqlite", folder / "月 报 [10].xlsx"
    assert terminal("--ledger", ledger, "ingest", book, "--receipts", folder / "回 执").code == 0
    assert terminal("--ledger", ledger, "analyze", "-o", report).code == 0
    assert report.is_file()
    assert [path.name for path in (folder / "回 执").iterdir()] == ["A07 记录&表-回执.xlsx"]
