"""A small evaluator of the Excel formulas that rules write, so that hypothesis can try many texts.

LibreOffice vouches for it: test_formulas gives both the same cases.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign><>|<=|>=|[-+*/&=<>(),]))'
)


class ExcelError(Exception):
    """An error value such as #VALUE!."""


def evaluate(formula: str, cells: Mapping[str, Any]) -> Any:
    """The value of a formula over cells and named columns (lists); a missing cell is empty."""
    tokens = list(TOKEN.finditer(formula))
    assert "".join(match[0] for match in tokens) == formula, formula
    known = dict(cells)
    parser = Parser(iter([(str(match.lastgroup), match[0].strip()) for match in tokens]), known)
    value = parser.comparison()
    assert parser.kind == "end", formula
    return value()


Lazy = Callable[[], Any]


class Parser:
    """Recursive descent; every value is lazy, because IF and IFERROR do not look at what they do not need."""

    def __init__(self, tokens: Iterator[tuple[str, str]], cells: Mapping[str, Any]) -> None:
        self.tokens, self.cells = tokens, cells
        self.advance()

    def advance(self) -> str:
        seen = getattr(self, "token", "")
        self.kind, self.token = next(self.tokens, ("end", ""))
        return str(seen)

    def binary(self, signs: Mapping[str, Callable[[Any, Any], Any]], part: Callable[[], Lazy]) -> Lazy:
        left = part()
        while self.kind == "sign" and self.token in signs:
            left = self._pair(signs[self.advance()], left, part())
        return left

    @staticmethod
    def _pair(operate: Callable[[Any, Any], Any], left: Lazy, right: Lazy) -> Lazy:
        return lambda: operate(left(), right())

    def comparison(self) -> Lazy:
        return self.binary(
            {
                "=": lambda a, b: order(a) == order(b),
                "<>": lambda a, b: order(a) != order(b),
                "<": lambda a, b: order(a) < order(b),
                ">": lambda a, b: order(a) > order(b),
                "<=": lambda a, b: order(a) <= order(b),
                ">=": lambda a, b: order(a) >= order(b),
            },
            self.joined,
        )

    def joined(self) -> Lazy:
        return self.binary({"&": lambda a, b: text(a) + text(b)}, self.sum)

    def sum(self) -> Lazy:
        return self.binary({"+": lambda a, b: number(a) + number(b), "-": lambda a, b: number(a) - number(b)}, self.product)

    def product(self) -> Lazy:
        return self.binary({"*": lambda a, b: number(a) * number(b), "/": lambda a, b: number(a) / number(b)}, self.atom)

    def atom(self) -> Lazy:
        kind, token = self.kind, self.advance()
        if token == "-":
            inner = self.atom()
            return lambda: -number(inner())
        if kind == "text":
            return lambda: token[1:-1].replace('""', '"')
        if kind == "number":
            return lambda: float(token)
        if token == "(":
            value = self.comparison()
            assert self.advance() == ")"
            return value
        if kind == "name" and self.token == "(":
            return self.call(token)
        if token in ("TRUE", "FALSE"):
            return lambda: token == "TRUE"
        assert kind == "name", token
        return lambda: self.cells.get(token)

    def call(self, name: str) -> Lazy:
        parts = list[Lazy]()
        self.advance()
        while self.token != ")":
            parts.append((lambda: None) if self.token == "," else self.comparison())
            if self.token == ",":
                self.advance()
                if self.token == ")":
                    parts.append(lambda: None)
        self.advance()
        function = FUNCTIONS[name]
        return lambda: function(*parts)


def text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return f"{value:.15g}"
    return value or ""


def number(value: Any) -> float:
    try:
        return float(value or 0)
    except ValueError as error:
        raise ExcelError from error


def order(value: Any) -> tuple[int, Any]:
    """Numbers before texts before truth values; texts without regard to case."""
    if isinstance(value, bool):
        return (2, value)
    return (1, value.lower()) if isinstance(value, str) else (0, float(value or 0))


def find(needle: Lazy, within: Lazy, start: Lazy = lambda: 1.0) -> float:
    place = text(within()).find(text(needle()), int(number(start())) - 1)
    if place < 0:
        raise ExcelError
    return float(place + 1)


def if_(condition: Lazy, yes: Lazy, no: Lazy) -> Any:
    return yes() if condition() else no()


def safe(value: Lazy, otherwise: Lazy) -> Any:
    try:
        return value()
    except ExcelError:
        return otherwise()


def is_error(value: Lazy) -> bool:
    try:
        value()
    except ExcelError:
        return True
    return False


def is_number(value: Lazy) -> bool:
    try:
        seen = value()
    except ExcelError:
        return False
    return isinstance(seen, float | int) and not isinstance(seen, bool)


def substitute(value: Lazy, old: Lazy, new: Lazy) -> str:
    return text(value()).replace(text(old()), text(new())) if text(old()) else text(value())


def repeat(value: Lazy, times: Lazy) -> str:
    if number(times()) < 0:
        raise ExcelError
    return text(value()) * int(number(times()))


def middle(value: Lazy, start: Lazy, size: Lazy) -> str:
    first = int(number(start()))
    if first < 1 or number(size()) < 0:
        raise ExcelError
    return text(value())[first - 1 : first - 1 + int(number(size()))]


def match(value: Lazy, within: Lazy, _exact: Lazy) -> float:
    """Wildcards and all."""
    sought = re.sub(r"\\\*", ".*", re.escape(text(value())))
    pattern = sought.replace(r"\?", ".")
    for place, entry in enumerate(within()):
        if re.fullmatch(pattern, entry, re.IGNORECASE):
            return float(place + 1)
    raise ExcelError


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "IF": if_,
    "IFERROR": safe,
    "ISERROR": is_error,
    "ISNUMBER": is_number,
    "N": lambda value: seen if isinstance(seen := value(), float | int) else 0.0,
    "ISTEXT": lambda value: isinstance(value(), str),
    # like Excel, these look at every part
    "AND": lambda *parts: min(bool(part()) for part in parts),
    "OR": lambda *parts: max(bool(part()) for part in parts),
    "NOT": lambda part: not part(),
    "EXACT": lambda a, b: text(a()) == text(b()),
    "LEN": lambda value: float(len(text(value()))),
    "TRIM": lambda value: re.sub(" +", " ", text(value()).strip(" ")),
    "SUBSTITUTE": substitute,
    "LEFT": lambda value, size: text(value())[: int(number(size()))],
    "RIGHT": lambda value, size: text(value())[max(0, len(text(value())) - int(number(size()))) :],
    "MID": middle,
    "FIND": find,
    "REPT": repeat,
    "MAX": lambda *parts: max(number(part()) for part in parts),
    "INT": lambda value: float(math.floor(number(value()))),
    "INDEX": lambda within, place: within()[int(number(place())) - 1],
    "MATCH": match,
}
