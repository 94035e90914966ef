"""Identity: is this row that record? Three facts and one table of cases decide (DESIGN, section 6)."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import NamedTuple, Protocol, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

OPENING = 8  # characters of the description that count
READ = 24  # of them that are looked at first
SEPARATOR = "\n"  # no fact holds a blank
BLANK = r"[\s\x0b\x1c-\x1f\x{85}\p{Z}]+"  # whatever Unicode calls a blank


class Facts(NamedTuple):
    """When the need was voiced (to the minute), by whom, and how its description begins; "" = not known."""

    raised: str
    who: str
    opening: str

    @classmethod
    def read(cls, joined: str) -> Facts:
        """Facts as `joined` spells them."""
        return cls(*joined.split(SEPARATOR))

    @property
    def joined(self) -> str:
        """The three as one text, as the ledger stores them."""
        return SEPARATOR.join(self)

    def equal(self, other: Facts) -> int:
        """How many of the three are equal, 0 to 3; what neither side knows speaks against nothing."""
        return sum(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def or_else(self, before: Facts) -> Facts:
        """What is not known is as it was before."""
        return self if self == before else Facts(*(said or known for said, known in zip(self, before, strict=True)))

    @property
    def complete(self) -> bool:
        """Only complete facts tell one record from all others without a source id."""
        return all(self)


class Link(enum.Enum):
    """What leads from a row to a record."""

    ID = "the record is known under the row's source id"
    DESK = "the same desk handed in the record, another workbook or row holds it"
    ELSEWHERE = "another desk handed in the record"


class Case(enum.Enum):
    """What a row is; the order is the order of preference where several records come into question."""

    SAME = "that record"
    MATCHED = "that record, the row's id becomes one more of its ids"
    CONFLICT = "nobody can say: kept aside"
    REUSED = "another record in a reused row or a copied template"
    TWIN = "a new record that looks like another desk's"
    NEW = "a new record"


# (link, equal facts) -> case; a pair that is not listed says nothing, and a row of which nothing is said is NEW
CASES = {
    (Link.ID, 3): Case.SAME,
    (Link.ID, 2): Case.SAME,
    (Link.ID, 1): Case.CONFLICT,
    (Link.ID, 0): Case.REUSED,
    (Link.DESK, 3): Case.MATCHED,
    (Link.ELSEWHERE, 3): Case.TWIN,
}
PREFERENCE = {case: rank for rank, case in enumerate(Case)}


class Candidate(Protocol):
    """A record that a row may be."""

    @property
    def facts(self) -> Facts:
        """What the record is known by."""

    @property
    def desk(self) -> str:
        """The desk that handed it in first."""


C = TypeVar("C", bound=Candidate)


def recognise(facts: Facts, desk: str, *, by_id: Iterable[C], by_facts: Iterable[C]) -> tuple[Case, C | None]:
    """The case of a row and the record it is about (None for NEW).

    by_id: records known under the row's source id; by_facts: records with the same, complete facts.
    Of several the best case wins, then the most equal facts, then the record that came last.
    """
    linked = [(Link.ID, each) for each in by_id]
    if linked and linked[-1][1].facts == facts:
        return CASES[Link.ID, len(facts)], linked[-1][1]  # nearly every row of a workbook handed in before
    linked += [(Link.DESK if each.desk == desk else Link.ELSEWHERE, each) for each in by_facts]
    best: tuple[Case, C | None] = (Case.NEW, None)
    rank = (PREFERENCE[Case.NEW], 0)
    for link, candidate in linked:
        equal = facts.equal(candidate.facts)
        case = CASES.get((link, equal), Case.NEW)
        if case is not Case.NEW and (PREFERENCE[case], -equal) <= rank:
            best, rank = (case, candidate), (PREFERENCE[case], -equal)
    return best


def told(frame: pd.DataFrame) -> pa.StringArray:
    """The facts of each row of a typed, redacted frame, in its order, as `Facts.joined` spells them.

    Read from raised_at, customer (else contact_name and contact_phone) and description; a form without one of them leaves it "".
    """
    customer = _plain(frame, "customer")
    contact = pc.binary_join_element_wise(_plain(frame, "contact_name"), _plain(frame, "contact_phone"), "")
    who = pc.if_else(pc.not_equal(customer, ""), customer, contact)
    return pc.binary_join_element_wise(_minutes(frame), who, _openings(frame), SEPARATOR)


def complete(joined: pd.Series) -> pd.Series:
    """Of each of these texts: are its facts complete?"""
    return ~joined.str.contains(rf"^{SEPARATOR}|{SEPARATOR}{SEPARATOR}|{SEPARATOR}\z")


def _minutes(frame: pd.DataFrame) -> pa.Array:
    if "raised_at" not in frame:
        return _blank(frame)
    told = pa.array(frame["raised_at"], pa.timestamp("us"), from_pandas=True).cast(pa.timestamp("s"), safe=False).cast(pa.string())
    return pc.fill_null(pc.utf8_slice_codeunits(told, 0, len("2023-10-01 09:00")), "")


def _openings(frame: pd.DataFrame) -> pa.Array:
    """How each description begins. Only its beginning is looked at, save where that holds few letters: signs and marks may be many."""
    if "description" not in frame:
        return _blank(frame)
    whole = _texts(frame["description"])
    letters = _letters(pc.utf8_slice_codeunits(whole, 0, READ))
    few = pc.and_(pc.less(pc.utf8_length(letters), 2 * OPENING), pc.greater(pc.utf8_length(whole), READ))
    return pc.utf8_slice_codeunits(pc.replace_with_mask(letters, few, _letters(whole.filter(few))), 0, OPENING)


def _letters(text: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(_folded(text), r"[^\p{L}\p{N}]+", "")


def _plain(frame: pd.DataFrame, name: str) -> pa.Array:
    """A text column so that two spellings of one text are equal: folded, without blanks; "" for missing."""
    return pc.replace_substring_regex(_folded(_texts(frame[name])), BLANK, "") if name in frame else _blank(frame)


def _folded(text: pa.Array) -> pa.Array:
    """NFKC, lower case."""
    return pc.utf8_lower(pc.utf8_normalize(text, "NFKC"))


def _texts(column: pd.Series) -> pa.Array:
    array = pc.fill_null(pa.array(column, pa.string(), from_pandas=True), "")
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _blank(frame: pd.DataFrame) -> pa.Array:
    return pa.repeat("", len(frame))
