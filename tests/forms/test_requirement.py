"""The shipped definitions hold what the tables of FORMS.md demand: every column, label, list, limit and required mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from csbook.forms import Definitions, Field

TABLES = (Path(__file__).parent / "requirement.md").read_text("utf-8")
COUNTS = {"communication": 13, "hotline": 24, "feedback": 36, "response": 21, "coordination": 33}
# how the requirement words a kind -> ours
KINDS = {
    "auto": "auto", "date": "date", "clock": "clock", "moment": "moment", "moment or date": "moment_or_date", "moment or promise": "due",
    "moment, date or promise": "due", "minutes": "whole", "seconds": "whole", "text": "text", "choice": "choice", "suggest": "suggest",
    "values of the same list joined with 、": "members", "the same list": "choice", "numbers": "references", "无": "transfers",
    "customer code": "masked", "person name": "masked", "phone": "masked", "staff": "masked",
}  # fmt: skip
MASKS = {"customer code": "customer", "person name": "person", "phone": "phone", "staff": "staff"}


@dataclass(frozen=True)
class Wanted:
    """One column as the requirement has it."""

    form: str
    label: str
    name: str
    kind: str
    required: bool

    @property
    def word(self) -> str:
        """The kind without its parameters."""
        word = re.split(r"[:(（]| by | (?=[0-9是开])|, or ", self.kind)[0].strip().strip("`")
        return word if word in KINDS else self.kind

    @property
    def entries(self) -> tuple[str, ...]:
        """The labels that a choice or suggest lists."""
        listed = re.sub(r"\([^)]*\)", "", re.sub(r"^(choice|suggest)[: ]*", "", self.kind))
        return tuple(entry.strip() for entry in listed.split(","))


def _wanted() -> Iterator[Wanted]:
    form = ""
    for line in TABLES.splitlines():
        if line.startswith("## "):
            form = line.split("`")[1]
        elif line.startswith("| ") and not line.startswith(("| column", "| ---")):
            labels, names, kinds, rules = (cell.strip() for cell in line[1:-1].split("|"))
            yield from _columns(form, labels, names, kinds, rules)


def _columns(form: str, labels: str, names: str, kinds: str, rules: str) -> Iterator[Wanted]:
    several = [name.strip() for name in names.split(" / ")]
    for place, name in enumerate(several):
        part = [cell.split(" / ") for cell in (labels, kinds, rules)]
        label, kind, rule = (cells[place] if len(cells) == len(several) else " / ".join(cells) for cells in part)
        yield Wanted(form, label.replace("(added)", "").strip(), name, kind.strip(), bool(re.search(r"(^|\s)R($|[,;\s])", rule)))


WANTED = tuple(_wanted())


def _field(shipped: Definitions, wanted: Wanted) -> Field:
    return shipped.forms[wanted.form].by_name[wanted.name]


def test_the_tables_are_read_whole() -> None:
    counted = {form: sum(each.form == form for each in WANTED) for form in COUNTS}
    assert counted == COUNTS
    assert all(each.word in KINDS for each in WANTED), [each for each in WANTED if each.word not in KINDS]


@pytest.mark.parametrize("form", COUNTS)
def test_columns_stand_in_order_with_their_labels(shipped: Definitions, form: str) -> None:
    ours = [(field.name, field.label.zh) for field in shipped.forms[form].fields]
    assert ours == [(each.name, each.label) for each in WANTED if each.form == form]


@pytest.mark.parametrize("wanted", WANTED, ids=lambda each: f"{each.form}.{each.name}")
def test_a_column_is_what_the_requirement_says(shipped: Definitions, wanted: Wanted) -> None:
    field = _field(shipped, wanted)
    assert field.kind == KINDS[wanted.word]
    assert field.required == wanted.required
    assert field.mask == MASKS.get(wanted.word)
    limit = re.search(r"text\((\d+)\)", wanted.kind)
    if limit:
        assert field.limit == int(limit[1])
    span = re.search(r"(\d+)–(\d+)$", wanted.kind)
    if field.kind == "whole":
        assert span
        assert (field.low, field.high) == (int(span[1]), int(span[2]))


@pytest.mark.parametrize(
    "wanted",
    [each for each in WANTED if each.word in ("choice", "suggest") and " by " not in each.kind],
    ids=lambda each: f"{each.form}.{each.name}",
)
def test_a_list_prints_the_labels_of_the_form(shipped: Definitions, wanted: Wanted) -> None:
    choices = _field(shipped, wanted).choices
    assert choices
    assert tuple(entry.label.zh for entry in choices.entries) == wanted.entries


def test_lists_that_are_the_same_list(shipped: Definitions) -> None:
    fields = shipped.forms["feedback"].by_name
    assert fields["result_satisfaction"].choices == fields["satisfaction"].choices
    assert fields["other_demands"].choices == fields["demand"].choices


def test_a_dependent_list_holds_what_any_line_names(shipped: Definitions) -> None:
    choices = shipped.forms["hotline"].by_name["department"].choices
    assert choices
    assert [entry.label.zh for entry in choices.entries] == ["产品部", "运营部", "客服主管", "质检部门", "技术支持部门"]


@pytest.mark.parametrize(
    ("group", "labels"),
    [
        ("chat", {"在线聊天", "在线客服"}),
        ("fault", {"故障类", "故障报修"}),
        ("technical_department", {"技术部", "技术支持部", "技术支持部门"}),
        ("complaint", {"投诉", "投诉类", "质量投诉", "服务投诉", "客户投诉升级"}),
    ],
)
def test_groups_make_forms_comparable(shipped: Definitions, group: str, labels: set[str]) -> None:
    fields = [field for form in shipped.forms.values() for field in form.fields if field.choices]
    assert {entry.label.zh for field in fields if field.choices for entry in field.choices.entries if entry.group == group} == labels


def test_every_entry_of_a_form_is_explained_in_both_languages(shipped: Definitions) -> None:
    lists = {name: entries for name, entries in shipped.vocabulary.lists.items() if name != "yes_no"}
    for name, choices in lists.items():
        for entry in choices.entries:
            assert entry.description, (name, entry.key)
            assert entry.description.zh, (name, entry.key)
            assert entry.description.en, (name, entry.key)
            assert entry.label.en, (name, entry.key)


def test_a_scale_of_five_may_take_the_place_of_three(shipped: Definitions) -> None:
    assert shipped.vocabulary.lists["satisfaction_scale"].keys == tuple(f"score_{score}" for score in range(1, 6))


def test_word_lists(shipped: Definitions) -> None:
    phrases = {name: set(each.phrases) for name, each in shipped.vocabulary.phrases.items()}
    assert phrases["vague"] == {"客户很生气", "有问题", "不好用", "坏了", "不行", "出错了", "要投诉"}
    assert phrases["attitude"] == {"态度差", "态度不好", "不耐烦", "骂", "推诿", "服务差"}
    assert phrases["escalation"] == {"媒体", "曝光", "记者", "群体", "集体投诉", "起诉", "律师", "12315", "高额赔偿"}
    assert phrases["roles"] == {"客服", "主管", "工程师", "经理", "专员", "组长", "技术"}


def test_numbers(shipped: Definitions) -> None:
    patterns = {name: (form.number.pattern, form.number.digits, form.number.restarts) for name, form in shipped.forms.items()}
    assert patterns == {
        "communication": ("CR{serial}", 3, None),
        "hotline": ("{day}{serial}", 3, "day"),
        "feedback": ("{day}{serial}", 3, "day"),
        "response": ("{day}{serial}", 3, "day"),
        "coordination": ("CS-{year}-{serial}", 3, "year"),
    }


def test_the_desk_supplies_a_blank_agent_in_two_forms(shipped: Definitions) -> None:
    assert {name for name, form in shipped.forms.items() if form.by_name["agent"].default == "desk_agent"} == {"hotline", "coordination"}


def test_contact_columns_stay_in_the_team(shipped: Definitions) -> None:
    private = {(form.name, field.name) for form in shipped.forms.values() for field in form.fields if field.team_only}
    assert private == {(form, name) for form in ("hotline", "feedback", "response") for name in ("contact_name", "contact_phone")}


def test_lists_to_follow_up(shipped: Definitions) -> None:
    assert {form.name: {each.name for each in form.listed} for form in shipped.forms.values()} == {
        "communication": {"escalated"},
        "hotline": {"follow_up", "escalated", "high_priority", "handed_over"},
        "feedback": {"evidence_pending", "escalated", "handed_over"},
        "response": {"review_missing", "escalated"},
        "coordination": {
            "escalated",
            "escalated_complaint",
            "delayed",
            "emergency",
            "coordination_meeting",
            "handed_over",
            "plan_confirmed",
            "plan_unconfirmed",
        },
    }
