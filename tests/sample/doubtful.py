"""The soft rules of FORMS.md a second time, as plain Python over a stored record: form → rule → what a breach says, and whether it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Row = dict[str, Any]
Holds = Callable[[Row], bool]

VAGUE = ("客户很生气", "有问题", "不好用", "坏了", "不行", "出错了", "要投诉")
ATTITUDE = ("态度差", "态度不好", "不耐烦", "骂", "推诿", "服务差")
ESCALATION = ("媒体", "曝光", "记者", "群体", "集体投诉", "起诉", "律师", "12315", "高额赔偿")
DESK_OF = {  # hotline, by type
    "inquiry": ("product", "operations"),
    "suggestion": ("product", "operations"),
    "complaint": ("service_manager", "quality"),
    "fault": ("technical_support",),
}
DEPARTMENT_OF = {  # coordination, by nature
    "technical": ("technical_support", "after_sales"),
    "attitude": ("service_quality",),
    "logistics": ("logistics",),
    "fee": ("finance",),
}


def telling(row: Row) -> bool:
    """Four characters are left without the listed phrases and punctuation."""
    text = row["description"]
    if text is None:
        return True
    for phrase in VAGUE:
        text = text.replace(phrase, "")
    return len(re.sub(r"[\W_]", "", text)) >= 4


def mentions(words: tuple[str, ...], *texts: str | None) -> bool:
    return any(word in (text or "") for word in words for text in texts)


def lessons(row: Row) -> bool:
    asked = row["archived"] == "yes" and (row["category"] in ("escalation", "emergency") or row["recurring"] == "yes")
    return not asked or row["lessons"] is not None


RULES: Mapping[str, Mapping[str, tuple[str, Holds]]] = {
    "communication": {"vague.description": ("vague", telling)},
    "response": {"vague.description": ("vague", telling)},
    "hotline": {
        "vague.description": ("vague", telling),
        "consistent.category": ("misfiled", lambda row: row["category"] != "inquiry" or not mentions(ATTITUDE, row["description"])),
        "consistent.priority": ("misfiled", lambda row: row["emotion"] != "agitated" or row["priority"] != "low"),
        "routing.department": ("misrouted", lambda row: row["department"] in DESK_OF.get(row["category"], (row["department"],))),
    },
    "feedback": {
        "vague.description": ("vague", telling),
        "consistent.escalated": (
            "contradictory",
            lambda row: row["escalated"] == "yes" or not mentions(ESCALATION, row["description"], row["key_details"]),
        ),
    },
    "coordination": {
        "routing.department": ("misrouted", lambda row: row["department"] in DEPARTMENT_OF.get(row["nature"], (row["department"],))),
        "consistent.coordination_channel": (
            "contradictory",
            lambda row: row["priority"] != "urgent" or row["coordination_channel"] in ("phone_im", "coordination_meeting"),
        ),
        "required.minutes": (
            "left_blank",
            lambda row: row["coordination_channel"] != "coordination_meeting" or row["progress"] != "done" or row["minutes"] is not None,
        ),
        "consistent.plan_agreed": ("contradictory", lambda row: row["progress"] != "done" or row["plan_agreed"] != "objected"),
        "consistent.archived": (
            "contradictory",
            lambda row: row["archived"] != "yes" or (row["progress"] == "done" and None not in (row["revisit_at"], row["satisfaction"])),
        ),
        "required.lessons": ("left_blank", lessons),
    },
}
