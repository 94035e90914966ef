"""Unusual spellings of dates and times, made usual ones: numerals, a weekday, figures run together, full hours of the twelve-hour clock."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from csbook.policy import grammar
from csbook.policy.spellings import Spellings

SIGNS = ((r"[\x{2010}-\x{2015}\x{2212}]", "-"), (r"\x{3002}", "."))  # as other keyboards type them
CENTURY = "20"
# 20231001143000, 20231001 1430
RUN_TOGETHER = r"^([0-9]{4})[-/.]?([0-9]{2})[-/.]?([0-9]{2}) ?([0-9]{2})([0-9]{2})([0-5][0-9])?$"


def rewritten(texts: pa.Array, spellings: Spellings) -> pa.Array:
    """Texts, folded by NFKC and in small letters, as csbook.intake.normalising.moments reads them; what is none of these stays as it is."""
    any_of, texts = spellings.any_of, _in_figures(texts, spellings)
    clock = f"(?:{any_of('early')}|{any_of('afternoon')})"
    for pattern, replacement in (
        *SIGNS,
        (rf"^([0-9]{{4}}.*[0-9].?)\s*\(?{any_of('weekday')}.\)?", r"\1 "),
        (rf"^([0-9]{{2}}\s*{any_of('year')})", rf"{CENTURY}\1"),
        (RUN_TOGETHER, r"\1-\2-\3 \4:\5"),
        (rf"(^|\s)([0-9]{{1,2}})\s*({clock})$", r"\1\2:00 \3"),
    ):
        texts = pc.replace_substring_regex(texts, pattern, replacement)
    return texts


def _in_figures(texts: pa.Array, spellings: Spellings) -> pa.Array:
    """Numerals below a hundred and years of four of them as figures."""
    digits = "".join(spellings.words.get("digits", ()))
    if not digits:
        return texts
    year, numeral = re.compile(rf"[{digits}]{{4}}(?={spellings.any_of('year')})"), re.compile(grammar.below_hundred(spellings))

    def figure(found: re.Match[str]) -> str:
        return f"{grammar.number(found[0], spellings):.0f}"

    def figures(found: re.Match[str]) -> str:
        return "".join(f"{grammar.number(each, spellings):.0f}" for each in found[0])

    return pa.array([numeral.sub(figure, year.sub(figures, text)) for text in texts.to_pylist()], pa.string())
