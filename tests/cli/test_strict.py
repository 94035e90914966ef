"""Strict: with one line of its own a team makes every finding an error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.cli.conftest import Terminal, filled, query
from tests.cli.test_main_job import RESPONSE

TEXTS = ("请回电13812345678", "邮箱 a.b@example.com", "车牌京A12345", "姓名：王小明", "微信：wx_secret77")


def test_a_team_that_is_strict_refuses_what_others_mask(terminal: Terminal, tmp_path: Path) -> None:
    rows: list[Mapping[str, Any]] = [
        {**RESPONSE, "customer": f"CUST{place}", "solution": f"已告知规则，{text}"} for place, text in enumerate(TEXTS)
    ]
    filled(terminal, tmp_path / "inbox" / "response-A07.xlsx", "A07", rows)
    (tmp_path / "validations").mkdir()
    (tmp_path / "validations" / "privacy.toml").write_text('profile = "strict"\n', "utf-8")
    (tmp_path / "csbook.toml").write_text("", "utf-8")
    found = terminal("ingest", "--json").document
    assert found["totals"]["quarantined"] == len(TEXTS)
    faults = {(issue["row"], issue["code"]) for issue in found["issues"] if issue["field"] == "solution"}
    assert faults == {(5 + place, "PRIVATE_REFUSED") for place in range(len(TEXTS))}
    stored = str(query(tmp_path / "ledger.sqlite", "SELECT * FROM quarantine"))
    assert not any(each in stored for each in ("13812345678", "a.b@example", "京A12345", "王小明", "wx_secret77"))
