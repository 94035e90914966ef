"""A block of the policy that has begun is not edited; `analyze` says so when one was."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
from pathlib import Path

import pytest

from csbook.ledger.audit.blocks import edited
from csbook.workspace import shipped
from tests.cli.conftest import Terminal, filled

ROW = {
    "raised_date": dt.date(2023, 10, 1), "customer": "A公司", "contact_phone": "138****5678", "channel": "电话", "category": "咨询类",
    "description": "询问如何开通企业会员的批量折扣功能", "agent": "*客服小李", "raised_at": "09:00", "accepted_at": "09:02",
}  # fmt: skip


def test_analyze_warns_of_an_edited_block_and_not_of_a_new_one(terminal: Terminal, tmp_path: Path) -> None:
    policy = tmp_path / "validations" / "policy.toml"
    policy.parent.mkdir()
    text = (shipped("validations") / "policy.toml").read_text("utf-8")
    policy.write_text(text, "utf-8")
    assert terminal("ingest", filled(terminal, tmp_path / "in" / "a.xlsx", "A01", [ROW])).code == 0
    started = text.replace('limit = "5m"\ncounts', 'limit = "6m"\ncounts', 1)
    assert started != text
    policy.write_text(started, "utf-8")
    warned = terminal("analyze", "--json")
    assert warned.code == 0
    assert "2000-01-01" in warned.err
    assert warned.document["tables"]["overview"][0]["n"] == 1
    # a mistake put right is accepted once, by whom and when stands in the chain, and is no news any more
    accepted = terminal("analyze", "--json", "--accept-policy")
    assert (accepted.code, "2000-01-01" in accepted.err) == (0, True)
    assert terminal("analyze", "--json").err == ""
    assert terminal("ledger", "verify").code == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger:
        entry = json.loads(ledger.execute("SELECT entry FROM audit WHERE action = 'policy' ORDER BY id DESC").fetchone()[0])
    assert (entry["accepted"], bool(entry["by"]), bool(entry["at"])) == (True, True, True)
    # back again is another edit
    policy.write_text(text, "utf-8")
    assert "2000-01-01" in terminal("analyze", "--json", "--accept-policy").err
    # other words and a target judge nothing, and a block may be appended
    policy.write_text(
        text.replace("登记时限", "登记").replace("target = 0.95", "target = 0.5") + "\n[[block]]\nfrom = 2999-01-01\n", "utf-8"
    )
    assert terminal("analyze", "-o", tmp_path / "a.xlsx").err == ""


NOON = dt.datetime(2023, 10, 1, 12)


@pytest.mark.parametrize(
    ("told", "now", "found"),
    [
        ([], {"2000-01-01": "a"}, []),
        ([{"2000-01-01": "a"}], {"2000-01-01": "a"}, []),
        ([{"2000-01-01": "a"}], {"2000-01-01": "b"}, ["2000-01-01"]),
        ([{"2000-01-01": "a"}, {"2000-01-01": "b"}], {"2000-01-01": "b"}, ["2000-01-01"]),
        ([{"2000-01-01": "a"}], {}, ["2000-01-01"]),
        ([{"2000-01-01": "a"}], {"2000-01-01": "a", "2023-11-01": "b"}, []),
        ([{"2000-01-01": "a"}], {"2000-01-01": "a", "2023-09-01": "b"}, ["2023-09-01"]),
    ],
)
def test_a_begun_block_is_changed_gone_or_put_in_behind_the_day(told: list[dict[str, str]], now: dict[str, str], found: list[str]) -> None:
    assert list(edited([(NOON, each) for each in told], now)) == found
