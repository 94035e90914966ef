"""Lists: every record stands under the headings that it belongs to, and under no other."""

from __future__ import annotations

import pytest

from csbook import metrics
from csbook.issues import UsageError
from tests.followup import scene


def test_an_owner_sees_what_to_do() -> None:
    found = scene.under(scene.rows("owner"), "owner")
    everything = set(scene.RECORDS)
    closed = {"doubt", "unrated", "rated", "revisit", "unreviewed", "withdrawn"}
    assert found == {
        "已超时": {"overdue", "communication"},
        "即将到期": {"soon"},
        "仍有疑问/需进一步处理": {"doubt"},
        "待回访": {"revisit"},
        "待提供凭证": {"evidence"},
        "已解决待回访": {"unrated"},
        "新分派": set(),
        "待处理": everything - closed,
    }


def test_a_department_is_not_reminded_of_a_call_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is resolved; that nobody called the customer back within 24 hours is for its owner."""
    monkeypatch.setitem(scene.RECORDS, "revisit", {**scene.RECORDS["revisit"], "raised_at": scene.at(3), "resolved_at": scene.at(3, 10)})
    assert "revisit" in scene.under(scene.rows("owner"), "owner")["已超时"]
    assert "revisit" not in set(scene.rows("department")["record_no"])


def test_a_department_sees_what_is_with_it() -> None:
    found = scene.under(scene.rows("department"), "department")
    assert found["已超时"] == {"overdue"}
    assert found["进度延迟"] == {"delayed"}
    assert found["待处理"] == {"overdue", "soon", "high", "evidence", "lawyer", "emergency", "meeting", "delayed"}


def test_the_supervisor_sees_escalations_and_what_nobody_reviewed() -> None:
    assert scene.under(scene.rows("supervisor"), "supervisor") == {
        "已升级或出现升级词语": {"lawyer"},
        "高优先级已超时": {"high"},
        "客户投诉升级已延迟": {"delayed"},
        "客户投诉升级已超时": set(),
    }
    assert scene.under(scene.rows("review"), "review") == {"已解决，待审核": {"unreviewed"}}


def test_pages_to_hand_over() -> None:
    assert scene.under(scene.rows("notice"), "notice") == {"客户公告": {"emergency"}}
    assert scene.under(scene.rows("agenda"), "agenda") == {"协调会议": {"meeting"}}


def test_spellings_of_a_person_are_one_owner() -> None:
    assert set(scene.rows("owner")["owner"]) == {"客服小张*", "*主管王姐", "客服小李"}


def test_newly_assigned_is_what_the_last_run_did_not_tell_this_owner() -> None:
    places = {name: place for place, name in enumerate(scene.RECORDS)}
    told = metrics.Told({places["overdue"]: "客服小张", places["soon"]: "客服小李"}, {places["overdue"]: 3})
    found = scene.rows("owner", told=told, names=("overdue", "soon", "high", "rated"))
    assert scene.under(found, "owner")["新分派"] == {"soon", "high"}
    assert dict(zip(found["record_no"], found["times"], strict=True)) == {"overdue": 3, "soon": 0, "high": 0}


def test_a_list_that_nobody_makes_is_named() -> None:
    records, revisions = scene.ledger("overdue")
    with pytest.raises(UsageError, match=r"nothing_such.*clock_promise.*evidence_pending"):
        metrics.follow_ups(
            records, revisions, scene.rules(), scene.definitions(), {"x": ["open", "nothing_such"]}, as_of=scene.AS_OF, lang="en"
        )


def test_what_was_raised_after_as_of_stands_nowhere() -> None:
    records, revisions = scene.ledger(*scene.RECORDS)
    early = scene.at(1)
    found = metrics.follow_ups(records, revisions, scene.rules(), scene.definitions(), scene.plan().lists("owner"), as_of=early)
    assert found.empty


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_list_that_an_older_form_lacks_is_answered_with_where_to_take_it_from(lang: str) -> None:
    records, revisions = scene.ledger("overdue")
    lists = {"x": ["open", "nothing_such"]}
    with pytest.raises(UsageError) as raised:
        metrics.follow_ups(records, revisions, scene.rules(), scene.definitions(), lists, as_of=scene.AS_OF, lang=lang)
    assert [each for each in ("followup.toml", "nothing_such", "csbook init") if each not in str(raised.value)] == []
