"""The command line itself: help, languages, exit codes, and how little it loads to speak."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from csbook import cli, messages
from csbook.cli import COMMANDS
from csbook.cli.command import failure
from tests.cli.conftest import Terminal

ROOT = Path(__file__).parents[2]


def test_every_command_has_help_with_an_example_in_both_languages(terminal: Terminal) -> None:
    for lang, example in (("zh", "例："), ("en", "Example:")):
        for name in COMMANDS:
            said = terminal("--lang", lang, name, "--help")
            assert said.code == 0
            assert example in said.out or name == "ledger"
            assert "option." not in said.out


def test_every_option_is_explained_in_both_languages() -> None:
    group = cli.csbook
    for lang in ("zh", "en"):
        with click.Context(group, info_name="csbook") as ctx:
            ctx.meta["csbook.lang"] = lang
            for name in COMMANDS:
                command = group.get_command(ctx, name)
                assert command is not None
                with click.Context(command, info_name=name, parent=ctx) as inner:
                    for option in command.get_params(inner):
                        record = option.get_help_record(inner) if isinstance(option, click.Option) else ("", "an argument")
                        assert record, (name, option.name)
                        assert record[1].strip(), (name, option.name)


def test_help_loads_no_heavy_library() -> None:
    heavy = ("pandas", "pandera", "sqlalchemy", "ibis", "duckdb", "xlsxwriter", "rich")
    code = f"import sys; from csbook.cli import run; run(['--help']); print([m for m in {heavy} if m in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8").stdout
    assert printed.rstrip().endswith("[]")


def test_the_locale_decides_the_language_and_lang_overrides_it(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "表单" in terminal("forms", "--help").out
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert "List the forms" in terminal("forms", "--help").out
    assert "表单" in terminal("--lang", "zh", "forms", "--help").out


def test_forms_lists_all_five(terminal: Terminal) -> None:
    said = terminal("forms", "--json")
    assert said.code == 0
    forms = {form["name"]: form for form in said.document["forms"]}
    assert set(forms) == {"communication", "hotline", "feedback", "response", "coordination"}
    assert forms["response"]["title"] == "服务响应时间记录表"
    assert forms["response"]["columns"] == 21
    assert len(terminal("forms").out.splitlines()) == 5


@pytest.mark.parametrize(
    "args",
    [
        ["nonsense"],
        ["template", "-o", "out"],
        ["template", "respons", "-o", "out"],
        ["template", "response", "-o", "out", "--desk", "A/07"],
        ["analyze"],
        ["analyze", "-o", "a.xlsx", "--from", "2026-02-02", "--to", "2026-01-01"],
        ["analyze", "-o", "a.xlsx", "--from", "2026-02-02", "--period", "today"],
        ["analyze", "-o", "a.xlsx", "--form", "respons"],
        ["analyze", "-o", "a.xlsx"],
        ["ledger", "status"],
        ["ingest"],
        ["check", "nowhere.xlsx"],
        ["--workspace", "nowhere", "forms"],
    ],
)
def test_what_the_caller_must_change_is_one_sentence_and_exit_2(terminal: Terminal, args: list[str]) -> None:
    said = terminal(*args)
    assert said.code == 2, said
    assert said.out == ""
    assert said.err.strip()
    assert "Traceback" not in said.err


@pytest.mark.parametrize("args", [["a.txt"], ["report", "--json"], ["a.xls"]])
def test_a_workbook_by_a_name_that_no_program_opens_is_asked_about(terminal: Terminal, args: list[str]) -> None:
    said = terminal("analyze", "-o", *args)
    assert said.code == 2
    assert messages.text("zh", "analyze.not_xlsx", path=args[0]) in said.err


def test_a_misspelt_form_is_asked_about(terminal: Terminal) -> None:
    assert "response" in terminal("--lang", "en", "template", "respons", "-o", "out").err


@pytest.mark.parametrize(
    ("args", "meant"), [(["ingst"], "ingest"), (["ledger", "stats"], "status"), (["map", "x", "--form", "Respons"], "response")]
)
def test_a_misspelt_name_is_asked_about(terminal: Terminal, args: list[str], meant: str) -> None:
    said = terminal("--lang", "en", *args)
    assert said.code == 2
    assert f"“{meant}”" in said.err


@pytest.mark.parametrize(
    ("file", "args"), [("privacy.toml", ["check", "."]), ("policy.toml", ["check", "."]), ("frequent.toml", ["analyze", "-o", "a.xlsx"])]
)
def test_faults_of_a_teams_settings_are_told_in_the_language_asked_for(
    terminal: Terminal, tmp_path: Path, file: str, args: list[str]
) -> None:
    (tmp_path / "validations").mkdir()
    (tmp_path / "validations" / file).write_text("wrong = 1", "utf-8")
    (tmp_path / "csbook.toml").touch()
    en, zh = terminal("--lang", "en", *args), terminal("--lang", "zh", *args)
    assert (en.code, zh.code) == (2, 2), (en, zh)
    assert not re.search("[\u4e00-\u9fff]", en.err)
    assert re.search("[\u4e00-\u9fff]", zh.err)


def test_a_code_page_without_a_sign_stops_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONPATH": str(ROOT), "LANG": ""}
    environment.pop("PYTHONUTF8", None)
    command = [sys.executable, "-m", "csbook", "check", "没有 🙂.xlsx"]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert ended.returncode == 2
    assert "没有 ?.xlsx" in ended.stderr.decode("gbk")
    assert "Traceback" not in ended.stderr.decode("gbk")


def test_help_tells_the_exit_codes(terminal: Terminal) -> None:
    for lang in ("zh", "en"):
        said = terminal("--lang", lang, "--help").out
        assert {"0", "1", "2", "3", "130"} <= {*re.findall("[0-9]+", said)}


@pytest.mark.parametrize(
    "args",
    [
        ["template", "response"],
        ["analyze", "-o", "x.xlsx", "--role", "boss"],
        ["analyze", "-o", "x.xlsx", "--from", "1.2.3"],
        ["analyze", "-o", "x.xlsx", "--as-of", "noon"],
        ["analyze", "--colour"],
        ["analyze", "--rol", "manager"],
        ["analyze", "-o"],
        ["forms", "response"],
        ["forms", "--json=1"],
        ["template", "response", "-o", "x", "--rows", "many"],
        ["template", "response", "-o", "x", "--rows", "5000"],
        ["watch", "--settle", "soon"],
        ["remind", "-o", "x", "--as-of", "tomorrow"],
        ["--quiet"],
    ],
)
def test_what_click_finds_wrong_is_told_in_the_language_asked_for(terminal: Terminal, args: list[str]) -> None:
    en, zh = terminal("--lang", "en", *args), terminal("--lang", "zh", *args)
    assert (en.code, zh.code) == (2, 2), (en, zh)
    assert not re.search("[\u4e00-\u9fff]", en.err)
    fault = zh.err.strip().splitlines()[-1]
    told = re.sub(r"'[^']*'|\S*[<=]\S*", "", fault)  # without what is quoted: options, values, bounds
    assert re.search("[\u4e00-\u9fff]", told)
    assert not re.search(r"(?<![\w-])[a-z]{2,}(?!\w)", re.sub(r"noon|tomorrow|1\.2\.3|response", "", told)), fault


@pytest.mark.parametrize(
    "words",
    [("ingest", "客户13812345678.xlsx"), ("map", "138 1234 5678/a.xlsx", "--form", "hotline"), ("forms", "--13812345678"), ("a@b.com",)],
)
def test_what_was_typed_is_repeated_without_personal_data(terminal: Terminal, words: tuple[str, ...]) -> None:
    said = terminal(*words)
    assert said.code == 2
    assert said.err.strip()
    assert not re.search("1381234|138 1234|a@b", said.err)


def test_a_vanished_file_is_named_without_personal_data() -> None:
    said = failure(FileNotFoundError(2, "No such file", "/收件/张三13812345678.xlsx"))
    assert "收件" in said
    assert "1381234" not in said


def test_what_a_library_logs_never_reaches_the_terminal() -> None:
    # a process of its own: pytest takes logs in
    code = "import logging; from csbook.cli import run; run(['forms']); logging.getLogger('a.library').warning('of no use to anybody')"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stderr == ""
