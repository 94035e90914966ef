"""Encrypted: the same ledger under a key, in its file and its backups; the key is in no message."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import traceback
from pathlib import Path
from typing import Any

import pytest

from csbook.issues import UnfinishedError, UsageError
from csbook.ledger import Ledger, open_ledger, restore_ledger
from csbook.ledger.database import encryption
from csbook.ledger.database.encryption import Key, key_of, make_key, plain, read_key
from csbook.ledger.keeping import rekey
from csbook.ledger.keeping.rekey import rekey_ledger
from csbook.ledger.keeping.upgrade import upgrade_ledger
from csbook.policy import Backups
from tests.full_disk import full_disk
from tests.ledger.faults import content
from tests.ledger.steps import images
from tests.ledger.workbooks import NOW, OTHER, SOLVED, Workbook, batch, case, saved

RAW, WORDS = Key("5e" * 32), Key("correct 'horse\" battery staple")


def filled(path: Path, key: Key | None) -> Path:
    path.parent.mkdir(exist_ok=True)
    with opened(path, key, create=True) as ledger:
        ledger.merge(batch(Workbook([case(), case(None, **OTHER), case("A07-5KQ2M-003", good=False)])))
    return path


def opened(path: Path, key: Key | None, **options: Any) -> Ledger:
    return open_ledger(path, lang="en", timeout=0.2, key=key, **options)


@pytest.mark.parametrize("key", [RAW, WORDS], ids=["raw", "passphrase"])
def test_a_ledger_under_a_key_does_everything_a_ledger_does(tmp_path: Path, key: Key) -> None:
    path = filled(tmp_path / "ledger.sqlite", key)
    assert not plain(path)
    assert "询问如何".encode() not in path.read_bytes()
    with opened(path, key) as ledger:
        merged = ledger.merge(batch(Workbook([case(**SOLVED)], modified=saved(1))))
        assert list(merged.outcomes[0]) == ["updated"]
        assert ledger.records().num_rows == 2
        assert ledger.status()["encrypted"] is True
        assert ledger.verify() == []
        backup = ledger.back_up(NOW, Backups())
        assert not plain(backup)
        ledger.merge(batch(Workbook([case("A07-5KQ2M-009", customer="CUST9")], modified=saved(2))))
    assert restore_ledger(path, backup, now=NOW, user="admin", lang="en", key=key) is not None
    with opened(path, key) as ledger:
        assert ledger.records().num_rows == 2
        assert ledger.verify() == []
    assert upgrade_ledger(path, now=NOW, user="admin", key=key).backup is None


def test_a_wrong_key_says_so_and_is_in_no_message(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.sqlite", RAW)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="key is wrong") as caught:
        opened(path, WORDS, create=True)
    told = "".join(traceback.format_exception(caught.value))
    assert WORDS.text not in told
    assert "horse" not in told + repr(WORDS) + str(WORDS)
    with pytest.raises(UsageError, match="If it is an encrypted ledger"):
        opened(path, None)
    with pytest.raises(UsageError, match="key is wrong"):
        restore_ledger(path, path, now=NOW, user="admin", lang="en", key=WORDS)
    assert path.read_bytes() == before


def test_a_key_for_a_ledger_that_is_not_encrypted_is_not_passed_over(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.sqlite", None)
    with pytest.raises(UsageError, match="is not encrypted"):
        opened(path, RAW)
    with opened(path, None) as ledger:
        assert ledger.status()["encrypted"] is False


@pytest.mark.parametrize("old", [None, RAW, WORDS], ids=["none", "raw", "passphrase"])
def test_rekey_keeps_every_row_under_the_new_key(tmp_path: Path, old: Key | None) -> None:
    path, new = filled(tmp_path / "ledger.sqlite", old), Key("a7" * 32)
    rekey_ledger(path, old, new, lang="en")
    assert sorted(each.name for each in tmp_path.iterdir()) == [".ledger.sqlite.lock", "ledger.sqlite"]
    with opened(path, new) as ledger:
        assert ledger.records().num_rows == 2
        assert ledger.verify() == []
    with pytest.raises(UsageError):
        opened(path, old)


def test_rekey_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "ledger.sqlite", RAW)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="key is wrong"):
        rekey_ledger(path, WORDS, RAW, lang="en")

    def differs(*_: object) -> None:
        raise rekey.BackupDiffersError

    monkeypatch.setattr(rekey, "compare", differs)
    with pytest.raises(UnfinishedError, match="not what it was"):
        rekey_ledger(path, RAW, WORDS, lang="en")
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == [".ledger.sqlite.lock", "ledger.sqlite"]


def test_without_sqlcipher_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Any:
        raise ImportError

    monkeypatch.setattr("csbook.ledger.database.engine.driver", missing)
    with pytest.raises(UsageError, match=r"pip install csbook\[encrypted\]"):
        opened(tmp_path / "ledger.sqlite", RAW, create=True)


def test_a_full_disk_leaves_no_key_file_that_holds_less_than_the_key(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    with full_disk(10), pytest.raises(OSError, match="File too large"):
        make_key(path)
    assert not path.exists()
    made = make_key(path)
    with pytest.raises(FileExistsError):
        make_key(path)
    assert read_key(path, "en") == made


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    made = make_key(path)
    assert (read_key(path, "en"), len(made.text), path.stat().st_mode & 0o777) == (made, 64, 0o600)
    path.chmod(0o640)
    if os.name != "nt":
        with pytest.raises(UsageError, match=r"mode 640.*chmod 600"):
            read_key(path, "en")
    path.chmod(0o600)
    path.write_bytes(b"\xff" * 40)
    for faulty in (path, tmp_path / "none.key"):
        with pytest.raises(UsageError, match="cannot be read") as caught:
            read_key(faulty, "en")
        assert caught.value.__suppress_context__
    path.write_text("short")
    with pytest.raises(UsageError, match="too short"):
        read_key(path, "en")
    assert key_of(f" {made.text}\n", "en") == made
    assert encryption.SHORTEST == 16


def test_a_damaged_encrypted_ledger_is_not_taken_for_a_sound_one(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.sqlite", RAW)
    raw = bytearray(path.read_bytes())
    raw[4096 * 3 + 100] ^= 1
    path.write_bytes(raw)
    with opened(path, RAW) as ledger:
        assert ledger.verify() != []


def test_a_plain_sqlite_cannot_open_it(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.sqlite", RAW)
    with contextlib.closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.DatabaseError):
        connection.execute("SELECT * FROM record")


def test_killed_at_every_step_a_ledger_under_a_key_is_whole(tmp_path: Path) -> None:
    path = filled(tmp_path / "room" / "ledger.sqlite", RAW)
    before = content(path, RAW)
    prepared = batch(Workbook([case(**SOLVED), case("A07-5KQ2M-009", customer="CUST9")], modified=saved(1)))

    def merge() -> None:
        with opened(path, RAW) as ledger:
            ledger.merge(prepared)

    found = images(path.parent, merge)
    after = content(path, RAW)
    assert after != before
    left = []
    for image in found:
        image.laid_out(path.parent)
        left.append(content(path, RAW))
    assert all(each in (before, after) for each in left)
    assert before in left
    assert len(found) > 30


def test_killed_at_every_step_of_a_rekey_one_of_the_keys_opens_it(tmp_path: Path) -> None:
    path, new = filled(tmp_path / "room" / "ledger.sqlite", RAW), Key("a7" * 32)
    before = content(path, RAW)
    found = images(path.parent, lambda: rekey_ledger(path, RAW, new, lang="en"))
    opens = []
    for image in found:
        image.laid_out(path.parent)
        with contextlib.suppress(encryption.driver().DatabaseError):
            assert content(path, RAW) == before
            opens.append("old")
            continue
        assert content(path, new) == before
        opens.append("new")
    assert opens == sorted(opens, reverse=True)
    assert {"old", "new"} == set(opens)
