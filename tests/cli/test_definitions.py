"""Definitions and settings that people wrote with whatever editor: read where they can be, else named with what to do; never passed over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Said, Terminal, filled
from tests.cli.test_main_job import RESPONSE

READ_BY = {
    "csbook.toml": ["forms"], "templates/response.toml": ["forms"], "validations/response.toml": ["forms"], "validations/lists.toml": ["forms"],
    "validations/masks.toml": ["forms"], "validations/words.toml": ["forms"], "validations/spellings.toml": ["forms"],
    "validations/privacy.toml": ["check", "inbox"], "validations/policy.toml": ["analyze", "--json"],
    "validations/frequent.toml": ["analyze", "--json"], "validations/followup.toml": ["remind", "-o", "out"],
}  # fmt: skip


_MADE: list[Path] = []


@pytest.fixture
def team(terminal: Terminal, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a ledger of one record, made once for all tests."""
    if _MADE:
        shutil.copytree(_MADE[0], tmp_path, dirs_exist_ok=True)
        return tmp_path
    assert terminal("init").code == 0
    filled(terminal, tmp_path / "inbox" / "a.xlsx", "A07", [RESPONSE])
    assert terminal("ingest").code == 0
    _MADE.append(shutil.copytree(tmp_path, tmp_path_factory.mktemp("made") / "team"))
    return tmp_path


def in_each_language(terminal: Terminal, file: str) -> list[Said]:
    return [terminal("--lang", lang, *READ_BY[file]) for lang in ("zh", "en")]


@pytest.mark.parametrize("file", READ_BY)
def test_the_mark_that_an_editor_sets_in_front_changes_nothing(team: Path, terminal: Terminal, file: str) -> None:
    before = terminal(*READ_BY[file])
    (team / file).write_bytes(b"\xef\xbb\xbf" + (team / file).read_bytes())
    after = terminal(*READ_BY[file])
    assert (before.code, after.code, after.err) == (0, 0, "")


@pytest.mark.parametrize("file", READ_BY)
@pytest.mark.parametrize(("content", "zh", "en"), [("[x\n", "列", "column"), ("x =", "末尾", "ends"), ("# 中文", "UTF-8", "UTF-8")])
def test_a_file_that_cannot_be_read_is_named_alone(team: Path, terminal: Terminal, file: str, content: str, zh: str, en: str) -> None:
    (team / file).write_bytes(content.encode("gb18030"))
    for said, word in zip(in_each_language(terminal, file), (zh, en), strict=True):
        assert (said.code, said.out) == (2, "")
        (line,) = said.err.splitlines()
        assert str(team / file) in line
        assert word in line


@pytest.mark.parametrize("file", [*READ_BY, "desks.csv", "templates", "validations"])
def test_what_stands_where_a_file_or_a_folder_belongs_is_not_passed_over(team: Path, terminal: Terminal, file: str) -> None:
    """A team's strict privacy.toml must not give way to the shipped one because something else has its name."""
    place = team / file
    if place.is_dir():
        shutil.rmtree(place)
        place.write_text("")
    else:
        place.unlink(missing_ok=True)
        place.mkdir()
    said = terminal(*READ_BY.get(file, ["ingest"]))
    assert said.code == 2
    assert str(place) in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("setting", ["ledger = 5", 'ledger = ""', 'inbox = ["a"]', "receipts = true"])
def test_a_setting_is_a_text(terminal: Terminal, tmp_path: Path, setting: str) -> None:
    (tmp_path / "csbook.toml").write_text(setting)
    said = terminal("forms")
    assert (said.code, said.out) == (2, "")
    assert str(tmp_path / "csbook.toml") in said.err
    assert setting.split()[0] in said.err


def test_a_file_is_no_workspace(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    said = terminal("--workspace", "a.txt", "forms")
    assert said.code == 2
    assert "csbook init" not in said.err


@pytest.mark.parametrize(
    "line",
    [
        "analyze -o x.xlsx --agent", "analyze -o x.xlsx --desk", "analyze -o x.xlsx --team", "ledger export -o x.xlsx --agent",
        "ledger export -o x.xlsx --customer", "template response -o out --desk", "template response -o out --layout page --record",
    ],
)  # fmt: skip
def test_no_name_at_all_is_no_filter_that_lets_everything_through(team: Path, terminal: Terminal, line: str) -> None:
    said = terminal(*line.split(), "")
    assert (said.code, said.out) == (2, "")
    assert line.split()[-1] in said.err
    assert not (team / "x.xlsx").exists()


@pytest.mark.parametrize("command", [["check", "inbox", "--map"], ["ingest", "inbox", "--map"]])
def test_a_map_that_is_not_there_is_asked_for(team: Path, terminal: Terminal, command: list[str]) -> None:
    missing = terminal(*command, "none.toml")
    assert (missing.code, "--map" in missing.err, "none.toml" in missing.err, "[]" in missing.err) == (2, True, True, False)
    folder = terminal(*command, "inbox")
    assert (folder.code, "Errno" in folder.err, "文件夹" in folder.err) == (2, False, True)
