"""Profile: privacy.toml is read whole or refused with file and key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from csbook.issues import UsageError
from csbook.lists import Bilingual
from csbook.privacy import load
from csbook.privacy.bands import Bands
from csbook.privacy.findings import KINDS
from csbook.privacy.masks import Mask
from csbook.privacy.profile import Policy
from csbook.privacy.redaction import redact_text

VALIDATIONS = Path(__file__).parents[2] / "validations"
GOOD = 'mark = "[gone: {kind}]"\nlang = "en"\nprofile = "usual"\n[profiles.usual]\nmask = ["phone"]\nrefuse = ["id"]\n'
GOOD += '[profiles.usual.field.order_no]\nrefuse = ["mail"]\n[profiles.hard]\nrefuse = ["phone", "id"]\n'


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


def test_another_profile_is_read_by_its_name(tmp_path: Path) -> None:
    profile = load(written(tmp_path, GOOD), "hard")
    assert (profile.policy("order_no").masked, profile.policy("order_no").refused) == (frozenset(), frozenset({"phone", "id"}))


def test_the_shipped_strict_profile_masks_nothing() -> None:
    strict = load(VALIDATIONS / "privacy.toml", "strict")
    assert strict.default == Policy(frozenset(), frozenset(KINDS))
    assert not strict.policy("order_no").masked


def test_how_coarsely_outsiders_are_told_is_read_from_the_file(tmp_path: Path) -> None:
    text = GOOD + "[roles.out]\nleast = 3\n[roles.team]\n"
    roles = load(written(tmp_path, text + "[bands]\nshare_of = 2\nminutes_from = 6\nparts = 4\n")).roles
    assert (roles["out"].bands, roles["team"].bands) == (Bands(share_of=2, minutes_from=6, parts=4, few=3), None)
    beneath = load(written(tmp_path, text), beneath=VALIDATIONS / "privacy.toml").roles["out"].bands
    assert beneath == Bands(share_of=4, minutes_from=10, parts=5, few=3)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("mark = ", "privacy.toml"),
        ("", "mark"),
        ('mark = "[gone]"', "mark"),
        ('mark = "{kind}"', "mark"),
        (GOOD + "[odd]\n", "odd"),
        (GOOD.replace('"usual"', '"lax"'), "lax"),
        (GOOD + "[roles.out]\nleast = 5\n", "share_of"),
        (GOOD + "[roles.out]\nleast = 5\n[bands]\nshare_of = 4\nminutes_from = 10\nparts = 0\n", "parts"),
        (GOOD + '[words]\nodd = ["x"]\n', "odd"),
        (GOOD + '[words]\nlinks = "x"\n', "links"),
        (GOOD + '[words.digits]\n10 = "x"\n', "digits"),
        (GOOD + "[profiles.usual.field.note]\nhide = []\n", "profiles.usual.field.note"),
        (GOOD + '[profiles.usual.field.note]\nmask = ["fax"]\n', "fax"),
        (GOOD + '[profiles.usual.field.note]\nmask = ["id"]\nrefuse = ["id"]\n', "profiles.usual.field.note"),
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


def test_what_a_team_leaves_out_is_as_shipped(tmp_path: Path) -> None:
    shipped = load(VALIDATIONS / "privacy.toml")
    own = load(written(tmp_path, 'profile = "strict"\n'), beneath=VALIDATIONS / "privacy.toml")
    assert own.default == Policy(frozenset(), frozenset(KINDS))
    assert (own.mark, own.roles) == (shipped.mark, shipped.roles)
    assert set(shipped.roles) == {"internal", "manager", "external"}


@pytest.mark.parametrize(
    "line", ["see = []", 'hide = "text"', "least = true_", "digits = 1", "code = { staff = 1 }", 'code = { staff = { zh = "甲" } }']
)
def test_what_a_role_cannot_be_told_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(UsageError, match=r"roles\.guest|privacy\.toml"):
        load(written(tmp_path, GOOD + f"[roles.guest]\n{line}\n"))


def test_one_beginning_of_codes_serves_both_languages(tmp_path: Path) -> None:
    roles = load(written(tmp_path, GOOD + '[roles.guest]\ncode = { staff = "P-", desk = { zh = "台-", en = "D-" } }\n')).roles
    assert roles["guest"].code == {"staff": Bilingual("P-", "P-"), "desk": Bilingual("台-", "D-")}


def test_every_mask_says_what_a_value_without_it_is_taken_for() -> None:
    masks = tomllib.loads((VALIDATIONS / "masks.toml").read_text("utf-8"))
    assert {name: table["hides"] for name, table in masks.items()} == {
        "customer": "name", "person": "name", "phone": "phone", "staff": "name",
    }  # fmt: skip
    assert {table["hides"] for table in masks.values()} <= set(KINDS)
