"""Promised: what a promise in words comes to, as formulas, so that a row is marked before its promise is over.

Only what is beyond doubt is counted out: one promise in the text, in figures (`24小时内`, `2天内`, `明日18:00前`). Working days need the
calendar, numerals, ranges and dates the grammar of csbook.policy: of those ingest alone knows the due time, and the row has no mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from csbook.policy.clocks import RAISED
from csbook.policy.spellings import Spellings
from csbook.rules.excel import WIDE_SPACE, all_of, any_of, digits_to_zero, quoted
from csbook.template.draft import Draft

# a sign, then a capital for what is promised; texts are made small before
SIGN = "{"
UNITS = {"working_days": "W", "minutes": "M", "hours": "H", "days": "D"}
DAYS = {"today": "T", "tomorrow": "N"}
BEFORE = "<"
# Excel nests 64 functions
DEEPEST = 50
HARD_SPACE = "\u00a0"


def add(draft: Draft) -> None:
    """A column with the due time for each promise of the form that may be made in words."""
    form = draft.grid.form
    if RAISED not in form.by_name and RAISED not in form.derived:
        return
    texts = {field.name: field.name for field in form.fields if field.kind == "due"}
    for stamp, text in (texts | {stamp: text for text, stamp in form.promises.items()}).items():
        draft.promises[stamp] = _due(draft, text, form.spellings)


def _due(draft: Draft, field: str, spellings: Spellings) -> str:
    """The letter of the column with the serial; "" where nothing was promised, or nothing beyond doubt."""
    draft.subject = f"field.{field}"
    text = draft.add(lambda row: f"TRIM(LOWER(ASC({_one_blank(draft.at(row).typed(field))})))")
    plain = text
    for pairs in _chunks([*_signs(spellings)]):
        plain = draft.add(lambda row, of=plain, pairs=pairs: _exchanged(f"{of}{row}", pairs))  # type: ignore[misc]
    zeros = draft.add(lambda row: digits_to_zero(f"{plain}{row}"))
    place = draft.add(lambda row: _place(f"{text}{row}", f"{plain}{row}", spellings))
    digits = draft.add(lambda row: _digits(f"LEFT({zeros}{row},{place}{row}-1)", f"{place}{row}"))

    def formula(row: int) -> str:
        cells = _Cells(f"{plain}{row}", f"{zeros}{row}", f"{place}{row}", f"{digits}{row}", draft.at(row).stamp(RAISED))
        return f'IFERROR(IF({place}{row}=0,"",IF({cells.anchored(spellings)},{cells.due(spellings)},"")),"")'

    return draft.add(formula, f"promised.{field}")


class _Cells:
    """The cells of one row: the text with signs, the same with zeros for digits, place of the sign, digits before it, raised."""

    def __init__(self, plain: str, zeros: str, place: str, digits: str, raised: str) -> None:
        self.plain, self.zeros, self.place, self.digits, self.raised = plain, zeros, place, digits, raised

    def anchored(self, spellings: Spellings) -> str:
        """TRUE where nothing before the figure makes another promise of it: a range, a fraction, an event."""
        before = f"LEFT({self.plain},{self.place}-{self.digits}-1)"
        words = [*spellings.words.get("to", ()), *spellings.words.get("after", ()), *".0123456789"]
        return f"NOT({any_of(f'RIGHT({before},{len(word)})={quoted(word)}' for word in words)})"

    def due(self, spellings: Spellings) -> str:
        """The serial by the kind of promise."""
        count = f"VALUE(MID({self.plain},{self.place}-{self.digits},{self.digits}))"
        # nothing is promised within no time at all
        some = f"{count}/({count}>0)"
        day = f"INT({self.raised})"
        kinds = {
            "H": f"{self.raised}+{some}/24",
            "M": f"{self.raised}+{some}/1440",
            "D": f"{day}+{some}+1",
            "T": f"{day}+{self._clock(spellings)}",
            "N": f"{day}+1+{self._clock(spellings)}",
        }
        said = "NA()"
        for kind, serial in kinds.items():
            said = f'IF(MID({self.plain},{self.place}+1,1)="{kind}",{serial},{said})'
        return said

    def _clock(self, spellings: Spellings) -> str:
        """The time of day behind the day, its end where there is none, an error where it is written otherwise."""
        rest = f"MID({self.zeros},{self.place}+2,9)"
        times = {f"00:00{BEFORE}": 5, f"0:00{BEFORE}": 4}
        otherwise = ["0", *spellings.words.get("morning", ()), *spellings.words.get("afternoon", ())]
        said = f"IF({any_of(f'LEFT({rest},{len(word)})={quoted(word)}' for word in otherwise)},NA(),1)"
        for shape, width in times.items():
            said = f"IF(LEFT({rest},{len(shape)})={quoted(shape)},VALUE(MID({self.plain},{self.place}+2,{width})),{said})"
        return said


def _one_blank(cell: str) -> str:
    text = cell
    for blank in (quoted(WIDE_SPACE), quoted(HARD_SPACE), "CHAR(9)", "CHAR(10)", "CHAR(13)"):
        text = f'SUBSTITUTE({text},{blank}," ")'
    return text


def _signs(spellings: Spellings) -> Iterator[tuple[str, str]]:
    """Words and the signs that take their place, in this order: no word is part of one that comes later."""
    words: Mapping[str, tuple[str, ...]] = spellings.words
    yield from ((sign, "") for sign in (" ", SIGN, BEFORE))
    yield from ((word, "") for word in words.get("soon", ()))
    days = {word: SIGN + DAYS[name] for name in DAYS for word in words.get(name, ())}
    within = {unit + inside: SIGN + UNITS[name] for name in UNITS for unit in words.get(name, ()) for inside in words.get("within", ())}
    before = dict.fromkeys(words.get("before", ()), BEFORE)
    for pairs in (days, within, before):
        yield from sorted(pairs.items(), key=lambda pair: -len(pair[0]))


def _chunks(pairs: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """As many as one formula nests."""
    for start in range(0, len(pairs), DEEPEST):
        yield pairs[start : start + DEEPEST]


def _exchanged(text: str, pairs: list[tuple[str, str]]) -> str:
    for word, sign in pairs:
        text = f"SUBSTITUTE({text},{quoted(word)},{quoted(sign)})"
    return text


def _place(text: str, plain: str, spellings: Spellings) -> str:
    """Where the only sign stands; 0 where there is none or more than one, or the text names a date or divides its figures."""
    shapes = [f"ISERROR(FIND({quoted(shape)},{digits_to_zero(text)}))" for shape in ("0 0", "0.0", "0-0", "0/0")]
    words = [word for name in ("month", "year") for word in spellings.words.get(name, ())]
    named = [f"ISERROR(FIND({quoted(word)},{text}))" for word in words]
    once = f'LEN({plain})-LEN(SUBSTITUTE({plain},"{SIGN}",""))=1'
    return f'IF({all_of([once, *shapes, *named])},FIND("{SIGN}",{plain}),0)'


def _digits(before: str, place: str) -> str:
    """How many digits stand right before the sign, at most four."""
    count = "0"
    for run in (4, 3, 2, 1):
        count = f'(RIGHT({before},{run})="{"0" * run}")*(1+{count})'
    return f"IF({place}>1,{count},0)"
