"""The READMEs: every command on them is run, as it stands, in the order of the page."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from csbook.cli import run

ROOT = Path(__file__).parent.parent
READMES = ROOT / "README.md", ROOT / "README.zh-CN.md"
# what `make` and pip do is what .ci/run does on its way here; the benchmark is run by whoever wants its figures;
# a cluster has a test of its own
ELSEWHERE = {
    "make demo",
    "make test",
    "make coverage",
    "make bench",
    "make lint",
    "make messages",
    "make sample",
    "python -m benchmarks.desks",
    "csbook ingest inbox --jobs tcp://scheduler:8786",  # with a scheduler and workers of its own in tests/intake/test_cluster.py
    "csbook --ledger parquet analyze -o report.xlsx --engine pyspark://",  # by Spark itself in tests/cli/test_engines.py
    "python -m sample_data.make",
    "python3 -m venv .venv",
    ".venv/bin/pip install -e '.[test]'",
    ".venv/bin/pip install -e .",
    ".venv/bin/python -m pytest",
}


def commands(page: Path) -> list[str]:
    """Every command line of the page's shell blocks and code spans, without comments; PowerShell's say the same in its own words."""
    text = re.sub(r"```powershell\n.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    spans = [span.replace(r"\|", "|") for span in re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))]
    begins = ("csbook ", ".venv/", "make ", "python ", "python3 ", "pip ")
    return [*lines, *(span for span in spans if span.startswith(begins))]


def prepared(folder: Path) -> None:
    """What the commands name and an administrator would have: a list of desks, filled workbooks, an old spreadsheet, a key."""
    (folder / "desks.csv").write_text("登记台,客服,小组\nA04,客服小陈,在线组\nA05,客服小刘,在线组\n", "utf-8")
    for name in ("A04-response.xlsx", "A05-feedback.xlsx"):
        shutil.copy(next(ROOT.joinpath("sample_data").rglob(name)), folder / "inbox" / name)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["单号", "受理时间", "客服姓名", "问题描述"], ["B-1", "2026-10-01 09:00", "客服小陈", "无法登录，提示密码错误"]):
        sheet.append(row)
    book.save(folder / "old.xlsx")


def watched(line: str, folder: Path) -> int:
    """`csbook watch` until it has said that it watches, then Ctrl-C."""
    words = [sys.executable, "-u", "-m", *shlex.split(line)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONUTF8": "1", "HOME": str(folder)}
    with subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        return process.wait(60)


def test_every_command_of_both_readmes_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSBOOK_LEDGER_NEW_KEY", "a key that nobody guesses")
    for line in dict.fromkeys(line for page in READMES for line in commands(page) if line not in ELSEWHERE):
        program, *words = (newest_backup() if word == "copies/BACKUP" else word for word in shlex.split(line))
        assert Path(program).name == "csbook", line
        code = watched(line, Path.cwd()) if words[0] == "watch" else run(words)
        # rows to mend are what the samples are planted with
        assert code == 0 or (code == 1 and words[0] in ("ingest", "check")), (line, code, capfd.readouterr().err)
        if words[0] == "init":
            monkeypatch.chdir(words[1])
            prepared(Path.cwd())


def newest_backup() -> str:
    return str(max(Path("copies").iterdir()))


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = ({line for line in commands(page) if line.startswith("csbook ")} for page in READMES)
    assert english == chinese
