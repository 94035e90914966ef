"""Recognise: which forms stand on which sheets of a workbook, by its stamp and by the headings."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from csbook import messages
from csbook.intake.reader import Book, Sheet
from csbook.intake.recognising import headers
from csbook.intake.recognising.headers import Header
from csbook.intake.recognising.outline import Outline
from csbook.intake.recognising.stamp import HIDDEN, Stamp, is_read, places

GUIDE, ANSWERS = "template.sheet.guide", "template.receipt.sheet"
MAJORITY = 2 / 3  # of the required columns: a form with fewer is not recognised
MARGIN = 2  # columns that one form must have more than the next

Hints = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Match:
    """A sheet on which a form was recognised. `rivals` are other forms that it may be just as well."""

    sheet: Sheet
    header: Header
    outline: Outline
    rivals: tuple[Outline, ...] = ()

    @property
    def complete(self) -> bool:
        """Are all required columns there?"""
        return not self.header.missing(self.outline, required=True)

    @property
    def clear(self) -> bool:
        """Are most required columns there, so that the others can be said to be missing?"""
        wanted = [column for column in self.outline.columns if column.required and column.typed]
        return len(wanted) - len(self.header.missing(self.outline, required=True)) >= MAJORITY * len(wanted)

    @property
    def rank(self) -> tuple[bool, int]:
        """The more, the likelier."""
        return self.complete, len(self.header.fields)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found in a workbook: `matches` to be read, `nearest` where there are none, and sheets that no form stands on."""

    matches: tuple[Match, ...]
    nearest: Match | None = None
    passed_over: tuple[str, ...] = ()


def is_looked_at(sheet: str) -> bool:
    """May a form stand on a sheet of this name, or the stamp? Our own instructions hold neither, so that nobody need unpack them."""
    return is_read(sheet) and sheet not in _titled(GUIDE)


def recognise(book: Book, stamp: Stamp, outlines: Mapping[str, Outline]) -> Found:
    """The forms of a workbook, sheet by sheet. A stamped workbook needs one sheet of its own form; all others must be complete.

    Columns that its form has got since are none of those; the rows lack what is required there.
    """
    own = outlines.get(stamp.form)
    hints = functools.cache(lambda: places(book)) if own is not None else dict
    found = _found(book, stamp, outlines, hints)
    if own is None or (found.matches and all(match.complete for match in found.matches)):
        return found
    fields = set(hints().values())
    since = {column.name for column in own.columns if column.required and column.typed} - fields
    return _found(book, stamp, {**outlines, own.name: own.of_workbook(fields)}, hints) if fields and since else found


def _found(book: Book, stamp: Stamp, outlines: Mapping[str, Outline], hints: Hints) -> Found:
    own = outlines.get(stamp.form)
    matches: list[Match] = []
    nearest: Match | None = None
    passed_over = []
    for sheet in _sheets(book, stamp):
        likeliest = _likeliest(sheet, own, outlines, hints)
        if likeliest is not None and _counts(likeliest, own):
            matches.append(likeliest)
            continue
        if likeliest is not None and (nearest is None or likeliest.rank > nearest.rank):
            nearest = likeliest
        if headers.holds_table(sheet):
            passed_over.append(sheet.name)
    if own is not None and matches:
        matches = _own_first(matches, own)
    matches = [each for match in matches for each in _side_by_side(match, outlines) or _one_below_the_other(match, outlines)]
    return Found(matches=tuple(matches), nearest=nearest, passed_over=tuple(passed_over))


def answers_alone(book: Book, stamp: Stamp) -> bool:
    """Is it a receipt with nothing to mend, come back?"""
    shown = [name for name in book.names if not name.startswith(HIDDEN)]
    return bool(stamp.form) and bool(shown) and _titled(ANSWERS).issuperset(shown)


def _sheets(book: Book, stamp: Stamp) -> Iterator[Sheet]:
    """Every sheet but our hidden ones, our own instructions, and the answers in a receipt."""
    ours = _titled(GUIDE) | (_titled(ANSWERS) if stamp.form else frozenset())
    return (book.sheet(name) for name in book.names if not name.startswith(HIDDEN) and name not in ours)


@functools.cache
def _titled(message_id: str) -> frozenset[str]:
    return frozenset(messages.text(lang, message_id) for lang in messages.LOCALES)


def _likeliest(sheet: Sheet, own: Outline | None, outlines: Mapping[str, Outline], hints: Hints) -> Match | None:
    """The form that the sheet's header fits best; the stamped form where it fits at all."""
    if own is not None and (header := headers.plain(sheet, own)) is not None:
        return Match(sheet=sheet, header=header, outline=own)  # nearly every workbook
    rows = headers.top(sheet)
    match = _match(sheet, rows, own, hints) if own is not None else None
    if match is not None and match.complete:
        return match
    found = [each for outline in outlines.values() if (each := _match(sheet, rows, outline, dict))]
    if match is not None and (match.clear or not any(each.complete for each in found)):
        return match
    ranked = sorted(found, key=lambda each: each.rank, reverse=True)
    rivals = (each.outline for each in ranked[1:] if _just_as_likely(ranked[0], each))
    return dataclasses.replace(ranked[0], rivals=tuple(rivals)) if ranked else None


def _side_by_side(match: Match, outlines: Mapping[str, Outline]) -> list[Match]:
    """Tables that stand beside each other with an empty column between; none where it is one table with gaps."""
    if len(match.header.twice) + len(match.header.unknown) < headers.LEAST:
        return []
    found = [_best_at(match, match.header.row, outlines.values(), columns) for columns in headers.apart(match.header)]
    tables = [each for each in found if each is not None and each.complete]
    return tables if len(tables) > 1 else []


def _one_below_the_other(match: Match, outlines: Mapping[str, Outline]) -> list[Match]:
    """The tables of a sheet, each with a header of its own, of this or another form; most often there is no other."""
    header = match.header
    headings = [header.headings[header.fields[each.name]] for each in match.outline.columns if each.required and each.name in header.fields]
    if not headings or match.rivals:
        return [match]
    commonest = max(headings, key=lambda heading: sum(outline.exactly(heading) is not None for outline in outlines.values()))
    candidates = (_restarted(match, row, outlines.values()) for row in headers.again(match.sheet, header, commonest))
    tables = sorted([match, *(each for each in candidates if each is not None)], key=lambda each: each.header.row)
    ends = [each.header.row for each in tables[1:]]
    return [
        dataclasses.replace(each, header=dataclasses.replace(each.header, until=end))
        for each, end in zip(tables, [*ends, None], strict=True)
    ]


def _restarted(match: Match, row: int, outlines: Iterable[Outline]) -> Match | None:
    """The table that begins with another header row; a column that nobody types, as that of row ids, goes on where it is not named."""
    best = _best_at(match, row, outlines)
    if best is None or best.outline is not match.outline:
        return best
    named, typed = best.header.fields, {column.name for column in match.outline.columns if column.typed}
    kept = {
        field: column
        for field, column in match.header.fields.items()
        if field not in typed and field not in named and column in best.header.unknown
    }
    unknown = tuple(column for column in best.header.unknown if column not in kept.values())
    return dataclasses.replace(best, header=dataclasses.replace(best.header, fields={**named, **kept}, unknown=unknown))


def _best_at(match: Match, row: int, outlines: Iterable[Outline], columns: range | None = None) -> Match | None:
    """The form of which a row names most columns; that of the match where another is just as likely."""
    named = [(outline, headers.at(match.sheet, row, outline, columns)) for outline in outlines]
    tables = [Match(sheet=match.sheet, header=header, outline=outline) for outline, header in named if header is not None]
    return max((each for each in tables if each.clear), key=lambda each: (*each.rank, each.outline is match.outline), default=None)


def _match(sheet: Sheet, rows: list[headers.Texts], outline: Outline, hints: Hints) -> Match | None:
    header = headers.find(sheet, rows, outline)
    if header is None or not header.whole(outline):
        header = headers.by_places(sheet, rows, outline, hints(), header)
    return Match(sheet=sheet, header=header, outline=outline) if header is not None else None


def _just_as_likely(best: Match, other: Match) -> bool:
    return other.complete == best.complete and len(best.header.fields) - len(other.header.fields) < MARGIN


def _counts(match: Match, own: Outline | None) -> bool:
    """Is the sheet to be read, or its form to be asked for? A stamped workbook's notes beside its table are neither."""
    return match.complete or (match.clear and (own is None or match.outline is own))


def _own_first(matches: Iterable[Match], own: Outline) -> list[Match]:
    """Of the sheets of a stamped workbook's own form those with all columns, else the fullest; sheets of other forms as they are."""
    ours = [match for match in matches if match.outline is own]
    complete = [match for match in ours if match.complete] or sorted(ours, key=lambda match: match.rank, reverse=True)[:1]
    return [match for match in matches if match.outline is not own or match in complete]
