"""Rules that look at each text once say the same as rules that look at every row."""

from __future__ import annotations

import pandas as pd
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from csbook.lists import Phrases
from csbook.privacy.each import each, holding
from csbook.rules.bare_name import BareName
from csbook.rules.vague import Vague

PARTS = ("不行", "不好", "不", "坏了", "客", ",", "，", "\n", " ", "]", "^", "-", "\\")
TEXT = st.lists(st.sampled_from(PARTS), max_size=9).map("".join)
VAGUE = Vague(id="vague", field="text", phrases=Phrases(name="vague", phrases=("不行", "坏了", "不好客")), least=3)


def left(text: str) -> str:
    """What the formula leaves: every sign and phrase substituted, one after the other."""
    for part in VAGUE.removed:
        text = text.replace(part, "")
    return text


@given(st.lists(st.none() | TEXT))
def test_a_vague_text_is_one_of_which_the_formula_leaves_too_little(texts: list[str | None]) -> None:
    frame = pd.DataFrame({"text": pd.Series(texts, dtype="str")})
    assert VAGUE.holds(frame).tolist() == [text is None or len(left(text)) >= VAGUE.least for text in texts]


@given(st.lists(st.none() | st.text("欧阳李司机*3a", max_size=6)))
def test_a_bare_name_is_short_led_by_a_surname_and_bears_no_mask(texts: list[str | None]) -> None:
    rule = BareName(id="bare", field="text", phrases=Phrases(name="s", phrases=("欧阳", "李")), unless=Phrases(name="u", phrases=("司",)))

    def bare(text: str) -> bool:
        return 2 <= len(text) <= 4 and text.startswith(("欧阳", "李")) and not text.endswith("司") and not set(text) & {"*", "3"}

    frame = pd.DataFrame({"text": pd.Series(texts, dtype="str")})
    assert rule.holds(frame).tolist() == [text is None or not bare(text) for text in texts]


@given(st.lists(st.none() | TEXT), st.booleans())
def test_each_answers_for_every_row_on_its_own_index(texts: list[str | None], blank: bool) -> None:
    column = pd.Series(texts, index=range(7, 7 + len(texts)), dtype="str")
    found = each(column, lambda distinct: pc.match_substring_regex(distinct, holding(["^"], ["客"])), blank=blank)
    assert found.index.equals(column.index)
    assert found.tolist() == [blank if text is None else "^" in text or text.endswith("客") for text in texts]


def test_nothing_is_held_where_no_part_is_given() -> None:
    assert not each(pd.Series(["", "a"], dtype="str"), lambda text: pc.match_substring_regex(text, holding(())), blank=False).any()
