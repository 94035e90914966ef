"""What an agent sees: prompts, examples and scripts of the shipped forms."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from csbook.forms import Definitions, Field
from csbook.forms.form import STAMPS
from tests.forms.conftest import Copy

FORMS = ("communication", "hotline", "feedback", "response", "coordination")
LANGS = ("zh", "en")
DATE_KEYS, TIME_KEYS = "Ctrl+;", "Ctrl+Shift+;"
# the printed rows of FORMS.md, by form
PRINTED = {"communication": 3, "hotline": 1, "response": 1}


def typed(shipped: Definitions, form: str) -> list[Field]:
    return [field for field in shipped.forms[form].fields if field.typed]


@pytest.mark.parametrize("form", FORMS)
def test_what_people_call_a_form_is_short(shipped: Definitions, form: str) -> None:
    short = shipped.forms[form].short
    assert 0 < len(short.zh) <= 4
    assert short.en != form


def test_a_form_without_a_short_title_goes_by_its_title(copy: Copy) -> None:
    copy.replace("templates/hotline.toml", 'short = { zh = "热线", en = "Hotline" }\n', "")
    form = copy.load().forms["hotline"]
    assert form.short == form.title


@pytest.mark.parametrize("form", FORMS)
def test_every_typed_column_has_a_prompt_and_an_example(shipped: Definitions, form: str) -> None:
    for field in typed(shipped, form):
        assert field.prompt, field.name
        assert field.example, field.name
        assert all(0 < len(field.prompt.in_(lang)) <= 120 for lang in LANGS), field.name


@pytest.mark.parametrize("form", FORMS)
def test_prompts_of_dates_and_times_name_the_keys(shipped: Definitions, form: str) -> None:
    for field in typed(shipped, form):
        keys = {"date": DATE_KEYS, "moment_or_date": DATE_KEYS, "due": DATE_KEYS, "clock": TIME_KEYS, "moment": TIME_KEYS}.get(
            field.kind, ""
        )
        assert field.prompt
        assert all(keys in field.prompt.in_(lang) for lang in LANGS), field.name


@pytest.mark.parametrize("form", FORMS)
def test_prompts_of_masked_columns_show_masks_that_hold(shipped: Definitions, form: str) -> None:
    for field in typed(shipped, form):
        if field.mask is None:
            continue
        assert field.prompt
        assert shipped.masks[field.mask].accepts(pd.Series([field.example], dtype="str")).all(), field.name
        assert field.example in field.prompt.zh or re.search(r"\*|CUST|客服", field.prompt.zh), field.name


@pytest.mark.parametrize("form", FORMS)
def test_no_prompt_states_a_limit(shipped: Definitions, form: str) -> None:
    """Limits stand in validations/ only: a prompt that repeats one would drift."""
    for field in typed(shipped, form):
        for number in filter(None, (field.limit, field.high)):
            assert field.prompt
            assert str(number) not in field.prompt.zh, field.name


@pytest.mark.parametrize("form", FORMS)
def test_examples_are_rows_as_typed(shipped: Definitions, form: str) -> None:
    for row in (*shipped.forms[form].examples, {field.name: field.example for field in typed(shipped, form)}):
        for field in typed(shipped, form):
            value = row.get(field.name)
            if value is None:
                continue
            assert field.limit is None or len(value) <= field.limit, field.name
            if field.kind in ("choice", "members"):
                assert field.choices
                assert set(value.split("、")) <= {entry.label.zh for entry in field.choices.entries}, field.name
            if field.kind in STAMPS - {"due"} | {"date", "clock"}:
                assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?( ?\d{1,2}:\d\d)?", value), field.name


@pytest.mark.parametrize("form", FORMS)
def test_examples_fill_what_is_required(shipped: Definitions, form: str) -> None:
    required = {field.name for field in typed(shipped, form) if field.required}
    for row in shipped.forms[form].examples:
        assert required <= row.keys()
    assert len(shipped.forms[form].examples) == PRINTED.get(form, 2)


@pytest.mark.parametrize("form", FORMS)
def test_scripts_greet_calm_replace_verify_and_close(shipped: Definitions, form: str) -> None:
    scripts = shipped.forms[form].scripts
    titles = " ".join(script.title.zh for script in scripts)
    assert len(scripts) >= 5
    assert all(part in titles for part in ("安抚用语", "不要说的话", "核验身份"))
    assert all(line.in_(lang) for script in scripts for line in script.lines for lang in LANGS)


@pytest.mark.parametrize("form", FORMS)
def test_columns_are_wide_enough_for_their_entries(shipped: Definitions, form: str) -> None:
    for field in typed(shipped, form):
        labels = [entry.label.zh for entry in field.choices.entries] if field.choices else []
        for label in labels:
            wide = sum(2 if ord(letter) > 255 else 1 for letter in label)
            assert wide <= field.width + 1, (field.name, label)
