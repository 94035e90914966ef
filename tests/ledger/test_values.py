"""Values: the one spelling that hashes and seals are taken over."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from csbook.ledger.values import dumps, loads

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
