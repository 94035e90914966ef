"""Parity: what 自检 says of a row in LibreOffice is what ingest says of it (DESIGN, section 11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from csbook.rules.repaired import REPAIRED
from tests.parity.verdicts import Parity

FORMS = ("communication", "coordination", "feedback", "hotline", "response")


@pytest.mark.parametrize("form", FORMS)
def test_self_check_is_the_verdict_of_ingest(parities: Mapping[str, Parity], form: str) -> None:
    assert parities[form].violations == []


@pytest.mark.parametrize("form", FORMS)
def test_good_and_bad_rows_are_both_tried(parities: Mapping[str, Parity], form: str) -> None:
    parity = parities[form]
    assert 0.04 < parity.accepted / parity.rows < 0.5


def test_every_declared_repair_is_met(parities: Mapping[str, Parity]) -> None:
    met = set(sum((parity.repaired for parity in parities.values()), Counter[str]()))
    used = {f"{kind}: {repair}" for kind, repairs in REPAIRED.items() for repair in repairs}
    assert met <= used
    assert {each for each in used if not each.startswith(("suggest", "references", "transfers"))} <= met


def test_the_table(parities: Mapping[str, Parity], capfd: pytest.CaptureFixture[str]) -> None:
    """What `make parity` prints."""
    with capfd.disabled():
        print("\n\nform           rows  √ rows  rules  violations  ingest-only rules (errors)   repaired spellings   follow-ons")
        for name, parity in parities.items():
            only = f"{len(parity.ingest_only)} ({parity.left_to_ingest.total()})"
            counts = parity.rows, parity.accepted, len(parity.form.rules), len(parity.violations)
            print(
                f"{name:13}",
                *(f"{count:6}" for count in counts),
                f"{only:>20}",
                f"{parity.repaired.total():>20}",
                f"{parity.follow_ons.total():>12}",
            )
        every = sum((parity.repaired for parity in parities.values()), Counter[str]())
        print("\nrepaired by kind:", ", ".join(f"{kind} {count}" for kind, count in sorted(every.items())))
        left = sum((parity.left_to_ingest for parity in parities.values()), Counter[str]())
        print("left to ingest:", ", ".join(f"{rule} {count}" for rule, count in sorted(left.items())))
        follow = sum((parity.follow_ons for parity in parities.values()), Counter[str]())
        print("follow-ons:", ", ".join(f"{rule} {count}" for rule, count in sorted(follow.items()) if count))
