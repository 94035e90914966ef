"""Conditions: when a rule applies, with the same three faces as the rules that use them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from csbook import messages
from csbook.lists import ChoiceList, Phrases
from csbook.privacy.each import each, holding
from csbook.rules import excel
from csbook.rules.rule import Cells, Condition, Say, constant, stands

if TYPE_CHECKING:
    import pandas as pd

NAMED = 3  # phrases of a long list that the words name


@dataclass(frozen=True)
class OfEntries(Condition):
    """About one field and entries of its list; `said` is the message of it."""

    said: ClassVar[str]
    field: str
    keys: tuple[str, ...]

    def fields(self) -> Iterator[str]:
        yield self.field

    def words(self, say: Say) -> str:
        named = (messages.text(say.lang, "condition.entry", entry=say.entry(self.field, key)) for key in self.keys)
        return messages.text(say.lang, self.said, field=say.field(self.field), entries=messages.text(say.lang, "or").join(named))

    def contradictions(self, lists: Mapping[str, ChoiceList]) -> Iterator[dict[str, object]]:
        known = lists[self.field].keys if self.field in lists else ()
        for key in self.keys:
            if key not in known:
                yield {"id": "unknown_entry", "key": key, "list": self.field}


@dataclass(frozen=True)
class Is(OfEntries):
    """`{ field = "status", is = ["closed"] }`: the field holds one of these list entries."""

    said = "condition.is"

    def true(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return frame[self.field].isin(self.keys)

    def formula(self, at: Cells) -> str:
        return excel.any_of(f"EXACT({at.chosen(self.field)},{excel.quoted(at.label(self.field, key))})" for key in self.keys)


@dataclass(frozen=True)
class Filled(Condition):
    """`{ field = "resolved_at", filled = true }`, or false: the field stands, or is blank."""

    field: str
    filled: bool = True

    def fields(self) -> Iterator[str]:
        yield self.field

    def true(self, frame: pd.DataFrame) -> pd.Series[bool]:
        written = stands(frame, self.field)
        return written if self.filled else ~written

    def formula(self, at: Cells) -> str:
        return excel.filled(at.cell(self.field)) if self.filled else excel.blank(at.cell(self.field))

    def words(self, say: Say) -> str:
        return messages.text(say.lang, "condition.filled" if self.filled else "condition.blank", field=say.field(self.field))


@dataclass(frozen=True)
class Mentions(Condition):
    """`{ field = "description", mentions = "attitude" }`: the text holds a phrase of a word list."""

    field: str
    phrases: Phrases

    def fields(self) -> Iterator[str]:
        yield self.field

    def true(self, frame: pd.DataFrame) -> pd.Series[bool]:
        import pyarrow.compute as pc  # here: whoever only knows the forms needs no columns

        return each(frame[self.field], lambda text: pc.match_substring_regex(text, holding(self.phrases.phrases)), blank=False)

    def formula(self, at: Cells) -> str:
        return excel.holds_text(at.cell(self.field), self.phrases.phrases)

    def words(self, say: Say) -> str:
        named = messages.text(say.lang, "comma").join(self.phrases.phrases[:NAMED])
        said = "condition.mentions" if len(self.phrases.phrases) <= NAMED else "condition.mentions_such"
        return messages.text(say.lang, said, field=say.field(self.field), phrases=named)


@dataclass(frozen=True)
class Several(Condition):
    """Of several conditions; `said` is the message between two."""

    said: ClassVar[str]
    parts: tuple[Condition, ...]

    def fields(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.fields()

    def contradictions(self, lists: Mapping[str, ChoiceList]) -> Iterator[dict[str, object]]:
        for part in self.parts:
            yield from part.contradictions(lists)

    def words(self, say: Say) -> str:
        return messages.text(say.lang, self.said).join(part.words(say) for part in self.parts)


@dataclass(frozen=True)
class Every(Several):
    """`{ all = [ … ] }`: every part is true."""

    said = "and"

    def true(self, frame: pd.DataFrame) -> pd.Series[bool]:
        found = constant(frame, value=True)
        for part in self.parts:
            found &= part.true(frame)
        return found

    def formula(self, at: Cells) -> str:
        return excel.all_of(part.formula(at) for part in self.parts)


@dataclass(frozen=True)
class Some(Several):
    """`{ any = [ … ] }`: at least one part is true."""

    said = "or"

    def true(self, frame: pd.DataFrame) -> pd.Series[bool]:
        found = constant(frame, value=False)
        for part in self.parts:
            found |= part.true(frame)
        return found

    def formula(self, at: Cells) -> str:
        return excel.any_of(part.formula(at) for part in self.parts)
