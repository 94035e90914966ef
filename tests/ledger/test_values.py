"""Values: the one spelling that hashes and seals are taken over."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from csbook.ledger.database.schema import CLOCK, STAMP, WHOLE
from csbook.ledger.database.schema import TEXT as A_TEXT
from csbook.ledger.database.values import column, digest, dumps, filled, loads
from csbook.ledger.merging.spelled import digests, objects

TEXT = st.text(st.characters(exclude_categories=()), max_size=12)  # halves of surrogate pairs and control characters included
PLAIN = st.one_of(TEXT, st.integers(-(2**70), 2**70), st.booleans(), st.none())
VALUES = st.recursive(PLAIN, lambda each: st.lists(each, max_size=4) | st.dictionaries(TEXT, each, max_size=4), max_leaves=8)


def _stored(value: Any) -> str:
    """As every ledger spelled it since the first."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(TEXT, VALUES, max_size=5) | st.lists(VALUES, max_size=5))
def test_a_content_is_spelled_as_the_standard_library_does(value: Any) -> None:
    assert dumps(value) == _stored(value)


def test_every_character_is_spelled_as_the_standard_library_does() -> None:
    value = {chr(code): "".join(map(chr, range(code, code + 256))) for code in range(0, 0x110000, 256)}

    assert dumps(value) == _stored(value)
    assert all(dumps([text]) == _stored([text]) for text in value.values())


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(TEXT, TEXT | st.integers(-(2**63), 2**63 - 1) | st.none() | st.lists(TEXT, max_size=2), max_size=5))
def test_a_stored_text_is_read_as_it_was(value: dict[str, Any]) -> None:
    assert loads(dumps(value)) == value


TYPES = {"solution": A_TEXT, "call_minutes": WHOLE, "closed_at": STAMP, "raised_clock": CLOCK, "agent": A_TEXT}
ROWS = st.lists(
    st.tuples(
        st.none() | st.text(max_size=8),
        st.none() | st.integers(-(2**62), 2**62),
        st.none() | st.datetimes().map(lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}".rjust(19, "0")),
        st.none() | st.times().map(lambda clock: f"{clock:%H:%M:%S}"),
        st.none() | st.sampled_from(["王", 'a"b\\c\n\x1f']),
    ),
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_columns_are_spelled_as_their_rows(rows: list[tuple[Any, ...]]) -> None:
    frame = {
        name: (column([row[place] for row in rows], type_, pd.RangeIndex(len(rows))), type_)
        for place, (name, type_) in enumerate(TYPES.items())
    }
    spelled = objects(frame, len(rows))
    assert spelled.to_pylist() == [dumps(filled(TYPES, row)) for row in rows]
    whole = spelled.combine_chunks()
    for texts in (whole, whole.slice(1)):
        assert digests("response", texts, texts) == [digest("response", each, each) for each in texts.to_pylist()]
