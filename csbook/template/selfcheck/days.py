"""Days: a promise that names its day – 今日, 明日, 10月2日, 2023年10月2日, each with an optional 18:00前 – as formulas."""

from __future__ import annotations

from dataclasses import dataclass

from csbook.policy.promise import HALF_A_YEAR
from csbook.policy.spellings import PARTS, Spellings, hour_of
from csbook.rules.excel import DIGITS, any_of, digits_to_zero, quoted
from csbook.template.selfcheck.amounts import NUMERALS, TEN

# signs for words of the text
TODAY, TOMORROW, DATE = "T", "N", "O"
YEAR = "Y"
OF_DAY = dict(zip(PARTS, "()[]}", strict=True))  # words for parts of the day
BEFORE, HALF, EVENT = "<", "_", ">"
# so much is looked at behind the day: a time of day and what ends it
CLOCK = 9
_SIGNS = "".join(OF_DAY.values())
_HOURS = 25
# two figures each: the hour meant by every hour beside the first part of the day, then beside the next; dots where it is none
_MEANT = "".join(".." if (meant := hour_of(part, hour)) is None else f"{meant:02}" for part in PARTS for hour in range(_HOURS))


def hour_meant(part: str, hour: str) -> str:
    """The hour of the day by the place of a part in PARTS, from 1, and an hour as it was written; an error where it is none."""
    return f'VALUE(MID("{_MEANT}",({part}-1)*{2 * _HOURS}+{hour}*2+1,2))'


@dataclass(frozen=True)
class Day:
    """The cells of one row: the text with signs, the place of the day's sign; `rest` behind the day, and the time of day that it says."""

    plain: str
    place: str
    rest: str = ""
    time: str = ""

    def behind(self) -> str:
        """What stands behind the day."""
        return f'MID({self.plain},{self.place}+2+IF(MID({self.plain},{self.place}+1,1)="{DATE}",{self._digits()}+1,0),{CLOCK})'

    def named(self) -> str:
        """0 for 今日 and 明日, an error behind an event."""
        return f'IF(MID("#"&{self.plain},{self.place},1)="{EVENT}",NA(),0)'

    def dated(self, run: str, month: str, raised: str, spellings: Spellings) -> str:
        """The serial of 10月2日: of its own year, else the first that does not lie before the need; an error where that of this
        year lies up to half a year back.

        `run`, `month`: the digits in front of the sign and their number.
        """
        end = f"{self.place}+2+{self._digits()}"
        words = any_of(f"MID({self.plain},{end},{len(word)})={quoted(word)}" for word in spellings.words.get("day", ()))
        before, own_before = (f'MID("#"&{self.plain},{self.place}-{run}{year},1)' for year in ("", "-5"))
        day = f"VALUE(MID({self.plain},{self.place}+2,{self._digits()}))"
        own = f"VALUE(MID({self.plain},{self.place}-{run}-5,4))"
        this_year = f"DATE(YEAR({raised}),{month},{day})"
        past = f"({this_year}<INT({raised}))"
        # 1 to HALF_A_YEAR days back
        clear = f'OR({before}="{YEAR}",ABS(INT({raised})-{this_year}-{(HALF_A_YEAR + 1) / 2:g})>{(HALF_A_YEAR - 1) / 2:g})'
        serial = f'DATE(IF({before}="{YEAR}",{own},YEAR({raised})+{past}),{month},{day})'
        # 2月30日 would be in March; 29 February alone may be years away
        real = f'AND({run}>0,{run}<3,{month}>0,{month}<13,{before}<>"{EVENT}",DAY({serial})={day},{clear},{words})'
        # behind a date with a year a time of day needs no 前: formulas look for that word
        timed = f'OR({self.time}<1,ISERROR(FIND(LEFT({self.rest}&"#"),"{DIGITS}{_SIGNS}")))'
        alone = f'AND(ISERROR(FIND({own_before},"{DIGITS}{EVENT}")),{timed})'
        return f'IF({real},IF(OR({before}<>"{YEAR}",IFERROR({alone},FALSE)),{serial},NA()),NA())'

    def _digits(self) -> str:
        """How many digits, at most two, stand behind the sign."""
        first, second = (f'ISNUMBER(FIND(MID({self.plain}&"#",{self.place}+{each},1),"0123456789"))' for each in (2, 3))
        return f"{first}*(1+{second})"


def time_of_day(rest: str) -> str:
    """下午3:30前 as a part of a day; its end where no time of day is named, an error where there is no such time. 前 may end the text."""
    part = f'FIND(LEFT({rest}&"#",1),"{_SIGNS}")'
    time = f'MID({rest}&"{BEFORE}",1+ISNUMBER({part}),{CLOCK})'
    shape = digits_to_zero(f'LEFT({time},FIND("{BEFORE}",{time}))')
    shapes = "|".join(["", *(f"{hour}:{minute}{BEFORE}" for hour in ("0", "00") for minute in ("", HALF, "0", "00")), ""])
    hour = f'VALUE(LEFT({time},FIND(":",{time})-1))'
    minutes = f'MID({time},FIND(":",{time})+1,FIND("{BEFORE}",{time})-FIND(":",{time})-1)'
    minute = f'IF({minutes}="",0,IF({minutes}="{HALF}",30,VALUE(0&{minutes})))'
    named = f"IF(ISNUMBER({part}),{hour_meant(part, hour)},{hour})"
    day = f"({named}*60+{minute})/1440"
    # of 下午五点前 and 5点十分前 ingest alone knows the time
    around = (f"LEFT({time},1)", f'MID({time},FIND(":",LEFT({time},4))+1,1)')
    numeral = any_of(f'IFERROR(FIND({each},"{NUMERALS}{TEN}"),0)*LEN({each})>0' for each in around)
    spelled = f'IFERROR(AND(ISNUMBER(FIND(":",LEFT({time},4))),{numeral}),FALSE)'
    return f'IF(ISNUMBER(FIND("|"&{shape}&"|","{shapes}")),{day}/AND({minute}<60,{day}<=1),IF({spelled},NA(),1))'
