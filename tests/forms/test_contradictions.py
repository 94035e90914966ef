"""A contradiction in the definitions is reported with file and key, all at once, and never as a crash."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from csbook import forms, template
from csbook.forms import Contradictions
from csbook.forms.sentences import lengths
from csbook.issues import UsageError
from tests.forms.conftest import Copy
from tests.forms.mini import FILES

RULES, LAYOUT = "validations/response.toml", "templates/response.toml"
LISTS, WORDS, MASKS = "validations/lists.toml", "validations/words.toml", "validations/masks.toml"
TALK, HOTLINE, FEEDBACK = "validations/communication.toml", "validations/hotline.toml", "validations/feedback.toml"

CLOSED_AFTER_ACCEPTED = '\n[[rule]]\nkind = "order"\nfield = "closed_at"\nnot_before = "accepted_at"\n'

# file, what to put in place of what, the one contradiction it makes
REPLACED = [
    (RULES, 'version = "1"', 'version = "1"\nversoin = "2"', "versoin", "unknown_key"),
    (RULES, 'version = "1"', "", "version", "missing_key"),
    (RULES, 'version = "1"', "version = 1", "version", "wrong_shape"),
    (RULES, 'day = "raised_date"', 'day = "date"', "day", "unknown_field"),
    (RULES, 'day = "raised_date"', 'day = "customer"', "day", "wrong_kind"),
    (RULES, "{day}{serial}", "{day}-{number}", "number.pattern", "wrong_pattern"),
    (RULES, "{day}{serial}", "{year}{day}{serial}", "number.pattern", "wrong_pattern"),
    (RULES, 'is = ["withdrawn"]', 'is = ["withdrew"]', "state.withdrawn", "unknown_entry"),
    (RULES, 'is = ["withdrawn"]', "is = []", "state.withdrawn.is", "wrong_shape"),
    (RULES, 'is = ["withdrawn"]', 'was = ["withdrawn"]', "state.withdrawn", "unknown_condition"),
    (RULES, 'is = ["withdrawn"]', 'is = ["withdrawn"], filled = true', "state.withdrawn", "unknown_condition"),
    (RULES, 'withdrawn = { field = "solution_kind",', "withdrawn = {", "state.withdrawn.field", "missing_key"),
    (RULES, 'withdrawn = { field = "solution_kind"', 'withdrawn = { field = "kind"', "state.withdrawn", "unknown_field"),
    (RULES, 'total_minutes = ["raised_at", "resolved_at"]', 'total_minutes = ["raised_at"]', "computed.total_minutes", "wrong_shape"),
    (
        RULES,
        'total_minutes = ["raised_at", "resolved_at"]',
        'total_minutes = ["raised", "resolved_at"]',
        "computed.total_minutes",
        "unknown_field",
    ),
    (
        RULES,
        'total_minutes = ["raised_at", "resolved_at"]',
        'total_minutes = ["agent", "resolved_at"]',
        "computed.total_minutes",
        "wrong_kind",
    ),
    (RULES, 'closed_at = ["resolved_at",', 'closed_at = ["resolved",', "filled_at_merge.closed_at", "unknown_field"),
    (RULES, "filled_at_merge]\nclosed_at", "filled_at_merge]\nclosed", "filled_at_merge.closed", "unknown_field"),
    (RULES, 'kind = "moment", required = true }', 'kind = "momnet", required = true }', "field.raised_at.kind", "unknown_kind"),
    (RULES, "reviewer = { kind", "reviewer = { knid", "field.reviewer.knid", "unknown_key"),
    (RULES, 'mask = "staff" }', 'mask = "stuff" }', "field.reviewer.mask", "unknown_mask"),
    (RULES, 'reviewer = { kind = "masked", mask = "staff" }', 'reviewer = { kind = "masked" }', "field.reviewer.mask", "unknown_mask"),
    (RULES, 'solution = { kind = "text", limit = 500 }', 'solution = { kind = "text" }', "field.solution.limit", "text_without_limit"),
    (
        RULES,
        'solution = { kind = "text", limit = 500 }',
        'solution = { kind = "text", limit = "500" }',
        "field.solution.limit",
        "wrong_shape",
    ),
    (
        RULES,
        'solution = { kind = "text", limit = 500 }',
        'solution = { kind = "text", limit = 500, default = "x" }',
        "field.solution.default",
        "unknown_default",
    ),
    (
        RULES,
        'solution = { kind = "text", limit = 500 }',
        'solution = { kind = "text", limit = 500 }\nnote = { kind = "auto" }',
        "field.note",
        "field_without_column",
    ),
    (RULES, 'list = "channel"', 'list = "chanel"', "field.channel.list", "missing_list"),
    (RULES, 'entries = ["phone", "chat", "email"]', 'entries = ["phone", "fax", "email"]', "field.channel.entries", "unknown_entry"),
    (RULES, 'entries = ["phone", "chat", "email"]', 'entries = ["phone", "phone", "email"]', "field.channel.entries", "two_entries"),
    (RULES, 'kind = "vague"', 'kind = "vogue"', "rule.vogue.description", "unknown_rule"),
    (RULES, 'kind = "vague"\n', "", "rule.?.description", "unknown_rule"),
    (
        RULES,
        'kind = "vague"\nfield = "description"\nphrases',
        'kind = "mask"\nfield = "solution"\nmask',
        "rule.mask.solution.mask",
        "unknown_mask",
    ),
    (RULES, 'phrases = "vague"', 'phrases = "vogue"', "rule.vague.description.phrases", "unknown_words"),
    (RULES, 'phrases = "vague"', 'phrases = "vague"\nphrase = "x"', "rule.vague.description.phrase", "unknown_key"),
    (RULES, 'phrases = "vague"', "", "rule.vague.description.phrases", "missing_key"),
    (RULES, 'phrases = "vague"', 'phrases = ["vague"]', "rule.vague.description.phrases", "wrong_shape"),
    (RULES, 'phrases = "vague"', 'phrases = "vague"\nseverity = "fatal"', "rule.vague.description.severity", "unknown_severity"),
    (RULES, 'not_before = "raised_at"', 'not_before = "raised"', "rule.order.accepted_at", "unknown_field"),
    (RULES, 'not_before = "raised_at"', 'not_before = "customer"', "rule.order.accepted_at", "wrong_kind"),
    (
        RULES,
        'not_before = "resolved_at"\n',
        'not_before = "resolved_at"' + 2 * CLOSED_AFTER_ACCEPTED,
        "rule.order.closed_at.accepted_at",
        "two_rules",
    ),
    (RULES, "[listed.review_missing]", "[listed.review_missing]\nde = 'x'", "listed.review_missing.de", "unknown_key"),
    (RULES, 'field = "reviewer", filled = false', 'field = "checker", filled = false', "listed.review_missing.when", "unknown_field"),
    (RULES, "[number]", "[number", "", "no_toml"),
    (LAYOUT, 'source = "[003]"', "", "source", "missing_key"),
    (LAYOUT, 'title = { zh = "服务响应时间记录表", en', 'title = { zh = "服务响应时间记录表", fr', "title", "wrong_shape"),
    (LAYOUT, 'aliases = ["复核人"]', 'aliases = ["受理人"]', "column.reviewer", "two_labels"),
    (LAYOUT, 'field = "reviewer"', 'field = "agent"', "column.agent", "two_columns"),
    (LAYOUT, "width = 14\n", "wide = 14\n", "column.agent.wide", "unknown_key"),
    (LAYOUT, "[[script]]\ntitle =", "[[script]]\nname =", "script.1.name", "unknown_key"),
    (LAYOUT, "[[example]]\nraised_date", "[[example]]\nraised", "example.1.raised", "unknown_field"),
    (LAYOUT, "[[example]]\n", '[[example]]\ntotal_minutes = "20"\n', "example.1.total_minutes", "unknown_field"),
    (LAYOUT, '[[example]]\nraised_date = "2023-10-01"', "[[example]]\nraised_date = 2023-10-01", "example.1.raised_date", "wrong_shape"),
    (LISTS, '[[list.channel]]\nkey = "phone"\nzh', '[[list.channel]]\nkey = "phone"\ncn', "list.channel.phone.cn", "unknown_key"),
    (LISTS, '[[list.channel]]\nkey = "chat"', '[[list.channel]]\nkey = "email"', "list.channel.email", "two_entries"),
    (LISTS, 'group = "chat"', 'group = "chats"', "list.channel.chat.group", "unknown_group"),
    (LISTS, 'labels = { feedback = "在线客服" }', 'labels = { feedbak = "在线客服" }', "list.channel.chat.labels.feedbak", "unknown_form"),
    (LISTS, "[groups]\n", '[groups]\nnone = "无"\n', "groups.none", "wrong_shape"),
    (WORDS, "attitude = [", 'attitude = "x"\nothers = [', "attitude", "wrong_shape"),
    (MASKS, "[person]\nhides", "[person]\nhind", "person.hind", "unknown_key"),
    (MASKS, '{ words = "organisations" }', '{ words = "companies" }', "customer.endings", "unknown_words"),
    (MASKS, "short = 4", "short = true", "customer.short", "wrong_shape"),
    (TALK, 'follow_up = "due_at"', 'next = "due_at"', "promises.next", "unknown_field"),
    (TALK, 'follow_up = "due_at"', 'status = "due_at"', "promises.status", "wrong_kind"),
    (TALK, 'follow_up = "due_at"', 'follow_up = "resolved_at"', "promises.follow_up", "two_origins"),
    (TALK, "raised_at = { date", "resolved_at = { date", "derived.resolved_at", "two_origins"),
    (TALK, 'clock = "raised_clock"', 'clock = "raised_time"', "derived.raised_at", "unknown_field"),
    (TALK, 'clock = "raised_clock"', 'clock = "status"', "derived.raised_at", "wrong_kind"),
    (TALK, 'clock = "raised_clock"', 'time = "raised_clock"', "derived.raised_at.time", "unknown_key"),
    (HOTLINE, 'fault = ["technical_support"]\n', "", "rule.routing.department", "routing_gap"),
    (HOTLINE, 'fault = ["technical_support"]\n', 'fault = ["technical"]\n', "rule.routing.department", "unknown_entry"),
    (HOTLINE, 'fault = ["technical_support"]\n', 'fault = "technical_support"\n', "rule.routing.department.options", "wrong_shape"),
    (FEEDBACK, 'includes = ["other"]', 'includes = ["others"]', "rule.required.note", "unknown_entry"),
    (FEEDBACK, 'mentions = "escalation"', 'mentions = "escalations"', "listed.escalated.when", "unknown_words"),
    (FEEDBACK, "when = { any = [", 'when = { any = "x", all = [', "listed.escalated.when", "unknown_condition"),
    (FEEDBACK, "low = 0, high = 240", "low = 0, high = 2.5", "field.call_minutes.high", "wrong_shape"),
]


@pytest.mark.parametrize(("file", "old", "new", "key", "found"), REPLACED, ids=[f"{each[4]}-{each[3]}" for each in REPLACED])
def test_a_fault_is_named_with_file_and_key(copy: Copy, file: str, old: str, new: str, key: str, found: str) -> None:
    if file not in (LISTS, WORDS, MASKS):
        copy.keep_only(Path(file).stem)
    copy.replace(file, old, new)
    assert (file, key, found) in copy.found()


def test_all_faults_come_at_once(copy: Copy) -> None:
    copy.replace(RULES, 'kind = "vague"', 'kind = "vogue"')
    copy.replace(RULES, 'list = "channel"', 'list = "chanel"')
    copy.replace(HOTLINE, 'fault = ["technical_support"]\n', "")
    copy.append(LAYOUT, '[[column]]\nfield = "agent"\nzh = "又一列"\nen = "Again"\n')
    copy.append(LISTS, '[[list.extra]]\nkey = "x"\n')
    assert copy.found() == {
        (RULES, "rule.vogue.description", "unknown_rule"),
        (RULES, "field.channel.list", "missing_list"),
        (HOTLINE, "rule.routing.department", "routing_gap"),
        (LAYOUT, "column.agent", "two_columns"),
        (LISTS, "list.extra.x.zh", "missing_key"),
        (LISTS, "list.extra.x.en", "missing_key"),
    }


def test_one_fault_is_told_once(copy: Copy) -> None:
    copy.replace(RULES, "raised_at = { kind", "raised = { kind")
    found = copy.found()
    assert (RULES, "field.raised", "field_without_column") in found
    assert (LAYOUT, "column.raised_at", "column_without_field") in found
    copy.replace(RULES, "raised = { kind", "raised_at = { kind")
    copy.replace(RULES, 'mask = "staff" }', 'mask = "stuff" }')
    assert copy.found() == {(RULES, "field.reviewer.mask", "unknown_mask")}


@pytest.mark.parametrize(("name", "kind"), [("accepted_at", '"clock"'), ("contact_phone", '"whole", low = 0, high = 9')])
def test_a_name_is_of_one_type_in_all_forms(copy: Copy, name: str, kind: str) -> None:
    copy.replace(TALK, "agent = {", f"{name} = {{ kind = {kind} }}\nagent = {{")
    agent = '[[column]]\nfield = "agent"'
    copy.replace("templates/communication.toml", agent, f'[[column]]\nfield = "{name}"\nzh = "甲"\nen = "A"\n\n{agent}')
    assert copy.found() == {(TALK, f"field.{name}", "two_types")}


def test_a_field_without_its_column_does_not_blame_its_rules(copy: Copy) -> None:
    copy.replace(LAYOUT, '[[column]]\nfield = "accepted_at"', '[[columns]]\nfield = "accepted_at"')
    assert copy.found() == {(LAYOUT, "columns", "unknown_key"), (RULES, "field.accepted_at", "field_without_column")}


def test_two_entries_of_a_list_must_not_share_a_spelling(copy: Copy) -> None:
    copy.replace(LISTS, 'aliases = ["APP内嵌客服"', 'aliases = ["热线", "APP内嵌客服"')
    assert copy.found() == {(HOTLINE, "field.channel.entries", "two_spellings")}


@pytest.mark.parametrize("file", [RULES, LAYOUT, LISTS, WORDS, MASKS])
def test_a_missing_file_is_named(copy: Copy, file: str) -> None:
    (copy.folder / file).unlink()
    assert (file, "", "missing_file") in copy.found()


def test_a_rule_too_long_for_a_cell_of_excel_is_refused_with_its_length(copy: Copy) -> None:
    """A formula has 8,192 characters at most; the template would be refused, or repaired, by Excel."""
    phrases = ", ".join(f'"phrase {number:03}"' for number in range(400))
    copy.replace(WORDS, "escalation = [", f"escalation = [{phrases}, ")
    with pytest.raises(Contradictions) as raised:
        copy.load()
    (found,) = raised.value.found
    assert (found.file.replace("\\", "/").endswith(FEEDBACK), found.id) == (True, "formula_too_long")
    assert (found.key, found.words["limit"]) == (f"rule.{found.words['rule']}", 8192)
    assert 8192 < found.words["length"] < 40_000
    assert str(found.words["length"]) in raised.value.text("en")


def test_a_rule_that_just_fits_is_written_whole(copy: Copy, tmp_path: Path) -> None:
    """What was measured when the form was loaded is what the template writes, so nothing is refused there."""
    words = tmp_path / "validations" / "words.toml"
    before = words.read_text("utf-8")

    def longest(count: int) -> int:
        """Of the rules of `feedback` in either language, with so many phrases of four letters more."""
        phrases = "".join(f'"p{number:03}", ' for number in range(count))
        words.write_text(before.replace("escalation = [", f"escalation = [{phrases}"), "utf-8")
        form = copy.load().forms["feedback"]
        return max(length for lang in ("zh", "en") for _, length in lengths(form, lang))

    few, more = longest(60), longest(61)
    most = 61 + (8192 - more) // (more - few)
    assert 8192 - (more - few) < longest(most) <= 8192
    template.write(copy.load().forms["feedback"], tmp_path / "a.xlsx", rows=3)
    with pytest.raises(Contradictions):
        longest(most + 1)


def test_an_empty_file_lacks_its_keys(copy: Copy) -> None:
    (copy.folder / RULES).write_text("")
    assert {(RULES, key, "missing_key") for key in ("version", "day", "number", "state", "field")} <= copy.found()


def test_a_file_in_another_encoding_is_no_toml(copy: Copy) -> None:
    path = copy.folder / LAYOUT
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    assert copy.found() == {(LAYOUT, "", "no_toml")}


def test_folders_without_forms(tmp_path: Path) -> None:
    with pytest.raises(Contradictions) as raised:
        forms.load([tmp_path], [tmp_path])
    assert "no_forms" in {each.id for each in raised.value.found}


def test_a_contradiction_is_a_usage_error_in_words(copy: Copy) -> None:
    copy.replace(RULES, 'kind = "vague"', 'kind = "vogue"')
    with pytest.raises(UsageError, match=r"response\.toml.*rule\.vogue\.description.*vogue"):
        copy.load()


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every key of a parsed TOML file, at every depth; of a list only the first element."""
    inner = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from _places(each, (*path, key))


def _toml(value: Any) -> str:
    """A parsed TOML value as inline TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {_toml(each)}' for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return '"' + value.replace("\n", "\\n") + '"' if isinstance(value, str) else str(value)


def test_the_small_definitions_are_whole(mini: Copy) -> None:
    assert mini.load().forms["mini"].column("due_at").name == "text"


def test_a_derived_stamp_may_supply_the_day(mini: Copy) -> None:
    mini.replace("validations/mini.toml", 'day = "raised_date"', 'day = "raised_at"')
    assert mini.load().forms["mini"].day == "raised_at"


def test_the_first_folder_wins_file_by_file(copy: Copy) -> None:
    """A team's own file stands before the shipped one; the rest is shipped."""
    own = copy.folder / "own"
    own.mkdir()
    (own / "words.toml").write_text((copy.folder / WORDS).read_text("utf-8").replace('"骂"', '"骂人"'), "utf-8")
    definitions = forms.load([copy.folder / "templates"], [own, copy.folder / "validations"])
    assert "骂人" in definitions.vocabulary.phrases["attitude"].phrases


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("wrong", ["x", 7, True, [], {}, ["x"], [{}], {"x": "y"}, None], ids=repr)
def test_no_breakage_crashes(mini: Copy, file: str, wrong: Any) -> None:
    """Each key in turn removed (None) or given a value of another shape: nothing but Contradictions comes out."""
    refused = 0
    for path in _places(tomllib.loads(FILES[file])):
        broken = tomllib.loads(FILES[file])
        parent: Any = broken
        for key in path[:-1]:
            parent = parent[key]
        if wrong is None:
            del parent[path[-1]]
        else:
            parent[path[-1]] = wrong
        (mini.folder / file).write_text("\n".join(f'"{key}" = {_toml(each)}' for key, each in broken.items()), "utf-8")
        try:
            mini.load()
        except Contradictions as contradictions:
            refused += all(contradictions.text(lang) for lang in ("zh", "en"))
    assert refused, "some of these must be refused"
