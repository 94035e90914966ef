"""Masked: a value that names a person or a way to reach one is written with its mask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code
from csbook.privacy.findings import KINDS
from csbook.privacy.masks import Mask
from csbook.rules import excel
from csbook.rules.rule import Cells, Entry, Examples, OfField, Say, seen

if TYPE_CHECKING:
    import pandas as pd

STAR = "*"


@dataclass(frozen=True, kw_only=True)
class Masked(OfField):
    """The value is well formed and nothing personal was found in it before redaction."""

    code = Code.MASK_BROKEN
    mask: Mask

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        holds, found = self.mask.accepts(frame[self.field]), seen(frame, self.field, KINDS)
        return holds if found is None else holds & ~found

    def formula(self, at: Cells) -> str:
        cell = at.cell(self.field)
        return excel.unless_blank(cell, excel.any_of(_ways(self.mask, cell)))

    def entry(self, at: Cells) -> Entry | None:
        whole = Entry.custom(self.formula(at))
        return whole or Entry.partly(_at_least(self.mask, at.cell(self.field)))

    def said(self, say: Say) -> dict[str, object]:
        return {"hint": self.mask.hint.in_(say.lang)}

    def examples(self) -> Examples:
        import pandas as pd

        raw = pd.Series(["13812345678", "a@example.com"], dtype="str")
        return Examples(self.mask.samples(), tuple(raw[~self.mask.accepts(raw)]))


def _at_least(mask: Mask, cell: str) -> str:
    """What every well-formed value has, in few words: the signs all ways share, the greatest length, few digits."""
    parts = []
    spelled = [*mask.shapes, *mask.words]
    loose = bool(mask.endings or mask.short is not None)
    if not loose:
        shared = set.intersection(*(set(each) for each in (*spelled, *mask.holds)), set(STAR))
        parts += [f"ISNUMBER(FIND({excel.quoted(sign)},{excel.half_width(cell, sign)}))" for sign in sorted(shared)]
    bounded = mask.longest is not None or not (loose or mask.holds)
    if bounded and not any("#+" in shape for shape in mask.shapes):
        longest = max([*(len(each) for each in spelled), mask.longest or 0])
        parts.append(f"LEN(TRIM(SUBSTITUTE({cell},{excel.quoted(excel.WIDE_SPACE)},)))<={longest}")
    never = [sign for sign in mask.without if len(sign) == 1 and not any(sign in each for each in spelled)]
    parts += [f"ISERROR(FIND({excel.quoted(sign)},{cell}))" for sign in never]
    return excel.unless_blank(cell, excel.all_of([*parts, *_few_digits(mask, cell)]))


def _few_digits(mask: Mask, cell: str) -> Iterator[str]:
    """Fewer digits than any way allows, but behind the beginning of a shape that takes any number of them."""
    if mask.digits_below is None and (mask.endings or mask.holds or mask.short is not None):
        return
    digits = f'SUMPRODUCT(LEN({cell})-LEN(SUBSTITUTE({cell},ROW($1:$10)-1,"")))'
    runs = dict.fromkeys(shape.partition("#+")[0] for shape in mask.shapes if "#+" in shape)
    fixed = [sum(char == "#" or char in excel.DIGITS for char in shape) + 1 for shape in mask.shapes if "#+" not in shape]
    begins = [f"EXACT(LEFT({cell},{excel.length(begin)}),{excel.quoted(begin)})" for begin in runs]
    if "" not in runs and not any("#" in begin for begin in runs):
        yield excel.any_of([*begins, f"{digits}<{max([mask.digits_below or 1, *fixed])}"])


def _ways(mask: Mask, cell: str) -> Iterator[str]:
    """The conditions of which one must be true: Mask.accepts in Excel's words."""
    for shape in mask.shapes:
        yield _shape(cell, shape)
    for word in mask.words:
        yield f"EXACT({cell},{excel.quoted(word)})"
    if mask.endings or mask.holds or mask.short is not None:
        yield excel.all_of(_loose(mask, cell))


def _loose(mask: Mask, cell: str) -> Iterator[str]:
    ends = [excel.ends_in(cell, mask.endings)] * bool(mask.endings)
    held = [excel.holds_text(cell, mask.holds)] * bool(mask.holds)
    brief = [f"LEN({cell})<={mask.short}"] * (mask.short is not None)
    yield excel.any_of(ends + held + brief)
    if mask.longest is not None:
        yield f"LEN({cell})<={mask.longest}"
    if mask.without:
        # ingest reads full width as half width, so nothing hides behind it
        yield f"NOT({excel.holds_text(excel.half_width(cell, ''.join(mask.without)), mask.without)})"
    if mask.digits_below is not None:
        zeros = excel.digits_to_zero(excel.half_width(cell, excel.DIGITS))
        yield f'LEN({zeros})-LEN(SUBSTITUTE({zeros},0,""))<{mask.digits_below}'


def _shape(cell: str, shape: str) -> str:
    """`#` is a digit, `#+` (once at most) a run of them, everything else stands for itself."""
    before, run, after = shape.partition("#+")
    expected = excel.quoted(_zeros(before))
    if run:
        fixed = excel.length(before) + excel.length(after)
        expected += f"&REPT(0,MAX(1,LEN({cell})-{fixed}))&{excel.quoted(_zeros(after))}"
    conditions = [f"EXACT({excel.digits_to_zero(cell)},{expected})"]
    # digits that stand for themselves became 0 on both sides: look at the cell itself
    for start, literal in _literal_digits(before):
        conditions.append(f"MID({cell},{start + 1},{len(literal)})={excel.quoted(literal)}")
    for start, literal in _literal_digits(after):
        # not MID, which is an error where the text is too short, and an error goes through OR
        conditions.append(f"LEFT(RIGHT({cell},{excel.length(after) - start}),{len(literal)})={excel.quoted(literal)}")
    return excel.all_of(conditions)


def _zeros(shape: str) -> str:
    return "".join("0" if char == "#" or (char.isascii() and char.isdigit()) else char for char in shape)


def _literal_digits(shape: str) -> Iterator[tuple[int, str]]:
    """Runs of digits in a shape with their position, counted as Excel does."""
    place, run = 0, ""
    for char in shape + " ":
        if char.isascii() and char.isdigit():
            run += char
        else:
            if run:
                yield place - len(run), run
            run = ""
        place += excel.length(char)
