"""Proposals: a map for a foreign workbook, drafted from its headings and values; nothing private is written into it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from csbook import messages
from csbook.forms import Definitions, Field, Form
from csbook.forms.form import DATES
from csbook.intake import gate
from csbook.intake.foreign.places import lettered
from csbook.intake.locked import unlocked
from csbook.intake.normalising import moments
from csbook.intake.normalising.texts import readable, trimmed
from csbook.intake.paths import bytes_of, named_as_one
from csbook.intake.reader import Book, Sheet
from csbook.intake.recognising import headers
from csbook.intake.recognising.headers import Header
from csbook.intake.recognising.headings import simplified
from csbook.intake.recognising.likeness import near_misses
from csbook.intake.recognising.outline import Outline, outline
from csbook.intake.recognising.stamp import is_read
from csbook.intake.refusal import Refused
from csbook.intake.spoken import shown
from csbook.issues import UsageError
from csbook.lists import ChoiceList, bare
from csbook.passwords import Password
from csbook.policy.spellings import Spellings
from csbook.privacy import Profile
from csbook.privacy.redaction import redact_text

MOST_VALUES = 30
SHAPE = 24  # characters of a shape
COUNTED = r"[0-9]{1,7}"  # a number of something: a date without a format has eight digits, and a date cell is written out


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """A foreign table: its sheet, its header row, its columns by heading, as texts, and the letters of these."""

    sheet: Sheet
    row: int
    columns: Mapping[str, pd.Series]
    letters: Mapping[str, str]


def proposed(path: Path, definitions: Definitions, form: str, lang: str, profile: Profile, password: Password | None = None) -> str:
    """The draft of a map for the workbook at `path`. Raises UsageError where it is none, or holds no table."""
    try:
        data = bytes_of(path)
        named_as_one(path)
        found = table(Book(gate.opened(unlocked(data, password), is_read)))
    except Refused as refusal:
        said = {part: messages.text(lang, f"{refusal.code}.{part}", **refusal.words) for part in ("fault", "remedy")}
        raise UsageError(messages.text(lang, "map.unreadable", path=path, **said)) from refusal
    except FileNotFoundError as error:
        raise UsageError(messages.text(lang, "intake.path_missing", path=path)) from error
    if found is None:
        raise UsageError(messages.text(lang, "map.no_table", path=path))
    known = definitions.forms[form]
    return Proposal(found, known, outline(known, definitions.spellings.marks), lang, profile, definitions.spellings).text()


def table(book: Book) -> Foreign | None:
    """The table of a workbook: below the row among a sheet's first with most different texts, on the sheet with most rows."""
    found = [each for name in book.names if is_read(name) and (each := _table(book.sheet(name))) is not None]
    return max(found, key=lambda each: each.sheet.cells.num_rows - each.row, default=None)


def _table(sheet: Sheet) -> Foreign | None:
    rows = headers.top(sheet)
    widths = [len({bare(text) for text in texts if text and not re.fullmatch(r"[\d.:\s-]+", text)}) for texts in rows]
    if not widths or max(widths) < 2:
        return None
    row = widths.index(max(widths))
    body = sheet.cells.slice(row + 1)
    columns: dict[str, pd.Series] = {}
    letters: dict[str, str] = {}
    for place, text in enumerate(rows[row]):
        if text and text.strip() and (heading := " ".join(text.split())) not in columns:
            columns[heading] = trimmed(pd.Series(body.column(place).combine_chunks(), dtype="str"))
            letters[heading] = sheet.letters[place]
    return Foreign(sheet=sheet, row=row, columns=columns, letters=letters)


@dataclass(frozen=True)
class Proposal:
    """A draft of the map of one table into one form, in the language of its comments."""

    found: Foreign
    form: Form
    outline: Outline
    lang: str
    profile: Profile
    spellings: Spellings

    def text(self) -> str:
        """The TOML file: valid as it is, and refused by ingest until what is missing was filled in."""
        return "\n".join([*self._head(), *self._fields(), *self._unused()]) + "\n"

    def _say(self, message: str, **words: object) -> str:
        return "# " + messages.text(self.lang, f"map.{message}", **words)

    def _head(self) -> Iterator[str]:
        number = next((heading for heading, column in self.found.columns.items() if _unique(column)), None)
        yield self._say("intro")
        yield f"form = {_quoted(self.form.name)}"
        yield f"source = {_quoted('source-1')}  {self._say('source')}"
        if number is None:
            yield self._say("number")
            yield '# number = ""'
        else:
            yield f"number = {self._named(number)}  {self._say('number_found')}"
        sheet, private = redact_text(self.found.sheet.name, self.profile.default, self.profile)
        yield f"{'# ' if private else ''}sheet = {_quoted(sheet)}"
        yield f"header_row = {self.found.row + 1}"
        yield ""
        yield self._say("columns")

    @property
    def _meant(self) -> Mapping[str, tuple[str, bool]]:
        """Field → heading, and whether it is only like it."""
        fields: dict[str, tuple[str, bool]] = {}
        for heading in self.found.columns:
            field = self.outline.loosely(heading)
            if field in self.outline.by_name:
                fields.setdefault(str(field), (heading, False))
        headings = tuple(self.found.columns)
        known = {field: headings.index(heading) for field, (heading, _) in fields.items()}
        rest = tuple(place for place in range(len(headings)) if place not in known.values())
        header = Header(sheet="", letters=(), headings=headings, row=0, fields=known, twice=(), unknown=rest)
        near = ((field, headings[place]) for place, field in near_misses(header, self.outline))
        return fields | {field: (heading, True) for field, heading in near if self._fits(field, heading)}

    def _fits(self, field: str, heading: str) -> bool:
        """May the column mean the field? `Call Id` is like `Call time`, but its values are no times."""
        seen = self.found.columns[heading].dropna()
        if not self.outline.by_name[field].dated or seen.empty:
            return True
        read = moments.read(seen[~seen.str.fullmatch(COUNTED)], self.spellings)
        return int((read["day"].notna() | read["clock"].notna() | read["ambiguous"]).sum()) * 2 > len(seen)

    def _fields(self) -> Iterator[str]:
        meant = self._meant
        for field in self.form.fields:
            if not field.typed:
                continue
            label = field.label.in_(self.lang) + (f" ({messages.text(self.lang, 'map.required')})" if field.required else "")
            yield ""
            if field.name in meant:
                heading, near = meant[field.name]
                before, doubt = ("# ", f": {messages.text(self.lang, 'map.near')}") if near else ("", "")
                yield f"{before}[field.{field.name}]  # {label}{doubt}"
                by_letter = f"  {self._say('by_letter')}" if self._private(heading) else ""
                yield f"{before}from = {self._named(heading)}{by_letter}"
                yield from (before + line for line in self._values(field, self.found.columns[heading]))
            else:
                yield f"# [field.{field.name}]  # {label}"
                if field.required:
                    yield self._say("absent")
                    yield '# from = ""'

    def _values(self, field: Field, column: pd.Series) -> Iterator[str]:
        """Spellings of a closed list that are no entry of it; of dates the format, where one of two is meant."""
        if field.kind in DATES and _day_first(column):
            yield '# format = "%d/%m/%Y"'
        if field.kind != "choice" or field.choices is None:
            return
        strange = [text for text in column.dropna().unique() if bare(text) not in field.choices.spelled][:MOST_VALUES]
        if strange:
            yield self._say("values", known=", ".join(field.choices.keys))
            yield f"[field.{field.name}.values]"
            yield from (f"{_quoted(text)} = {_quoted(_entry(text, field.choices))}" for text in strange if self._harmless(field, text))

    def _private(self, heading: str) -> bool:
        return bool(redact_text(heading, self.profile.default, self.profile)[1])

    def _named(self, heading: str) -> str:
        """A column by its heading, or by its letter where that would repeat personal data."""
        return _quoted(lettered(self.found.letters[heading]) if self._private(heading) else heading)

    def _harmless(self, field: Field, text: str) -> bool:
        """May a value be repeated? Not a sentence, and nothing that the redaction of csbook would touch."""
        return shown(text) == text and not redact_text(text, self.profile.policy(field.name), self.profile)[1]

    def _unused(self) -> Iterator[str]:
        used = {heading for heading, _ in self._meant.values()}
        rest = {heading: column for heading, column in self.found.columns.items() if heading not in used}
        if rest:
            yield ""
            yield self._say("unused")
        for heading, column in rest.items():
            seen = column.dropna()
            shapes = _shapes(readable(seen)).value_counts()
            words = {"filled": len(seen), "distinct": seen.nunique(), "shape": shapes.index[0] if len(shapes) else "-"}
            name = self._named(heading) if self._private(heading) else _quoted(shown(heading))
            yield f"# {name}: {messages.text(self.lang, 'map.shape', **words)}"


def _unique(column: pd.Series) -> bool:
    return len(column) > 0 and bool(column.notna().all()) and column.is_unique


def _quoted(text: str) -> str:
    """A basic string of TOML, which JSON's escapes fit."""
    return json.dumps(text, ensure_ascii=False)


def _entry(text: str, choices: ChoiceList) -> str:
    """The entry whose name is in the text or around it, else ?."""
    plain = simplified(bare(text))
    return next(
        (key for label, key in choices.spelled.items() if len(label) > 1 and (label in plain or (len(plain) > 1 and plain in label))), "?"
    )


def _day_first(column: pd.Series) -> bool:
    return bool(column.str.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}.*").fillna(False).astype(bool).any())


def _shapes(column: pd.Series) -> pd.Series:
    """What values look like, without the values."""
    shape = column.str.lower().str.replace(r"[0-9]", "9", regex=True).str.replace(r"[a-z]", "a", regex=True)
    return shape.str.replace(r"[^\x00-\x7f]", chr(0x5B57), regex=True).str.slice(0, SHAPE)
