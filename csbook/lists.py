"""Lists, groups and words: the vocabulary that validations/*.toml declares, as frozen values."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

WIDE_SPACE = "\u3000"
# stands for an entry that nobody chose, in figures where a missing key means all
UNCHOSEN = "_blank"
BLANKS = " " + WIDE_SPACE  # the one notion of blank (DESIGN, section 2)


@functools.lru_cache(maxsize=10_000)
def bare(text: str) -> str:
    """A label or list entry as it is compared: NFKC, no blanks, no case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True)
class Bilingual:
    """A text in both languages of csbook; `zh` is the first."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a list. The key is stored and never changes; labels may. `labels` holds the Chinese label of forms that differ."""

    key: str
    label: Bilingual
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    group: str | None = None
    description: Bilingual | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that ingest reads as this entry, the key included."""
        return (self.label.zh, self.label.en, *self.aliases, *self.former, self.key)

    def of_form(self, form: str) -> Entry:
        """The entry with the Chinese label that `form` prints; its common label stays readable as an alias."""
        own = self.labels.get(form)
        if own is None:
            return self
        return replace(self, label=Bilingual(own, self.label.en), aliases=(self.label.zh, *self.aliases))


@dataclass(frozen=True, kw_only=True)
class ChoiceList:
    """A list as one form uses it: the form's own entries, order and labels.

    `retired` are the entries of the list that the form does not offer, or no longer: records of earlier days may hold them.
    """

    name: str
    entries: tuple[Entry, ...]
    retired: tuple[Entry, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(entry.key for entry in self.entries)

    @functools.cached_property
    def spelled(self) -> Mapping[str, str]:
        """Every spelling, bare, and its entry's key; where two entries share one, labels go before aliases and the first entry wins."""
        known: dict[str, str] = {}
        for entry in self.entries:
            known.setdefault(bare(entry.label.zh), entry.key)
        for entry in self.entries:
            for spelling in entry.spellings:
                known.setdefault(bare(spelling), entry.key)
        return known

    def labels(self, lang: str) -> tuple[str, ...]:
        """What stands in the cells, entry by entry."""
        return tuple(entry.label.in_(lang) for entry in self.entries)

    def label(self, key: str, lang: str) -> str:
        """The label of a key; a key that the list lacks as it stands."""
        return next((entry.label.in_(lang) for entry in (*self.entries, *self.retired) if entry.key == key), key)

    def known(self, lang: str) -> dict[str, str]:
        """Key → label of every entry that a record may hold."""
        return {entry.key: entry.label.in_(lang) for entry in (*self.entries, *self.retired)}


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """A closed word list of validations/words.toml, e.g. `attitude`."""

    name: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """All lists, groups and phrases, before a form picks its own."""

    lists: Mapping[str, ChoiceList] = field(default_factory=dict)
    groups: Mapping[str, Bilingual] = field(default_factory=dict)
    phrases: Mapping[str, Phrases] = field(default_factory=dict)
