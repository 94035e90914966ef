"""Five small forms: the columns that the figures read, without their rules."""

from __future__ import annotations

from csbook.forms import Definitions, Field, Form
from csbook.forms.form import Number, State
from csbook.issues import Severity
from csbook.lists import Bilingual, ChoiceList, Entry, Phrases, Vocabulary
from csbook.rules.condition import Every, Filled, Is
from csbook.rules.consistent import Consistent
from csbook.rules.required import Required
from csbook.rules.routing import Routing
from csbook.rules.rule import Rule
from csbook.rules.vague import Vague

LISTS = {
    "category": {
        "inquiry": None, "complaint": None, "suggestion": None, "fault": None, "other": None,
        "quality_complaint": "complaint", "service_complaint": "complaint",
    },
    "situation": {"escalation": "complaint", "emergency": None},
    "channel": {"phone": None, "chat": None, "email": None, "app": "chat"},
    "priority": {"high": None, "medium": None, "low": None, "urgent": "high", "normal": "medium"},
    "department": {"product": None, "logistics": None, "finance": None},
    "satisfaction": dict.fromkeys(("very_satisfied", "satisfied", "fairly_satisfied", "neutral", "dissatisfied", "unrated")),
    "yes_no": {"yes": None, "no": None},
    "emotion": dict.fromkeys(("calm", "anxious", "agitated")),
    "demand": dict.fromkeys(("refund", "repair", "apology")),
    "escalation_reason": dict.fromkeys(("cannot_calm", "major_complaint")),
}  # fmt: skip
# form → fields; "field:list" picks another list than the field's name
FORMS = {
    "communication": "customer channel category description agent status resolved_at raised_at due_at",
    "hotline": "raised_at channel category priority department description owner agent started_at due_at resolved_at satisfaction "
    "contact_name emotion demand:",
    "feedback": "raised_at channel category description due_at owner complex:yes_no call_minutes online_seconds resolved_at department "
    "satisfaction result_satisfaction:satisfaction agent contact_name emotion demand escalated:yes_no escalation_reason",
    "response": "customer channel category description agent raised_at accepted_at first_response_at started_at resolved_at closed_at "
    "satisfaction transfers",
    "coordination": "raised_at agent customer description category:situation priority department accepted_at owner due_at resolved_at "
    "revisit_at satisfaction synced_at",
}


NUMBERS = ("call_minutes", "online_seconds")


def _list(name: str) -> ChoiceList:
    return ChoiceList(
        name=name, entries=tuple(Entry(key=key, label=Bilingual(key, key), group=group) for key, group in LISTS[name].items())
    )


def _field(spelling: str) -> Field:
    """`name`: its list has its name; `name:list`: another list; `name:`: free text though a list has its name."""
    name, colon, other = spelling.partition(":")
    listed = other if colon else name
    choices = _list(listed) if listed in LISTS else None
    kind = "choice" if choices else "moment" if name.endswith("_at") else "whole" if name in NUMBERS else "text"
    return Field(name=name, kind=kind, label=Bilingual(f"{name}栏", name), choices=choices)


VAGUE = Vague(id="vague.description", field="description", phrases=Phrases(name="vague", phrases=("坏了", "不行")))
RULES: dict[str, tuple[Rule, ...]] = {
    "hotline": (
        VAGUE,
        Consistent(id="consistent.priority", field="priority", when=Is("emotion", ("agitated",)), then=Is("priority", ("high", "medium"))),
        Routing(
            id="routing.department", field="department", choices=_list("department"), by="category",
            options={"inquiry": ("product",), "complaint": ("product", "finance")},
        ),
    ),
    "coordination": (
        Consistent(id="consistent.due_at", field="due_at", when=Is("priority", ("urgent",)), then=Filled("due_at")),
        Required(
            id="required.owner", field="owner", severity=Severity.WARNING,
            when=Every((Is("priority", ("urgent",)), Filled("resolved_at"))),
        ),
        Required(id="required.revisit_at", field="revisit_at", severity=Severity.WARNING, when=Filled("resolved_at")),
        Required(id="required.description", field="description", when=Filled("raised_at")),
    ),
}  # fmt: skip


def _form(name: str, fields: str) -> Form:
    return Form(
        name=name,
        version="1",
        source="",
        title=Bilingual(f"{name}表", name),
        short=Bilingual(name, name),
        help=Bilingual("", ""),
        fields=tuple(_field(each) for each in fields.split()),
        rules=RULES.get(name, ()),
        number=Number("{serial}"),
        state=State(Filled("resolved_at")),
        day="raised_at",
    )


DEFINITIONS = Definitions(
    {name: _form(name, fields) for name, fields in FORMS.items()},
    Vocabulary(lists={name: _list(name) for name in LISTS}, groups={"complaint": Bilingual("投诉", "Complaint")}),
    {},
)
