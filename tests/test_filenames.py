"""File names: any text gives one that Windows takes, and two texts never one and the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbook.filenames import LONGEST, Names, safe, unfit

NASTY = st.text(st.sampled_from([*'aAéE<>:"/\\|?*. \t\u3000\u200e\x00', "\ud800", "咨", "😀", "ß", "ſ"]), max_size=200)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("咨询类", "咨询类"),
        ("a__b", "a__b"),
        ("售后/退款: 急?!", "售后_退款_ 急_!"),
        ("..\\..\\etc", "_.._etc"),
        ("con", "_con"),
        ("LPT1.x", "_LPT1.x"),
        ("COM¹", "_COM¹"),
        ("CONSOLE", "CONSOLE"),
        ("x. . ", "x"),
        ("", "_"),
        (" . ", "_"),
        ("a\x00\u202eb", "a_b"),
        ("长" * 200, "长" * 66),
        ("x" * 79 + " y", "x" * 79),
    ],
)
def test_a_text_as_a_file_name(text: str, name: str) -> None:
    assert safe(text) == name
    assert not unfit(name)


@given(st.lists(st.text() | NASTY, max_size=9))
def test_every_text_gets_a_name_of_its_own_that_every_system_takes(texts: list[str]) -> None:
    names = Names()
    given_out = [names.free(text) for text in texts]
    assert len({name.casefold() for name in given_out}) == len(texts)
    for name in given_out:
        assert not unfit(name)
        assert len(name) <= LONGEST + 2
        assert len(f"{name}.xlsx".encode()) < 255
        assert Path(name).name == name


def test_names_that_differ_in_case_or_spelling_only_are_told_apart() -> None:
    names = Names()
    assert [names.free(text) for text in ("vip", "VIP", "vip-2", "ＶＩＰ", "a/b", "a?b", "é", "e\u0301")] == [
        "vip", "VIP-2", "vip-2-2", "ＶＩＰ-3", "a_b", "a_b-2", "é", "e\u0301-2",
    ]  # fmt: skip
