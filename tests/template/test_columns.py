"""How rules become validations, helper columns, lists and the data dictionary."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from csbook import messages, template
from csbook.forms import Definitions, Form
from csbook.forms.say import FormSay
from csbook.issues import Code, Severity
from csbook.lists import ChoiceList
from csbook.policy import Policy
from csbook.rules.repaired import REPAIRED
from csbook.rules.rule import Cells, Entry, Rule, Words
from csbook.template.cells import CheckCells, EntryCells
from csbook.template.entry import validation
from csbook.template.grid import Grid
from csbook.template.guide import speaks
from csbook.template.listing import listing
from csbook.template.selfcheck.checks import checks
from csbook.template.selfcheck.due import limits
from tests.template.conftest import FORMS

Books = Callable[[str], Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Told(Rule):
    """A rule with a formula and an entry of chosen lengths."""

    code = Code.VAGUE
    field: str
    length: int = 10
    acts: str | None = "custom"

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.field,)

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return frame[self.field].notna()

    def formula(self, at: Cells) -> str:
        return at.cell(self.field).ljust(self.length, " ")

    def entry(self, at: Cells) -> Entry | None:
        return Entry(self.acts, self.formula(at)) if self.acts else None

    def words(self, say: object) -> Words:
        return Words(f"prompt {self.id}", f"fault {self.id}", f"remedy {self.id}")


class Acting(Told):
    """The same, with an entry as rules make theirs: none where Excel takes no condition of that length."""

    def entry(self, at: Cells) -> Entry | None:
        return Entry.custom(self.formula(at))


@pytest.fixture
def form(definitions: Definitions) -> Form:
    return definitions.forms["response"]


def told(form: Form, *rules: Told) -> tuple[Form, EntryCells]:
    changed = dataclasses.replace(form, rules=rules)
    grid = Grid(changed, "zh", 300)
    return changed, EntryCells(grid, listing(changed, "zh"))


def spoken(form: Form, field: str, *rules: Told) -> tuple[set[str], Mapping[str, Any]]:
    changed, at = told(form, *rules)
    made = validation(changed.by_name[field], at, FormSay(changed, "zh"))
    return set(made.rules), made.options


def test_conditions_are_joined_while_they_fit(form: Form) -> None:
    rules = [Told(id=str(number), field="description", length=100) for number in range(3)]
    ids, options = spoken(form, "description", *rules)
    assert ids == {"0", "1"}
    assert len(options["value"]) <= 256
    assert (options["validate"], options["error_type"], options["ignore_blank"]) == ("custom", "stop", True)
    assert "fault 0" in options["error_message"]
    assert "prompt 2" in options["input_message"]


def test_blank_is_ignored_only_where_no_other_cell_is_read(definitions: Definitions) -> None:
    form = definitions.forms["response"]
    at = EntryCells(Grid(form, "zh", 300), listing(form, "zh"))
    say = FormSay(form, "zh")
    ignored = {
        name: validation(form.by_name[name], at, say).options["ignore_blank"]
        for name in ("raised_date", "description", "accepted_at", "customer")
    }
    assert ignored == {"raised_date": True, "description": True, "accepted_at": False, "customer": False}


def test_a_short_condition_still_goes_in_after_one_that_is_too_long(form: Form) -> None:
    long, short = Told(id="long", field="agent", length=300), Told(id="short", field="agent")
    assert spoken(form, "agent", long, short)[0] == {"short"}


def test_a_validation_too_long_for_excel_leaves_the_word_to_self_check_and_the_guide_says_so(form: Form, tmp_path: Path) -> None:
    rules = [Acting(id="fits", field="agent", length=254), Acting(id="long", field="reviewer", length=256)]
    changed = dataclasses.replace(form, rules=tuple(rules))
    assert [spoken(form, rule.field, rule)[0] for rule in rules] == [{"fits"}, set()]
    template.write(changed, tmp_path / "a.xlsx", rows=1)
    book: Any = openpyxl.load_workbook(tmp_path / "a.xlsx")
    where = {row[2]: row[1] for row in _dictionary(book["填写说明"])}
    assert (where["prompt fits"], where["prompt long"]) == ("输入时即检查", "自检列检查")
    assert any("fault long" in str(cell.value) for cell in book["_check"][5])


def test_errors_come_before_warnings_and_a_warning_alone_only_asks(form: Form) -> None:
    doubt = Told(id="doubt", field="agent", severity=Severity.WARNING)
    assert spoken(form, "agent", doubt, Told(id="fault", field="agent"))[0] == {"fault"}
    ids, options = spoken(form, "agent", doubt)
    assert (ids, options["error_type"]) == ({"doubt"}, "warning")


def test_a_list_takes_the_place_of_conditions(form: Form) -> None:
    ids, options = spoken(form, "channel", Told(id="when", field="channel"), Told(id="list", field="channel", acts="list"))
    assert (ids, options["validate"]) == ({"list"}, "list")


def test_a_suggestion_never_stops(form: Form) -> None:
    ids, options = spoken(form, "solution_kind", Told(id="length", field="solution_kind"))
    assert (ids, options["validate"], options["show_error"]) == (set(), "list", False)


def test_a_column_without_rules_and_prompt_has_no_validation(form: Form, tmp_path: Path) -> None:
    fields = tuple(dataclasses.replace(field, prompt=None) if field.name == "agent" else field for field in form.fields)
    bare = dataclasses.replace(form, fields=fields, rules=())
    at = EntryCells(Grid(bare, "zh", 1), listing(bare, "zh"))
    assert validation(bare.by_name["agent"], at, FormSay(bare, "zh")).options == {}
    template.write(bare, tmp_path / "a.xlsx", rows=1)


def test_what_always_must_be_filled_is_one_list(definitions: Definitions) -> None:
    """Else a row in which the first cell is typed would say the same sentence of every column."""
    for form in definitions.forms.values():
        plan = checks(Grid(form, "zh", 300), listing(form, "zh"))
        said = "".join(formula(5) for formula in plan.columns.values())
        required = [field for field in form.fields if field.required and not field.default]
        assert required
        for field in required:
            assert said.count(f'"「{field.label.zh}」"') == 1
            assert f"「{field.label.zh}」没有填写，必填，" not in said


def test_faults_are_spread_over_columns_where_one_cell_is_too_small(form: Form) -> None:
    one, two = ([Told(id=str(number), field="agent", length=3000, acts=None) for number in range(count)] for count in (2, 3))
    few, many = (checks(at.grid, at.lists) for at in (told(form, *rules)[1] for rules in (one, two)))
    assert len(many.columns) == len(few.columns) + 1
    assert all(len(formula(304)) <= 8192 for formula in many.columns.values())


def test_lists_that_differ_by_column_get_names_of_their_own(form: Form) -> None:
    choices = form.by_name["channel"].choices
    assert choices
    shorter = ChoiceList(name=choices.name, entries=choices.entries[:1])
    fields = tuple(
        dataclasses.replace(field, choices=shorter, kind="choice") if field.name == "reviewer" else field for field in form.fields
    )
    lists = listing(dataclasses.replace(form, fields=fields), "zh")
    assert (lists.lists["channel"], lists.lists["reviewer"]) == ("list_channel", "list_reviewer")
    assert len(lists.columns["list_reviewer"]) == 1


def test_conditional_formats_hold_the_column_still(form: Form) -> None:
    grid = Grid(form, "zh", 300)
    at = EntryCells(grid, listing(form, "zh"), pin="$")
    assert at.cell("raised_date") == "$C5"
    assert "$C5" in at.stamp("raised_at")


def test_a_blank_agent_is_the_desks(definitions: Definitions) -> None:
    hotline = definitions.forms["hotline"]
    at = CheckCells(Grid(hotline, "zh", 300), listing(hotline, "zh"))
    assert (at.default("agent"), at.default("owner")) == ("desk_agent", None)


@pytest.mark.parametrize(
    ("name", "clocks"),
    [
        ("response", {"register", "resolve", "respond"}),
        ("hotline", {"start", "promise"}),
        ("coordination", {"promise", "revisit"}),
        ("communication", {"promise"}),
        ("feedback", {"promise"}),
    ],
)
def test_the_clocks_that_a_sheet_can_tell(definitions: Definitions, rules_of_today: Policy, name: str, clocks: set[str]) -> None:
    grid = Grid(definitions.forms[name], "zh", 300)
    assert {limit.clock.name for limit in limits(grid, rules_of_today)} == clocks


def test_a_limit_follows_its_entry(definitions: Definitions, rules_of_today: Policy) -> None:
    form = definitions.forms["response"]
    at = EntryCells(Grid(form, "zh", 300), listing(form, "zh"))
    resolve = next(limit for limit in limits(at.grid, rules_of_today) if limit.clock.name == "resolve")
    assert 'IF(EXACT(H5,"咨询类"),30/1440,' in resolve.days(at)
    assert resolve.days(at).endswith("NA()))))")


@pytest.mark.parametrize("name", FORMS)
def test_the_dictionary_names_every_rule_where_it_is_heard(books: Books, definitions: Definitions, name: str) -> None:
    form = definitions.forms[name]
    at = EntryCells(Grid(form, "zh", 300), listing(form, "zh"))
    say = FormSay(form, "zh")
    validations = {field.name: validation(field, at, say) for field in at.grid.typed}
    partly = "输入时先查一部分，其余由自检列检查"
    heard = {"typing": "输入时即检查", "typing_partly": partly, "check": "自检列检查", "ingest": "收表时检查"}
    rows = [(where.split("\n")[0], prompt) for _, where, prompt, _ in _dictionary(books(name)["填写说明"]) if where]
    expected = [
        (heard[speaks(rule, at, validations)], rule.words(say).prompt) for field in form.fields for rule in form.rules_of(field.name)
    ]
    assert rows == expected
    assert {where for where, _ in rows} == set(heard.values())


def _dictionary(sheet: Any) -> list[tuple[str, str, str, str]]:
    rows = [tuple(str(cell or "") for cell in row) for row in sheet.iter_rows(max_col=4, values_only=True)]
    start = next(place for place, row in enumerate(rows) if row[0].startswith("数据字典"))
    end = next(place for place, row in enumerate(rows) if place > start and not any(row))
    return [(row[0], row[1], row[2], row[3]) for row in rows[start + 2 : end]]


@pytest.mark.parametrize("name", FORMS)
def test_the_dictionary_says_why_ingest_alone_judges_and_what_it_mends(books: Books, definitions: Definitions, name: str) -> None:
    form, sheet = definitions.forms[name], books(name)["填写说明"]
    at = EntryCells(Grid(form, "zh", 300), listing(form, "zh"))
    for rule in form.rules:
        assert (rule.formula(at) is None) == (rule.why_ingest() is not None), rule.id
    left = [where for _, where, _, _ in _dictionary(sheet) if where.startswith("收表时检查")]
    assert all(len(where.split("\n")) > 1 for where in left)
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    for kind in {field.kind for field in at.grid.typed} & REPAIRED.keys():
        assert "\n".join(messages.text("zh", f"repaired.{repair}") for repair in REPAIRED[kind]) in cells


@pytest.mark.parametrize("name", FORMS)
def test_the_guide_explains_every_column_and_entry(books: Books, definitions: Definitions, name: str) -> None:
    cells = {str(cell) for row in books(name)["填写说明"].iter_rows(values_only=True) for cell in row if cell}
    for field in definitions.forms[name].fields:
        assert any(field.label.zh in cell.split("\n") for cell in cells)
        for entry in field.choices.entries if field.choices else ():
            assert entry.label.zh in cells
            assert entry.description is None or entry.description.zh in cells
    for script in definitions.forms[name].scripts:
        assert {line.zh for line in script.lines} <= cells
