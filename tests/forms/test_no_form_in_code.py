"""No form's name, Chinese text or list stands in csbook/: the forms are data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import csbook
from csbook.forms import Definitions

CODE = Path(csbook.__file__).parent
IDEOGRAPH = re.compile("[\u3400-\u9fff]")
# keys that are also words of csbook's own
OWN_WORDS = {
    "high": "a bound",
    "low": "a bound",
    "neutral": "a colour",
    "none": "a word of SQL and Arrow",
    "phone": "a kind of finding",
    "open": "a state",
    "pending": "a verdict",
    "withdrawn": "a state",
    "fault": "a part of what a rule says",
    "done": "where a workbook goes once it is taken in",
    "quality": "a table of figures",
}
# the stage between taking over and first response (METRICS.md) has the name of a form
STAGE, STAGES_IN = "response", "metrics/durations.py"


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """String literals of a module with their lines, docstrings left out."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


TEXTS = [
    (f"{path.relative_to(CODE)}:{line}", text)
    for path in sorted(CODE.rglob("*.py"))
    if not path.is_relative_to(CODE / "_data")
    for line, text in _texts(path)
]


def test_no_chinese_text_stands_in_code() -> None:
    assert [place for place, text in TEXTS if IDEOGRAPH.search(text)] == []


def test_no_form_is_named_in_code(shipped: Definitions) -> None:
    named = [(place, text) for place, text in TEXTS if text in shipped.forms]
    assert [(place, text) for place, text in named if text != STAGE or not place.startswith(STAGES_IN)] == []


def test_no_list_entry_is_named_in_code(shipped: Definitions) -> None:
    keys = {key for choices in shipped.vocabulary.lists.values() for key in choices.keys} - OWN_WORDS.keys()
    assert [(place, text) for place, text in TEXTS if text in keys] == []
