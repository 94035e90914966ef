"""Amounts: the number in front of a promise, as formulas – 24, 1.5, 两, 二十四, 半, 一个半, and of a range such as 1-2 the larger."""

from __future__ import annotations

from dataclasses import dataclass

from csbook.rules.excel import any_of, quoted

# numerals by value, then ten; texts are made small before, so capitals are free
NUMERALS, TEN = "ABCDEFGHIJ", "K"
AND_A_HALF, HALF = "^", "_"
TO, EVENT = "-", ">"
# what makes another number of two
BROKEN = "/*:e"
# a dash behind one of these, or where the text begins, is a minus
OPEN = "#(,;:!?-\uff08\uff0c\uff1b\uff1a\u3001\u3002"
# what they are all mapped to, digits to 0
NUMERAL = "A"
# so much of the text in front of a promise is looked at
WINDOW = 12


def window(plain: str, place: str) -> str:
    """What stands in front of the sign at `place`, without 个半: digits as 0, numerals as A."""
    text = f"RIGHT(LEFT({plain},{place}-1-{_halved(plain, place)}),{WINDOW})"
    for digit in "123456789":
        text = f"SUBSTITUTE({text},{digit},0)"
    for numeral in [*NUMERALS[1:], TEN]:
        text = f'SUBSTITUTE({text},"{numeral}","{NUMERAL}")'
    return text


def run(seen: str) -> str:
    """How many digits and dots end the window, or, below zero, how many numerals."""
    digits, numerals = "0", "0"
    for count in range(WINDOW, 0, -1):
        end = f"RIGHT({seen},{count})"
        digits = f'(SUBSTITUTE(SUBSTITUTE({end},0,""),".","")="")*(1+{digits})'
        if count <= 4:
            numerals = f'(SUBSTITUTE({end},"{NUMERAL}","")="")*(1+{numerals})'
    return f'IF(LEN({seen})=0,0,IF(RIGHT({seen},1)="{NUMERAL}",-MIN({numerals},LEN({seen})),MIN({digits},LEN({seen}))))'


@dataclass(frozen=True)
class Amount:
    """The cells of one row: text with signs, place of the sign, the window, the run.

    `units` end what a bare number may belong to, `inner` stand before them where a unit has several characters; behind one of
    `unread` a number is another one than it seems.
    """

    plain: str
    place: str
    seen: str
    run: str
    units: str
    inner: str
    unread: str

    def formula(self) -> str:
        """The number; an error where there is none, or more than can be told."""
        number = f"{self._number()}+{_halved(self.plain, self.place)}/2"
        before = self._before(1)
        # -1 is no range, 1/2 and 1:30 are other numbers than they end in
        figure = f"ISNUMBER(FIND({self._before(2)},{quoted(f'0123456789{NUMERALS}{TEN}{self.inner}')}))"
        other = (
            f"ISNUMBER(FIND({before},{quoted(EVENT + self.unread)})),AND({figure},ISNUMBER(FIND({before},{quoted(BROKEN + self.units)})))"
        )
        minus = f'AND({before}="{TO}",ISNUMBER(FIND({self._before(2)},"{OPEN}")))'
        low = f'IF({before}="{TO}",{self._low()},0)'
        return f"IF(OR({other},{minus}),NA(),MAX({number},{low}))"

    def _before(self, back: int) -> str:
        """A character in front of the number, # where the text begins: `back` counts from the number."""
        # a sign in front keeps MID from 0
        return f'MID("##"&{self.plain},{self._start()}+{2 - back},1)'

    def _start(self) -> str:
        """Where the number begins."""
        length = f"IF({self.run}=0,1,IF({self.run}>0,{self.run},MIN(-{self.run},3)))"
        return f"({self.place}-{_halved(self.plain, self.place)}-{length})"

    def _number(self) -> str:
        halfway = f'IF(AND(MID({self.plain},{self.place}-1,1)="{HALF}",{self._clear(f"LEN({self.seen})-1")}),1/2,NA())'
        return f"IF({self.run}>0,{self._figures()},IF({self.run}<0,{self._spelt()},{halfway}))"

    def _figures(self) -> str:
        """12 or 1.5: at most four digits in front of the dot."""
        said = f"MID({self.plain},{self._start()},{self.run})"
        dot = f'FIND(".",{said}&".")'
        shaped = f'{self.run}<{WINDOW},{dot}>1,{dot}<6,LEN({said})-LEN(SUBSTITUTE({said},".",""))<2,RIGHT({said},1)<>"."'
        return f"IF(AND({shaped}),VALUE({said}),NA())"

    def _spelt(self) -> str:
        """两, 十二, 二十, 二十四; behind a digit it would be no number."""
        count = f"MIN(-{self.run},3)"
        said = f"MID({self.plain},{self._start()},{count})"
        ten = f'FIND("{TEN}",{said}&"{TEN}")'
        # none behind ten is nought
        first, last = f"LEFT({said},1)", f'MID({said}&"{NUMERALS[0]}",{ten}+1,1)'
        tens = f"IF({ten}=1,1,{_value(first)})*10+{_value(last)}"
        number = f"IF({ten}>{count},IF({count}=1,{_value(said)},NA()),IF(AND({ten}<3,{count}-{ten}<2),{tens},NA()))"
        return f"IF({self._clear(f'LEN({self.seen})+{self.run}')},{number},NA())"

    def _clear(self, place: str) -> str:
        """TRUE unless a digit or a dot stands at this place of the window."""
        return f'ISERROR(FIND(MID("#"&{self.seen},{place}+1,1),"0."))'

    def _low(self) -> str:
        """The lower end of a range, 0 where what stands there is no number, an error where it cannot be told."""
        ahead, last = f"LEFT({self.seen},LEN({self.seen})-MAX(ABS({self.run}),1)-1)", self._before(2)
        digits = "0"
        for count in (4, 3, 2, 1):
            digits = f'(RIGHT({ahead},{count})="{"0" * count}")*(1+{digits})'
        figures = f"VALUE(MID({self.plain},{self._start()}-1-{digits},{digits}))"
        numeral = f'FIND({last},"{NUMERALS}")-1'

        def alone(length: str) -> str:
            """TRUE unless more of a number, or an event, stands in front of so many characters."""
            return f'ISERROR(FIND(MID("#"&{ahead},LEN({ahead})-{length}+1,1),"0.{NUMERAL}{EVENT}{TO}"))'

        units = any_of(f"{last}={quoted(end)}" for end in dict.fromkeys([*self.units, AND_A_HALF, HALF, TEN]))
        spelt = f"IF({units},NA(),IF(ISERROR({numeral}),0,IF({alone('1')},{numeral},NA())))"
        return f'IF(RIGHT({ahead},1)="0",IF({alone(digits)},{figures},NA()),{spelt})'


def _halved(plain: str, place: str) -> str:
    """1 where 个半 stands in front of the sign."""
    return f'(MID("#"&{plain},{place},1)="{AND_A_HALF}")'


def _value(numeral: str) -> str:
    """The value of one numeral, 0 of none."""
    return f'(FIND({numeral},"{NUMERALS}")-1)'
