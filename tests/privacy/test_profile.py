"""Profile: privacy.toml is read whole or refused with file and key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from csbook.issues import UsageError
from csbook.lists import Bilingual
from csbook.privacy import load
from csbook.privacy.findings import KINDS
from csbook.privacy.masks import Mask
from csbook.privacy.redaction import redact_text

VALIDATIONS = Path(__file__).parents[2] / "validations"
GOOD = 'mark = "[gone: {kind}]"\nlang = "en"\n[default]\nmask = ["phone"]\nrefuse = ["id"]\n[field.order_no]\nrefuse = ["mail"]\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "privacy.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_profile_knows_the_policy_of_each_field(tmp_path: Path) -> None:
    profile = load(written(tmp_path, GOOD))
    assert profile.mark == "[gone: "
    assert profile.redaction("id") == "[gone: resident id number]"
    assert (profile.policy("note").masked, profile.policy("note").refused) == (frozenset({"phone"}), frozenset({"id"}))
    assert (profile.policy("order_no").masked, profile.policy("order_no").refused) == (frozenset(), frozenset({"mail"}))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("mark = ", "privacy.toml"),
        ("", "mark"),
        ('mark = "[gone]"', "mark"),
        ('mark = "{kind}"', "mark"),
        (GOOD + "[odd]\n", "odd"),
        (GOOD + "[field.note]\nhide = []\n", "field.note"),
        (GOOD + '[field.note]\nmask = ["fax"]\n', "fax"),
        (GOOD + '[field.note]\nmask = ["id"]\nrefuse = ["id"]\n', "field.note"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        load(written(tmp_path, text))


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="absent"):
        load(tmp_path / "absent.toml")


def test_the_shipped_profile_agrees_with_the_shipped_word_list() -> None:
    profile = load(VALIDATIONS / "privacy.toml")
    words = tomllib.loads((VALIDATIONS / "words.toml").read_text("utf-8"))
    assert words["redaction_mark"] == [profile.mark]
    assert profile.default.masked | profile.default.refused == frozenset(KINDS)


def test_well_formed_masks_are_no_personal_data() -> None:
    profile = load(VALIDATIONS / "privacy.toml")
    for name, table in tomllib.loads((VALIDATIONS / "masks.toml").read_text("utf-8")).items():
        mask = Mask(name=name, hint=Bilingual("", ""), shapes=tuple(table.get("shapes", ())), words=tuple(table.get("words", ())))
        for sample in mask.samples():
            assert redact_text(sample, profile.default, profile) == (sample, frozenset())
