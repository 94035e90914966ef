"""The ledger's commands, as an administrator calls them."""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import sqlite3
from pathlib import Path

import click
import pytest

from csbook import messages
from csbook.cli.ledger import COMMANDS, show
from csbook.forms import load
from csbook.forms.stored import stored
from csbook.issues import UnfinishedError
from csbook.ledger import Ledger
from csbook.ledger.database import encryption
from csbook.ledger.keeping import backup as backups
from tests.cli.conftest import Terminal
from tests.ledger.workbooks import OTHER, SOLVED, Office, Workbook, case, saved

ROOT = Path(__file__).parents[2]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A ledger with two records, one of them in two revisions."""
    office = Office(tmp_path / "ledger.sqlite")
    office.hand_in(Workbook([case(), case(None, **OTHER)]))
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    return office


def test_every_command_has_help_with_an_example_in_both_languages(terminal: Terminal) -> None:
    for lang, example in (("zh", "例："), ("en", "Example:")):
        for name in COMMANDS:
            said = terminal("--lang", lang, "ledger", name, "--help")
            assert said.code == 0
            assert example in said.out
            command = importlib.import_module(f"csbook.cli.ledger.{name}").command
            with click.Context(command, info_name=name) as ctx:
                options = [option for option in command.params if isinstance(option, click.Option)]
                assert all((option.get_help_record(ctx) or ("", ""))[1].strip() for option in options)
    assert terminal("ledger", "nonsense").code == 2


def test_history_in_both_languages(terminal: Terminal, office: Office) -> None:
    said = terminal("ledger", "history", "response", "20231001001")
    assert said.code == 0
    assert "满意度：– → 满意" in said.out
    assert "a.xlsx › 记录 › 第 5 行" in said.out
    assert "日期：2023-10-01（" in said.out
    assert "2023-10-01 00:00:00" not in said.out
    assert terminal("--lang", "en", "ledger", "history", "A07-5KQ2M-001").out.count("revision ") == 2
    record = terminal("ledger", "history", "A07-5KQ2M-001", "--json").document["records"][0]
    assert record["revisions"][1]["changes"]["satisfaction"] == [None, "satisfied"]


@pytest.mark.parametrize(
    ("lang", "words", "promised"),
    [("zh", "预计完成时间（原话）", "后续行动里的承诺时间"), ("en", "Due in words", "Next action: promised for")],
)
def test_history_tells_each_field_once_in_the_order_of_the_columns(
    monkeypatch: pytest.MonkeyPatch, lang: str, words: str, promised: str
) -> None:
    monkeypatch.setattr(show, "of_terminal", lambda: lang)
    monkeypatch.setattr(show, "said", functools.partial(messages.text, lang))
    forms = load([ROOT / "templates"], [ROOT / "validations"]).forms
    feedback, talk = forms["feedback"], forms["communication"]
    changed = {"due_words": 0, "due_at": 0, "agent": 0, "raised_at": 0, "raised_clock": 0, "raised_date": 0}
    assert show.told(feedback, changed) == ["raised_date", "raised_clock", "due_at", "due_words", "agent"]
    assert show.label(feedback, "due_words") == words
    assert show.label(talk, "due_at") == promised
    for form in forms.values():
        labels = [show.label(form, name) for name in show.told(form, stored(form))]
        assert len(set(labels)) == len(labels)
        assert not [label for label in labels if "_" in label]


def test_find_lists_state_owner_and_due(terminal: Terminal, office: Office) -> None:
    said = terminal("--lang", "en", "ledger", "find", "CUST456")
    assert said.code == 0
    assert "20231003001  Open  customer CUST456  owner *客服小李  due –" in said.out
    assert [record["record_no"] for record in terminal("ledger", "find", " 2023 ", "--json").document["records"]] == [
        "20231003001",
        "20231001001",
    ]


def test_find_says_when_there_are_more(terminal: Terminal, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csbook.cli.ledger.find.MOST", 1)
    said = terminal("ledger", "find", "2023", "--json").document
    assert (len(said["records"]), said["more"]) == (1, True)
    assert len(terminal("ledger", "find", "2023").out.splitlines()) == 2


@pytest.mark.parametrize("args", [["find", " "], ["history"], ["history", "response", "1", "2"], ["history", "response", "20231001009"]])
def test_what_the_caller_must_change(terminal: Terminal, office: Office, args: list[str]) -> None:
    said = terminal("ledger", *args)
    assert (said.code, said.out) == (2, "")
    assert said.err.strip()


def test_a_filter_that_no_form_has_is_said_to_be_none(terminal: Terminal, office: Office) -> None:
    said = terminal("--lang", "en", "ledger", "export", "-o", "x.csv", "--form", "response", "--department", "产品部")
    assert said.code == 2
    assert "no such column: response" in said.err


def test_export_writes_what_was_chosen(terminal: Terminal, office: Office, tmp_path: Path) -> None:
    said = terminal("--lang", "en", "ledger", "export", "-o", "x.csv", "--category", "咨询类", "--state", "resolved", "--period", "today")
    assert (said.code, said.out) == (0, "x.csv: records 0\n")
    said = terminal("ledger", "export", "-o", "x.csv", "--category", "inquiry", "--customer", "A公司", "--from", "2023-10-01")
    assert (said.code, "1 条" in said.out) == (0, True)
    assert "138****5678" not in (tmp_path / "x.csv").read_text("utf-8-sig")
    assert terminal("ledger", "export", "-o", "out", "--split", "date").code == 0
    assert terminal("ledger", "export", "-o", "cases.xlsx", "--cases").code == 0
    for wrong in (["-o", "x.doc"], ["-o", "x", "--format", "csv"], ["-o", "x.csv", "--category", "x"], ["-o", "x.csv", "--form", "x"]):
        said = terminal("ledger", "export", *wrong)
        assert (said.code, said.out) == (2, "")
        assert said.err.strip()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("x")) == ["x.csv"]


@pytest.mark.parametrize(
    ("option", "value", "told"), [("--agent", "客服小利", "客服小利"), ("--desk", "A77", "A77"), ("--customer", "13812345678", "138")]
)
def test_export_for_somebody_who_is_not_in_the_ledger_says_so(
    terminal: Terminal, office: Office, tmp_path: Path, option: str, value: str, told: str
) -> None:
    office.hand_in(Workbook([case()]))
    said = terminal("ledger", "export", "-o", tmp_path / "found.csv", "--form", "response", option, value)
    assert said.code == 0
    assert told in said.err
    assert "13812345678" not in said.err + said.out
    # a name that is known, in a time without records, is no misspelled one
    known = terminal("ledger", "export", "-o", tmp_path / "found.csv", "--form", "response", "--desk", "A07", "--to", "2020-01-01")
    assert (known.code, known.err) == (0, "")


def test_purge_counts_first_and_clears_with_yes(terminal: Terminal, office: Office, tmp_path: Path) -> None:
    said = terminal("ledger", "purge", "--older-than", "90d")
    assert (said.code, "1 条到期" in said.out, "--yes" in said.out) == (0, True, True)
    assert terminal("ledger", "status", "--json").document["purge_due"] == 1, "three years of the shipped policy are over"
    assert "csbook ledger purge" in terminal("ledger", "status").out
    for wrong in (["--older-than", "soon"], ["--archive", "x.csv", "--yes"], ["--form", "x"]):
        assert terminal("ledger", "purge", *wrong).code == 2
    assert terminal("ledger", "backup").code == 0
    said = terminal("--lang", "en", "ledger", "purge", "--form", "response", "--archive", "old.xlsx", "--yes")
    assert (said.code, "Records cleared: 1;" in said.out, "old.xlsx (records: 1)" in said.out) == (0, True, True)
    assert len(list((tmp_path / "backups").iterdir())) == 1
    assert terminal("ledger", "history", "response", "20231001001").code == 2
    assert "没有到期" in terminal("ledger", "purge", "--yes").out
    assert terminal("ledger", "verify").code == 0


def test_status_tells_of_a_purge_that_was_broken_off(terminal: Terminal, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("csbook.ledger.keeping.purge.compact", fails)
        assert terminal("ledger", "purge", "--older-than", "90d", "--yes").code == 3
    assert len(terminal("ledger", "status", "--json").document["purge_left"]) == 1
    assert "csbook ledger purge --yes" in terminal("--lang", "en", "ledger", "status").out
    assert terminal("ledger", "purge", "--yes").code == 0
    assert terminal("ledger", "status", "--json").document["purge_left"] == []


def test_verify_names_batch_and_record_and_exits_1(terminal: Terminal, office: Office) -> None:
    said = terminal("ledger", "verify")
    assert (said.code, "完好" in said.out) == (0, True)
    assert terminal("ledger", "verify", "--json").document == {"sound": True, "flaws": []}
    with contextlib.closing(sqlite3.connect(office.path)) as connection, connection:
        connection.execute("UPDATE record SET customer = 'B公司' WHERE id = 1")
        connection.execute("UPDATE number_sequence SET last_number = 0 WHERE form = 'response'")
    said = terminal("--lang", "en", "ledger", "verify")
    assert said.code == 1
    assert "record response 20231001001 (batch B0002): changed after it was written" in said.out
    flaws = terminal("ledger", "verify", "--json").document["flaws"]
    assert [flaw["record"] for flaw in flaws] == ["response 20231001001", None]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_flaw_has_its_sentence(terminal: Terminal, office: Office, lang: str) -> None:
    with contextlib.closing(sqlite3.connect(office.path)) as connection:
        sealed = json.loads(connection.execute("SELECT entry FROM audit").fetchone()[0])["sealed"]
    for table in (*sealed, "quarantine", "audit"):
        for what in ("engine", "chain", "cut", "changed", "lost", "foreign", "hash"):
            said = messages.text(lang, f"verify.table.{table}", record="r", batch="b", key="k")
            assert messages.text(lang, f"verify.{what}", where=said, record="r", batch="b", key="k", detail="d")


def test_backup_and_restore_at_the_terminal(terminal: Terminal, office: Office) -> None:
    assert "还没有备份" in terminal("ledger", "status").out
    assert terminal("ledger", "backup").code == 0
    (backup,) = Path("backups").iterdir()
    assert str(backup) in terminal("ledger", "status").out
    assert terminal("ledger", "backup", "--to", "usb").code == 0
    assert len(list(Path("usb").iterdir())) == 1
    office.path.write_bytes(b"rubbish")
    said = terminal("ledger", "restore", backup)
    assert (said.code, "ledger-replaced-" in said.out) == (0, True)
    assert terminal("ledger", "verify").code == 0
    backup.write_bytes(backup.read_bytes()[:-1])
    assert "已损坏" in terminal("ledger", "status").out
    assert terminal("ledger", "restore", backup).code == 2
    assert terminal("ledger", "restore", "nowhere").code == 2


def test_a_batch_whose_backup_fails_is_stored_all_the_same(terminal: Terminal, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise UnfinishedError("disk full")

    monkeypatch.setattr(Ledger, "back_up_if_due", fail)
    Path("inbox").mkdir()
    said = terminal("--lang", "en", "ingest", "inbox")
    assert "no backup of it: disk full" in said.err
    assert said.code == 0


def test_a_disk_without_room_for_a_backup_is_told_as_that(terminal: Terminal, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    roomy = backups._sparing
    monkeypatch.setattr(backups, "_sparing", lambda engine, *settings: roomy(engine, *settings, *["max_page_count=2"][: len(settings)]))
    Path("inbox").mkdir()
    said = terminal("--lang", "en", "ingest", "inbox")
    assert said.code == 0
    assert "The batch is stored" in said.err
    assert "disk for backups is full" in said.err
    assert "nothing was stored" not in said.err
    assert terminal("ledger", "backup").code == 3
    assert not [*Path("backups").iterdir()]


def test_a_folder_that_takes_no_backup_is_named(terminal: Terminal, office: Office) -> None:
    Path("backups").write_text("")
    Path("inbox").mkdir()
    said = terminal("--lang", "en", "ingest", "inbox")
    assert said.code == 0
    assert "No backup can be written to" in said.err
    assert "nothing was stored" not in said.err


def test_upgrade_says_what_it_did(terminal: Terminal, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    said = terminal("--lang", "en", "ledger", "upgrade")
    assert (said.code, "is up to date" in said.out) == (0, True)
    with contextlib.closing(sqlite3.connect(office.path)) as connection, connection:
        connection.execute("DROP TABLE tombstone")
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    assert terminal("ledger", "status").code == 2
    said = terminal("--lang", "en", "ledger", "upgrade")
    assert (said.code, len(list(Path("backups").iterdir()))) == (0, 1)
    assert "is upgraded from version 0000" in said.out
    assert terminal("ledger", "verify").code == 0


def test_an_encrypted_ledger_at_the_terminal(terminal: Terminal, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "没有加密" in terminal("ledger", "status").out
    assert terminal("ledger", "backup").code == 0
    (backup,) = Path("backups").iterdir()
    backup.rename(backup.with_name(f"ledger-20230101T000000-{backup.name.rpartition('-')[2]}"))  # of another day, so that it is kept
    said = terminal("--lang", "en", "ledger", "rekey", "--new-key-file", "ledger.key")
    assert (said.code, "a lost key is lost data" in said.out, "earlier backups (1)" in said.out) == (0, True, True)
    assert sorted(encryption.plain(path) for path in Path("backups").iterdir()) == [False, True], "a backup under the new key is there"
    assert terminal("ledger", "status").code == 2
    Path("csbook.toml").write_text('ledger_key_file = "ledger.key"\n')
    assert "已加密" in terminal("ledger", "status").out
    assert terminal("ledger", "verify").code == 0
    assert terminal("ledger", "backup").code == 0
    assert terminal("ledger", "upgrade").code == 0
    assert terminal("ledger", "find", "CUST456").code == 0
    assert terminal("--lang", "en", "analyze", "-o", "report.xlsx").code == 0
    assert Path("report.xlsx").stat().st_mode & 0o777 == 0o600
    backup = max(path for path in Path("backups").iterdir() if not encryption.plain(path))
    assert terminal("ledger", "restore", backup).code == 0
    assert terminal("ledger", "purge", "--older-than", "1d", "--yes").code == 0
    assert [encryption.plain(path) for path in Path("backups").iterdir()] == [False], "what could be read without the key is gone"
    assert terminal("ledger", "verify").code == 0
    Path("ledger.key").chmod(0o644)
    said = terminal("--lang", "en", "ledger", "status")
    assert (said.code, "chmod 600" in said.err) == (2, True)
    Path("ledger.key").chmod(0o600)
    monkeypatch.setenv("CSBOOK_LEDGER_NEW_KEY", "a new key of many words")
    assert terminal("ledger", "rekey").code == 0
    assert terminal("ledger", "status").code == 2
    monkeypatch.setenv("CSBOOK_LEDGER_KEY", "a new key of many words")
    assert terminal("ledger", "verify").code == 0


def test_a_key_is_asked_for_where_none_is_named(terminal: Terminal, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def prompt(text: str, **options: object) -> str:
        assert options["hide_input"]
        asked.append(text)
        return "a new key of many words"

    monkeypatch.setattr(click, "prompt", prompt)
    assert terminal("--lang", "en", "ledger", "rekey").code == 0
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert terminal("--lang", "en", "ledger", "verify").code == 0
    assert asked == ["New key", "Key of the ledger"]

    def aborted(*_: object, **__: object) -> str:
        raise click.Abort

    monkeypatch.setattr(click, "prompt", aborted)
    assert terminal("ledger", "status").code == 130
    monkeypatch.setenv("CSBOOK_LEDGER_KEY", "a new key of many words")
    said = terminal("--lang", "en", "ledger", "rekey")
    assert (said.code, "no new key" in said.err) == (2, True)
    assert terminal("ledger", "rekey", "--new-key-file", "nowhere/ledger.key").code == 3
    assert terminal("ledger", "verify").code == 0
