"""Spoken: words of a message that each language says in its own way."""

from __future__ import annotations

import re
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


# what may be somebody's number or address is not repeated
PRIVATE = re.compile(r"[0-9]{4}|@")
LONGEST = 20


def shown(heading: str) -> str:
    """A heading as a message repeats it."""
    text = " ".join(heading.split())
    return "…" if PRIVATE.search(text) else text[:LONGEST] + "…" * (len(text) > LONGEST)


def plain(name: str) -> str:
    """A stamped name, to be repeated in a message; anything but a plain word is not worth repeating."""
    return name if re.fullmatch(r"[A-Za-z0-9_.]{1,40}", name) else "?"


def message(message_id: str, **words: Any) -> Spoken:
    """A message as a word of another message."""
    return Spoken(*(messages.text(lang, message_id, **words) for lang in messages.LOCALES))


def listed(labels: Iterable[Bilingual]) -> Spoken:
    """Labels, joined as each language joins them."""
    known = tuple(labels)
    return Spoken(*(messages.text(lang, "intake.comma").join(label.in_(lang) for label in known) for lang in messages.LOCALES))
