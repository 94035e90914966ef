"""Entries: what an agent types into each form for a case. List entries stand as keys, blanks as None."""

from collections.abc import Callable

from sample_data.cases import Case, Row
from sample_data.dice import Dice
from sample_data.entries.communication import communication
from sample_data.entries.coordination import coordination
from sample_data.entries.feedback import feedback
from sample_data.entries.hotline import hotline
from sample_data.entries.response import response

ENTRIES: dict[str, Callable[[Case, Dice], Row]] = {
    "communication": communication,
    "hotline": hotline,
    "feedback": feedback,
    "response": response,
    "coordination": coordination,
}

__all__ = ["ENTRIES", "coordination"]
