"""The grammar of promises: one regular expression and the numerals in it, built from the words of validations/spellings.toml."""

from __future__ import annotations

import functools
import re

from csbook.policy.spellings import NOTHING, PARTS, Spellings

UNITS = ("working_days", "minutes", "hours", "days")


@functools.lru_cache(maxsize=4)
def pattern(spellings: Spellings) -> re.Pattern[str]:
    """Finds promises in text folded by NFKC. Group `words` is the promise; `after` says that an event comes first."""
    promise = rf"{_within(spellings)}|{_day(spellings)}{_clock(spellings)}?"
    return re.compile(rf"(?P<after>{spellings.any_of('after')})?(?P<words>{promise})")


def number(text: str, spellings: Spellings) -> float:
    """12, 1.5, 二十四, 零五, 半, 一个半; `text` is what a pattern of this module found."""
    whole, halves = re.subn(spellings.any_of("and_a_half") + "$", "", text)
    if whole[0].isascii():
        return float(whole) + halves / 2
    if whole in spellings.words["half"]:
        return 0.5
    values = {char: value for value, chars in enumerate(spellings.words["digits"]) for char in chars}
    *tens, ones = re.split(spellings.any_of("ten"), whole)
    ones = ones.lstrip(spellings.words["digits"][0])
    return sum(10 * values.get(digit, 1) for digit in tens) + values.get(ones, 0) + halves / 2


def below_hundred(spellings: Spellings) -> str:
    """Finds 五, 零五, 十, 十五, 二十五, but nothing in 两三; without words for figures nothing at all."""
    digits, ten = (_any_sign(spellings, name) for name in ("digits", "ten"))
    zero = f"[{re.escape(spellings.words['digits'][0])}]" if spellings.words.get("digits") else NOTHING
    return rf"(?<!{digits})(?:{digits}?{ten}{digits}?|{zero}?{digits})(?!{digits}|{ten})"


def _within(spellings: Spellings) -> str:
    """24小时内, 1-2小时内, 3个工作日至5个工作日内, 1小时30分钟内."""
    any_of = spellings.any_of
    count = rf"(?:(?:[0-9]{{1,4}}(?:\.[0-9]+)?|{_numeral(spellings)}{{1,3}}){any_of('and_a_half')}?|{any_of('half')})"
    unit = "|".join(any_of(name) for name in UNITS)
    named = "|".join(f"(?P<{name}>{any_of(name)})" for name in UNITS)
    low, high = rf"(?<![0-9.]){_plainly(spellings)}(?P<low>{count})", rf"(?P<high>{count})"
    over = rf"{any_of('hours')}(?P<over>{count})(?={any_of('minutes')})"
    return rf"{low}(?:(?:{unit})?{any_of('to')}{high}|{over})?(?:{named}){any_of('within')}"


def _plainly(spellings: Spellings) -> str:
    """Nothing in front makes another number of it: -1, 1/2, 1:30, 1e3, 1-2-3, 一百二十, 1天12小时."""
    numeral = _numeral(spellings)
    words = [word + numeral * count for word in spellings.words.get("unread", ()) for count in range(3)]
    units = [
        rf"(?:[0-9]|{numeral}){word}{numeral * count}"
        for name in ("hours", "days")
        for word in spellings.words.get(name, ())
        for count in range(3)
    ]
    return "".join(f"(?<!{sign})" for sign in ("^-", "[^\\w]-", "[0-9][-/:*e]", *words, *units))


def _day(spellings: Spellings) -> str:
    """今日, 明日, 10月2日, 2023年10月2日, 2023-10-02; figures alone are a date only behind a year."""
    any_of = spellings.any_of
    numeral = _numeral(spellings)
    ordinal = rf"(?:[0-9]{{1,2}}|(?<!{numeral}){numeral}{{1,3}})"
    year = rf"(?P<year>[0-9]{{4}})(?:[-/.]|{any_of('year')})"
    # a year that is not read, as in 26年11月3日, is not this one
    signs = [*(rf"(?:[0-9]|{numeral}){word}" for word in spellings.words.get("year", ())), *spellings.words.get("unread", ())]
    no_year = "".join(f"(?<!{sign})" for sign in signs)
    month = rf"(?P<month>{ordinal})(?:{any_of('month')}|(?(year)[-/.]|(?!)))"
    day = rf"(?P<day>{ordinal})(?:{any_of('day')}|(?(year)(?![0-9])|(?!)))"
    return rf"(?:(?P<today>{any_of('today')})|(?P<tomorrow>{any_of('tomorrow')})|(?<![0-9])(?:{year}|{no_year}){month}{day})"


def _clock(spellings: Spellings) -> str:
    """18:00前, 下午3点半前; behind a date with a year, and where the text ends, the word is not needed."""
    any_of = spellings.any_of
    part = "|".join(f"(?P<{part}>{any_of(part)})" for part in PARTS)
    count = rf"(?:[0-9]{{1,2}}|{below_hundred(spellings)})"
    minute = rf"(?:(?P<half_hour>{any_of('half_hour')})|(?P<minute>{count}){any_of('minute')}?)?"
    hour = rf"(?:\s|t(?=[0-9]))?(?:{part})?(?P<hour>{count})(?::|{any_of('hour')})"
    return rf"(?P<clock>{hour}{minute}(?:{any_of('before')}|(?(year)|\Z)))"


def _numeral(spellings: Spellings) -> str:
    """One of the signs of which numerals up to 三十一 are made; nothing where none are given."""
    return _any_sign(spellings, "digits", "ten")


def _any_sign(spellings: Spellings, *names: str) -> str:
    chars = "".join(char for name in names for word in spellings.words.get(name, ()) for char in word)
    return f"[{re.escape(chars)}]" if chars else NOTHING
