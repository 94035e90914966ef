"""Source ids are spelled in one place: what is issued is read again, and can be read aloud."""

from __future__ import annotations

import pytest

from csbook.source_ids import ALPHABET, CODES, LENGTH, SOURCE_ID, desk_of, issue_code, source_of


def test_every_number_has_a_code_of_its_own() -> None:
    some = [*range(1000), *range(CODES - 1000, CODES)]
    codes = {issue_code(number) for number in some}
    assert len(codes) == len(some)
    assert {len(code) for code in codes} == {LENGTH}


def test_no_sign_of_a_code_is_taken_for_another() -> None:
    assert not {"0", "O", "1", "I", "L"} & set(ALPHABET)
    assert {sign for number in range(CODES - 50_000, CODES) for sign in issue_code(number)} <= set(ALPHABET)


@pytest.mark.parametrize(
    ("source_id", "desk"),
    [
        ("A07-5KQ2M-001", "A07"),
        ("华东-2-5KQ2M-123456", "华东-2"),
        ("R-5KQ2M-001", ""),
        ("X-5KQ2M-001", ""),
        ("A07-5KQ2M-01", ""),
        ("crm:17", ""),
    ],
)
def test_an_id_tells_its_desk(source_id: str, desk: str) -> None:
    assert desk_of(source_id, "response") == desk
    assert (SOURCE_ID.fullmatch(source_id) is not None) == (source_id.count("-") > 1 and not source_id.endswith("-01"))


def test_a_foreign_id_tells_its_source() -> None:
    assert [source_of(each) for each in ("crm:17", "A07-5KQ2M-001", None)] == ["crm", "", ""]
