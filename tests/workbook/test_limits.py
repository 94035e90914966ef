"""Texts are fitted to Office's limits by whole sentences, and line counts hold for any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from csbook.workbook import fitted, lines
from csbook.workbook.limits import units

TEXT = st.text(alphabet=st.sampled_from('ab"中，。😀\n&='), max_size=400)


@given(st.lists(TEXT, max_size=5), st.integers(min_value=5, max_value=300))
def test_fitted_texts_never_pass_the_limit(sentences: list[str], limit: int) -> None:
    assert units(fitted(sentences, limit)) <= limit


def test_sentences_are_kept_whole_and_in_order() -> None:
    assert fitted(["one", "", "twotwotwo", "six"], 8) == "one\nsix"
    assert fitted(["eleven chars", "x"], 8) == "eleven …"


def test_chinese_characters_take_two_places() -> None:
    assert lines("中文中文", 9) == 1
    assert lines("中文中文中", 9) == 2
    assert lines("a\n\nb", 9) == 3
