"""What every kind of rule is: one declaration with its faces (holds, formula, entry, words) side by side."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from csbook import messages
from csbook.issues import Code, Severity
from csbook.lists import ChoiceList
from csbook.privacy.findings import flag as flag

if TYPE_CHECKING:
    import pandas as pd


class Cells(Protocol):
    """Where a form's fields stand in one workbook row; what a formula may point at."""

    def cell(self, field: str) -> str:
        """The cell as the agent typed it, relative, e.g. `F5` or `'记录'!F5`."""

    def stamp(self, field: str) -> str:
        """An expression giving the date-time serial of a date, a stamp or a derived stamp ("" while unknown)."""

    def parts(self, field: str) -> tuple[str, ...]:
        """The cells that a stamp is made of: its own, or those of its date and its clock."""

    def surely_before(self, later: str, earlier: str) -> str:
        """A short condition that is TRUE only where the first stamp lies before the second, whatever else will be typed in the row."""

    def label(self, field: str, key: str) -> str:
        """The label of list entry `key` of `field` in the workbook's language, unquoted."""

    def labels(self, field: str) -> str:
        """The defined name that spans the labels of a field's list (lists are cut per form), e.g. `list_channel`."""

    def options(self, field: str) -> str:
        """The defined-name formula of the entries that fit the row: a dependent list, as a source for a dropdown."""

    def chosen(self, field: str) -> str:
        """The cell of a field with a list, its entries as the list spells them wherever ingest recognises another spelling."""

    def dates(self) -> tuple[int, int]:
        """The first and the last day that can be meant, as serials."""

    def default(self, field: str) -> str | None:
        """The cell that supplies a blank `field` (the desk's agent), or None."""

    def now(self) -> str:
        """The moment that counts as now, e.g. `NOW()+5/1440`."""


class Say(Protocol):
    """How a rule names things to people in one language."""

    @property
    def lang(self) -> str:
        """`zh` or `en`."""

    def field(self, field: str) -> str:
        """The column's label."""

    def entry(self, field: str, key: str) -> str:
        """The label of list entry `key` of `field`."""


class Words(NamedTuple):
    """What a rule says: `prompt` states the rule, `fault` what is wrong, `remedy` what to do. Plain sentences without a full stop."""

    prompt: str
    fault: str
    remedy: str


LONGEST_SOURCE = 255  # Excel refuses a longer formula in a data validation


class Entry(NamedTuple):
    """How a rule acts while typing.

    `kind` is "list" (source = a range or name formula) or "custom" (source = a condition, TRUE where it holds).
    A source has no leading `=`. Made by `Entry.list`, `Entry.custom` and `Entry.partly`, which give None where it is too long for Excel.
    `whole` is False where the source is weaker than the rule: it never refuses what the rule accepts, and 自检 sees the rest.
    """

    kind: str
    source: str
    whole: bool = True

    @classmethod
    def list(cls, source: str | None) -> Entry | None:
        """A dropdown that offers the labels `source` spans."""
        return cls._of("list", source)

    @classmethod
    def custom(cls, source: str | None) -> Entry | None:
        """A condition that the typed value must make true."""
        return cls._of("custom", source)

    @classmethod
    def partly(cls, source: str | None) -> Entry | None:
        """A shorter condition than the rule's own, TRUE wherever that one is."""
        return cls._of("custom", source, whole=False)

    @classmethod
    def _of(cls, kind: str, source: str | None, *, whole: bool = True) -> Entry | None:
        return cls(kind, source, whole) if source is not None and len(source) < LONGEST_SOURCE else None


class Examples(NamedTuple):
    """Values of reads[0] (as typed) that a rule accepts and refuses, all other cells blank; used by tests and the data dictionary."""

    accepted: tuple[str, ...]
    refused: tuple[str, ...]


# constant column of every frame handed to a rule: the moment that counts as "now" (tolerance included)
NOW = "?now"
# findings of intake: text that is not of the field's kind; an error value; a promise whose row has no time to count from;
# words where a stamp may stand as well; a time of day in a row whose day cannot be read
UNREADABLE, ERROR, UNANCHORED, IN_WORDS, NO_DAY = "unreadable", "error", "unanchored", "in_words", "no_day"
# longer than allowed as it was handed in, before redaction
TOO_LONG = "too_long"


def flagged(frame: pd.DataFrame, field: str, finding: str) -> pd.Series[bool]:
    """That boolean column, all False where nothing looked for it."""
    name = flag(field, finding)
    return frame[name].astype(bool) if name in frame else constant(frame, value=False)


def seen(frame: pd.DataFrame, field: str, findings: Iterable[str]) -> pd.Series[bool] | None:
    """Was any of these found in the field? None where nobody looked for one of them."""
    there = [name for name in (flag(field, finding) for finding in findings) if name in frame]
    return frame[there].any(axis=1) if len(there) > 1 else frame[there[0]].astype(bool) if there else None


def constant(frame: pd.DataFrame, *, value: bool) -> pd.Series[bool]:
    """The same for every row."""
    import pandas as pd  # here: whoever only reads workbooks knows the forms, but needs no frames

    return pd.Series(value, index=frame.index)


def stands(frame: pd.DataFrame, field: str) -> pd.Series[bool]:
    """Is something written there? Also where ingest could make nothing of it, or waits for another cell to be mended."""
    written, lost = frame[field].notna(), seen(frame, field, (UNREADABLE, ERROR, UNANCHORED))
    return written if lost is None else written | lost


class Condition(abc.ABC):
    """Something that is true or false of a row; the kinds stand in csbook/rules/condition.py."""

    @abc.abstractmethod
    def fields(self) -> Iterator[str]:
        """Fields the condition looks at."""

    @abc.abstractmethod
    def true(self, frame: pd.DataFrame) -> pd.Series[bool]:
        """Per row, without NA."""

    @abc.abstractmethod
    def formula(self, at: Cells) -> str:
        """Excel condition without a leading `=`."""

    @abc.abstractmethod
    def words(self, say: Say) -> str:
        """A clause such as 「状态」为 关闭."""

    def contradictions(self, lists: Mapping[str, ChoiceList]) -> Iterator[dict[str, object]]:
        """What does not fit the form's lists."""
        yield from ()


@dataclass(frozen=True, kw_only=True)
class Rule(abc.ABC):
    """One rule of one form. Subclasses hold their parameters; `code` is one per kind.

    All faces speak of one row: an empty cell holds (only `required` says otherwise), blank is
    None, "", spaces or U+3000. `holds` returns a boolean Series on the frame's index without NA.
    """

    id: str
    severity: Severity = Severity.ERROR
    code: ClassVar[Code]

    @property
    @abc.abstractmethod
    def reads(self) -> tuple[str, ...]:
        """Fields the rule looks at; the first is the one blamed."""

    @abc.abstractmethod
    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        """Per row of a typed frame: does the rule hold?"""

    def formula(self, at: Cells) -> str | None:
        """Excel condition without a leading `=`, TRUE where the rule holds; None = checked at ingest only."""
        return None

    def why_ingest(self) -> str | None:
        """The message that says why there is no formula (`left.<this>` in the catalogs), None where there is one."""
        return None

    def entry(self, at: Cells) -> Entry | None:
        """Data validation for the cell of reads[0], or None where 自检 alone speaks."""
        return None

    def words(self, say: Say) -> Words:
        """The rule in words, from the catalog entries CODE.prompt, CODE.fault, CODE.remedy."""
        values = {"field": say.field(self.reads[0]), **self.said(say)}
        return Words(*(messages.text(say.lang, f"{self.code}.{part}", **values) for part in Words._fields))

    def said(self, say: Say) -> dict[str, object]:
        """Values for the placeholders of the kind's messages besides {field}."""
        return {}

    def contradictions(self, lists: Mapping[str, ChoiceList]) -> Iterator[dict[str, object]]:
        """What does not fit the form's lists (field -> list): `id` of the message and its words."""
        for value in vars(self).values():
            if isinstance(value, Condition):
                yield from value.contradictions(lists)

    def examples(self) -> Examples:
        """Values to try; none where other cells decide."""
        return Examples((), ())


@dataclass(frozen=True, kw_only=True)
class OfField(Rule):
    """A rule that looks at one field alone."""

    field: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.field,)
