"""Promised: what a promise in words comes to, as formulas, so that a row is marked before its promise is over.

Words become signs, the first sign of the text is the promise (METRICS.md, Clocks and policy). Of a few spellings ingest alone knows
the due time, and the row has no mark: dates with dashes or numerals in the middle of a text, a range whose ends have units of their
own, and a text whose first promise-like word is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from csbook.policy.clocks import RAISED
from csbook.policy.spellings import Spellings
from csbook.rules.excel import WIDE_SPACE, all_of, digits_to_zero, quoted
from csbook.template.selfcheck import amounts
from csbook.template.selfcheck.days import DATE, OF_DAY, TODAY, TOMORROW, YEAR, Day, time_of_day
from csbook.template.selfcheck.draft import Draft
from csbook.template.workdays import WorkingDays

# a sign, then a capital for what is promised; texts are made small before
SIGN = "{"
UNITS = {"working_days": "W", "minutes": "M", "hours": "H", "days": "D"}
DAYS = {"today": TODAY, "tomorrow": TOMORROW}
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
    """The letter of the column with the serial; "" where nothing was promised, or nothing that formulas can tell."""
    draft.subject = f"field.{field}"

    def text(row: int) -> str:
        return f"TRIM(LOWER(ASC({_one_blank(draft.at(row).typed(field))})))"

    plain = ""
    for pairs in _chunks([*_signs(spellings)]):
        of = (lambda row, of=plain: f"{of}{row}") if plain else text
        plain = draft.add(lambda row, of=of, pairs=pairs: _exchanged(of(row), pairs))  # type: ignore[misc]
    place = draft.add(lambda row: _place(text(row), f"{plain}{row}"))
    seen = draft.add(lambda row: f'IF({place}{row}<2,"",{amounts.window(f"{plain}{row}", f"{place}{row}")})')
    run = draft.add(lambda row: amounts.run(f"{seen}{row}"))
    # the word for hours ends in a sign by then
    unread = "".join(word for word in spellings.words.get("unread", ()) if len(word) == 1)
    words = [word for name in UNITS for word in spellings.words.get(name, ())]
    units, inner = ("".join(dict.fromkeys(signs)) for signs in ([":", *(word[-1] for word in words)], [word[-2:-1] for word in words]))

    def counted(row: int) -> str:
        amount = amounts.Amount(f"{plain}{row}", f"{place}{row}", f"{seen}{row}", f"{run}{row}", units, inner, unread).formula()
        return f'IF({place}{row}=0,"",IFERROR({amount},""))'

    amount = draft.add(counted)
    rest = draft.add(lambda row: f'IF({place}{row}=0,"",{Day(f"{plain}{row}", f"{place}{row}").behind()})')
    time = draft.add(lambda row: f'IF({place}{row}=0,"",IFERROR({time_of_day(f"{rest}{row}")},""))')

    def formula(row: int) -> str:
        of = f"{plain}{row}", f"{place}{row}", f"{run}{row}", f"{amount}{row}", f"{rest}{row}", f"{time}{row}"
        due = _Promise(*of, draft.at(row).stamp(RAISED)).due(spellings, draft.lists.calendar)
        return f'IF({place}{row}=0,"",IFERROR({due},""))'

    return draft.add(formula, f"promised.{field}")


@dataclass(frozen=True)
class _Promise:
    """The cells of one row: the text with signs, the place of the first, the run and the number in front of it, what is behind."""

    plain: str
    place: str
    run: str
    amount: str
    rest: str
    time: str
    raised: str

    def due(self, spellings: Spellings, calendar: WorkingDays | None) -> str:
        """The serial by the kind of promise."""
        # nothing is promised within no time at all, and days are whole
        some, whole = f"{self.amount}/({self.amount}>0)", f"{self.amount}/AND({self.amount}>=1,{self.amount}=INT({self.amount}))"
        today, day = f"INT({self.raised})", Day(self.plain, self.place, self.rest, self.time)
        kinds = {
            "H": f"{self.raised}+{some}/24",
            "M": f"{self.raised}+{some}/1440",
            "D": f"{today}+{whole}+1",
            "W": calendar.close(today, whole) if calendar else "NA()",
            TODAY: f"{today}+{day.named()}+{self.time}",
            TOMORROW: f"{today}+{day.named()}+1+{self.time}",
            DATE: f"{day.dated(self.run, self.amount, self.raised, spellings)}+{self.time}",
        }
        said = "NA()"
        for kind, serial in kinds.items():
            said = f'IF(MID({self.plain},{self.place}+1,1)="{kind}",{serial},{said})'
        return said


def _one_blank(cell: str) -> str:
    text = cell
    for blank in (quoted(WIDE_SPACE), quoted(HARD_SPACE), "CHAR(9)", "CHAR(10)", "CHAR(13)"):
        text = f'SUBSTITUTE({text},{blank}," ")'
    return text


def _signs(spellings: Spellings) -> Iterator[tuple[str, str]]:
    """Words and the signs that take their place, in this order: no word is part of one that comes later."""
    words: Mapping[str, tuple[str, ...]] = spellings.words

    def longest(pairs: Mapping[str, str]) -> list[tuple[str, str]]:
        return sorted(pairs.items(), key=lambda pair: -len(pair[0]))

    def each(name: str, sign: str) -> dict[str, str]:
        return dict.fromkeys(words.get(name, ()), sign)

    yield from ((sign, "") for sign in (" ", SIGN, BEFORE, amounts.EVENT, amounts.AND_A_HALF, amounts.HALF, *OF_DAY.values()))
    yield from ((word, "") for word in words.get("soon", ()))
    # one word for "within", so that each unit stands once
    short = min(words.get("within", ("",)), key=len)
    yield from longest({word: short for word in words.get("within", ()) if word != short})
    yield from longest({word: SIGN + DAYS[name] for name in DAYS for word in words.get(name, ())})
    yield from longest({unit + short: SIGN + UNITS[name] for name in UNITS for unit in words.get(name, ()) if short})
    yield from longest(each("before", BEFORE))
    yield from longest({minute + BEFORE: BEFORE for minute in words.get("minute", ())})
    yield from longest(each("month", SIGN + DATE) | each("year", YEAR) | each("after", amounts.EVENT))
    yield from longest({word: sign for part, sign in OF_DAY.items() for word in words.get(part, ())} | each("hour", ":"))
    yield from longest(each("and_a_half", amounts.AND_A_HALF))
    yield from longest(each("half", amounts.HALF) | each("half_hour", amounts.HALF))
    yield from longest({word: amounts.TO for word in words.get("to", ()) if word != amounts.TO})
    for value, chars in enumerate(words.get("digits", ())):
        yield from ((char, amounts.NUMERALS[value]) for char in chars)
    yield from ((char, amounts.TEN) for char in words.get("ten", ()))


def _chunks(pairs: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """As many as one formula nests."""
    for start in range(0, len(pairs), DEEPEST):
        yield pairs[start : start + DEEPEST]


def _exchanged(text: str, pairs: list[tuple[str, str]]) -> str:
    for word, sign in pairs:
        text = f"SUBSTITUTE({text},{quoted(word)},{quoted(sign)})"
    return text


def _place(text: str, plain: str) -> str:
    """Where the first sign stands; 0 where there is none, or where digits stand apart or in a date with dashes, which signs hide."""
    shapes = ("0 0", "0000-0", "0000/0", "0000.0")
    plainly = [f"ISERROR(FIND({quoted(shape)},{digits_to_zero(text)}))" for shape in shapes]
    return f'IFERROR(IF({all_of(plainly)},FIND("{SIGN}",{plain}),0),0)'
