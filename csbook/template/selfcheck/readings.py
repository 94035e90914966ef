"""Readings: columns of the self-check sheet that read a cell as ingest does, for the rules of other columns.

自检 asks for the spelling of the list and for dates that are dates; ingest understands more. A rule that compares two columns must
see in the other one what ingest will see there, or a fault would come to light only at the office.
"""

from __future__ import annotations

from csbook.forms import Field
from csbook.forms.form import DATES
from csbook.lists import ChoiceList
from csbook.policy.spellings import PARTS, Spellings
from csbook.rules.excel import JOINT, WIDE_SPACE, any_of, digits_to_zero, quoted
from csbook.rules.readable import MIDNIGHT
from csbook.template.listing import compared
from csbook.template.selfcheck.days import hour_meant
from csbook.template.selfcheck.draft import ByRow, Draft

HARD_SPACE = "\u00a0"
# what stands for the words of a date and a time
SIGNS = {
    **dict.fromkeys(PARTS, ""), "year": "-", "month": "-", "day": " ", "half_hour": "30", "hour": ":", "minute": "",
}  # fmt: skip
# Excel nests 64 functions; what stands around these needs a few
DEEPEST = 56


def add(draft: Draft) -> None:
    """Columns for the lists and dates that rules and states compare with other columns."""
    form = draft.grid.form
    for name in compared(form):
        field, draft.subject = form.by_name[name], f"field.{name}"
        draft.reading(name, _members(draft, field) if field.kind == "members" else _entry(draft, name))
    others = {name for rule in form.rules for name in rule.reads[1:]} | {form.day}
    parts = {part for name in others & form.derived.keys() for part in form.derived[name]}
    for field in form.fields:
        if field.kind in DATES and (field.name in others | parts or field.kind == "due"):
            draft.subject = f"field.{field.name}"
            draft.reading(field.name, _date(draft, field))


def _entry(draft: Draft, name: str) -> ByRow:
    """The label of the entry that is meant, else the text: no blanks, half width, no case."""
    spelt, means = draft.lists.spelt[name]

    def formula(row: int) -> str:
        cell = draft.at(row).typed(name)
        text = f"ASC({_without_blanks(cell)})"
        place = f"MATCH({text},{spelt},0)"
        # MATCH takes wildcards, the comparison does not
        return f"IFERROR(IF(INDEX({spelt},{place})={text},INDEX({means},{place}),{cell}),{cell})"

    return formula


def _members(draft: Draft, field: Field) -> ByRow:
    """The same for several entries in one cell, as long as formulas nest that deep."""

    def formula(row: int) -> str:
        cell = draft.at(row).typed(field.name)
        text = cell
        for separator in ("CHAR(10)", *map(quoted, ",;/\uff0c\uff1b\uff0f")):
            text = f'SUBSTITUTE({text},{separator},"{JOINT}")'
        # ASC may halve the joint as well
        text = f'SUBSTITUTE(LOWER(ASC({_without_blanks(text)})),"\uff64","{JOINT}")'
        text = f'"{JOINT}"&SUBSTITUTE({text},"{JOINT}","{JOINT}{JOINT}")&"{JOINT}"'
        for spelling, label in _others(field.choices, draft.grid.lang):
            text = f"SUBSTITUTE({text},{quoted(JOINT + spelling + JOINT)},{quoted(JOINT + label + JOINT)})"
        return f'IF(LEN({cell})=0,"",SUBSTITUTE({text},"{JOINT}{JOINT}","{JOINT}"))'

    return formula


def _others(choices: ChoiceList | None, lang: str) -> list[tuple[str, str]]:
    """Spellings that are not the label itself, and the label."""
    spelled = choices.spelled.items() if choices else ()
    pairs = [(spelling, choices.label(key, lang)) for spelling, key in spelled if choices]
    return [(spelling, label) for spelling, label in pairs if spelling != label][: DEEPEST - 20]


def _without_blanks(cell: str) -> str:
    text = cell
    for blank in (quoted(" "), quoted(WIDE_SPACE), quoted(HARD_SPACE), "CHAR(9)", "CHAR(10)"):
        text = f'SUBSTITUTE({text},{blank},"")'
    return text


def _date(draft: Draft, field: Field) -> ByRow:
    """A number as it stands; a text as Excel understands it once words are signs; "" where ingest would not read it either."""
    signs = draft.add(lambda row: _signs(draft.at(row).typed(field.name), draft.grid.form.spellings))

    def formula(row: int) -> str:
        cell, text = draft.at(row).typed(field.name), f"{signs}{row}"
        gap = f'FIND(" ",{text}&" ")'
        day, clock = f"VALUE(LEFT({text},{gap}-1))", _clock(draft, cell, f"MID({text},{gap}+1,9)")
        dated = {"date": f"{day}/(LEN({text})<{gap})", "moment": f"{day}+{clock}", "clock": "NA()"}.get(
            field.kind, f"{day}+IF(LEN({text})>{gap},{clock},0)"
        )
        timed = "NA()" if field.kind == "date" else _clock(draft, cell, text)
        spelled = f'IF(MID({text},5,1)="-",{dated},{timed})'
        # a date with a time of day is no date
        number = f'IF({cell}=INT({cell}),{cell},"")' if field.kind == "date" else cell
        figures = _serial(cell) if field.kind in ("clock", "moment") else f"IF(LEN({cell})=8,{_run_together(cell)},{_serial(cell)})"
        part = "NA()" if field.kind == "date" else _serial(cell)
        said = f'IFERROR(IF({_figures(cell)}="",{figures},IF({_figures(cell)}=".",{part},{spelled})),"")'
        return f'IF(ISNUMBER({cell}),{number},IF(LEN({cell})=0,"",{said}))'

    return formula


def _clock(draft: Draft, cell: str, text: str) -> str:
    """The part of a day that a text such as 2:30 says, beside a word for a part of it what is meant; an error for 24:00 and later."""
    words = draft.grid.form.spellings.words
    places = [(place, words[part]) for place, part in enumerate(PARTS, 1) if words.get(part)]
    said = "+".join(f"{place}*{any_of(f'ISNUMBER(FIND({quoted(word)},LOWER({cell})))' for word in of_part)}" for place, of_part in places)
    hour = f"INT(VALUE({text})*24+0.00001)"
    meant = f"IF({said}=0,0,{hour_meant(f'({said})', hour)}-{hour})/24" if said else "0"
    return f"(VALUE({text})+{meant})/(VALUE({text})+{meant}<{MIDNIGHT})"


def _figures(cell: str) -> str:
    """What is left of a text without its digits: nothing or a dot where a serial was pasted as text."""
    return f'SUBSTITUTE({digits_to_zero(cell)},0,"")'


def _serial(cell: str) -> str:
    return f"VALUE({cell})"


def _run_together(cell: str) -> str:
    """20231001."""
    return f'VALUE(TEXT(VALUE({cell}),"0000-00-00"))'


def _signs(cell: str, spellings: Spellings) -> str:
    """2023年10月1日 9时5分 as 2023-10-1 9:5; 2023-10-0114:30 with the blank it lacks."""
    text = f"LOWER(ASC(SUBSTITUTE({cell},{quoted(WIDE_SPACE)},{quoted(' ')})))"
    signs = {"/": "-", ".": "-", "t": " "}
    for name, sign in SIGNS.items():
        signs |= dict.fromkeys(sorted(spellings.words.get(name, ()), key=len, reverse=True), sign)
    for word, sign in signs.items():
        text = f"SUBSTITUTE({text},{quoted(word)},{quoted(sign)})"
    blank = f'IF(MID({text},13,1)=":"," ","")'
    return f"TRIM(LEFT({text},10)&{blank}&MID({text},11,9))"
