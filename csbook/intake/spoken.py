"""Spoken: words of a message that each language says in its own way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from csbook import messages
from csbook.lists import Bilingual


@dataclass(frozen=True)
class Spoken(Bilingual):
    """Fills the placeholder `{name:zh}` of the Chinese message and `{name:en}` of the English one."""

    def __format__(self, lang: str) -> str:
        return self.in_(lang)


def message(message_id: str, **words: Any) -> Spoken:
    """A message as a word of another message."""
    return Spoken(*(messages.text(lang, message_id, **words) for lang in messages.LOCALES))


def listed(labels: Iterable[Bilingual]) -> Spoken:
    """Labels, joined as each language joins them."""
    known = tuple(labels)
    return Spoken(*(messages.text(lang, "intake.comma").join(label.in_(lang) for label in known) for lang in messages.LOCALES))
