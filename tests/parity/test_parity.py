"""Parity: what 自检 says of a row in LibreOffice is what ingest says of it (DESIGN, section 11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from csbook import template
from csbook.cli.session import Session
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


@pytest.mark.parametrize("form", FORMS)
def test_all_faults_of_a_row_are_named_at_once(parities: Mapping[str, Parity], form: str) -> None:
    assert parities[form].named[0] == {field.name for field in parities[form].form.fields if field.typed}


@pytest.mark.parametrize("form", FORMS)
def test_every_typed_cell_turns_red_when_it_is_named(session: Session, tmp_path: Path, form: str) -> None:
    """The format looks for the column's own header in the verdict of the row, so it does not matter how the value got there."""
    template.write(session.definitions.forms[form], tmp_path / "a.xlsx", rows=7)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    last = len(session.definitions.forms[form].fields) + 1
    red = [
        (found.sqref, rule)
        for found in sheet.conditional_formatting
        for rule in found.rules
        if rule.formula == ['ISNUMBER(FIND("「"&B$4&"」",$A5))'] and rule.dxf.fill.bgColor.rgb not in (None, "FFFFFFFF")
    ]
    assert [str(where) for where, _ in red] == [f"B5:{openpyxl.utils.get_column_letter(last)}11"]


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
