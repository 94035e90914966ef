"""Private: personal data in free text, found by csbook.privacy before any rule runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code, Severity
from csbook.privacy.findings import MASKED, REFUSED
from csbook.rules import excel
from csbook.rules.rule import Cells, Entry, Examples, OfField, flagged

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class PrivateRefused(OfField):
    """Nothing that privacy.toml refuses (resident id, bank card); check digits are beyond Excel, so ingest alone judges."""

    code = Code.PRIVATE_REFUSED

    def why_ingest(self) -> str:
        return "check_digits"

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return ~flagged(frame, self.field, REFUSED)


@dataclass(frozen=True, kw_only=True)
class PrivateMasked(OfField):
    """Nothing that privacy.toml masks (phone, mail); the template warns of what looks like a mobile number or an address with @."""

    code = Code.PRIVATE_MASKED
    severity: Severity = Severity.WARNING

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return ~flagged(frame, self.field, MASKED)

    def formula(self, at: Cells) -> str:
        cell = at.cell(self.field)
        zeros = excel.digits_to_zero(cell)
        # only the first run of eleven digits is looked at, and it must begin like a mobile number: an order number may be as long
        mobile = (
            f'IFERROR(AND(MID({cell},FIND(REPT(0,11),{zeros}),1)="1",MID({zeros},FIND(REPT(0,11),{zeros})+11,1)<>"0",'
            f'MID({cell},FIND(REPT(0,11),{zeros})+1,1)>"2"),FALSE)'
        )
        # something on both sides of @, a dot behind it
        sign = f'FIND("@",{cell})'
        mail = f'IFERROR(AND({sign}>1,FIND(".",{cell},{sign})>{sign}+1,MID({cell},{sign}-1,1)<>"*",MID({cell},{sign}+1,1)<>" "),FALSE)'
        return f"NOT(OR({mobile},{mail}))"

    def entry(self, at: Cells) -> Entry | None:
        return Entry.custom(self.formula(at))

    def examples(self) -> Examples:
        return Examples(("138****5678", "20231001001", "v2@home"), ("13812345678", "a@example.com"))
