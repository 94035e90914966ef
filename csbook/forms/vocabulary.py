"""Lists, groups, word lists and masks: validations/lists.toml, words.toml and masks.toml as frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbook.forms.contradictions import Report
from csbook.forms.shapes import BILINGUAL, TABLE, TABLE_OF_TEXT, TABLES, TEXT, TEXTS, WHOLE, WORDS, Shape, bilingual
from csbook.lists import Bilingual, ChoiceList, Entry, Phrases, Vocabulary
from csbook.privacy.masks import Mask

ENTRY = {
    "key": TEXT,
    "zh": TEXT,
    "en": TEXT,
    "labels": TABLE_OF_TEXT,
    "aliases": TEXTS,
    "former": TEXTS,
    "group": TEXT,
    "description": BILINGUAL,
}
MASK_TEXTS = {"shapes": TEXTS, "words": WORDS, "endings": WORDS, "holds": WORDS, "without": WORDS}
MASK: dict[str, Shape] = {"hint": BILINGUAL, **MASK_TEXTS, "longest": WHOLE, "digits_below": WHOLE, "short": WHOLE, "hides": TEXT}


@dataclass(frozen=True)
class VocabularyFiles:
    """Where the lists, word lists and masks stand."""

    lists: Path
    words: Path
    masks: Path


def read_vocabulary(files: VocabularyFiles, forms: AbstractSet[str], report: Report) -> tuple[Vocabulary, dict[str, Mask]]:
    """lists.toml: `[groups]`, `[[list.<name>]]`; words.toml: `<name> = ["…"]`; masks.toml: one table a mask.

    `forms` are the names that a list entry may give a label of its own.
    """
    file = str(files.lists)
    tables = report.fitting(file, "", report.read(files.lists) or {}, {"groups": TABLE, "list": TABLE})
    groups = {name: bilingual(table) for name, table in report.entries(file, "groups", tables.get("groups", {}), BILINGUAL)}
    lists = {
        name: ChoiceList(name=name, entries=tuple(_entries(file, name, entries, groups, report)))
        for name, entries in report.entries(file, "list", tables.get("list", {}), TABLES)
    }
    for name, choices in lists.items():
        for entry in choices.entries:
            for form in sorted(entry.labels.keys() - forms):
                report.add(file, f"list.{name}.{entry.key}.labels.{form}", "unknown_form", form=form, known=", ".join(sorted(forms)))
    words = report.entries(str(files.words), "", report.read(files.words) or {}, TEXTS)
    phrases = {name: Phrases(name=name, phrases=tuple(listed)) for name, listed in words}
    return Vocabulary(lists=lists, groups=groups, phrases=phrases), _masks(files.masks, phrases, report)


def _entries(file: str, name: str, tables: Sequence[Mapping[str, Any]], groups: Mapping[str, Bilingual], report: Report) -> list[Entry]:
    entries: dict[str, Entry] = {}
    for table in tables:
        where = f"list.{name}.{table.get('key', '?')}"
        known = report.fitting(file, where, table, ENTRY, required=("key", "zh", "en"))
        entry = _entry(known)
        if entry.key in entries:
            report.add(file, where, "two_entries", key=entry.key)
        if entry.group is not None and entry.group not in groups:
            report.add(file, f"{where}.group", "unknown_group", group=entry.group)
        entries[entry.key] = entry
    return list(entries.values())


def _entry(table: Mapping[str, Any]) -> Entry:
    return Entry(
        key=table.get("key", "?"),
        label=bilingual(table),
        labels=table.get("labels", {}),
        aliases=tuple(table.get("aliases", ())),
        former=tuple(table.get("former", ())),
        group=table.get("group"),
        description=bilingual(table["description"]) if "description" in table else None,
    )


def _masks(path: Path, phrases: Mapping[str, Phrases], report: Report) -> dict[str, Mask]:
    masks = {}
    for name, table in report.entries(str(path), "", report.read(path) or {}, TABLE):
        known = report.fitting(str(path), name, table, MASK, required=("hint",))
        lists: dict[str, Any] = {key: _spelled(str(path), f"{name}.{key}", known.get(key, []), phrases, report) for key in MASK_TEXTS}
        masks[name] = Mask(
            name=name,
            hint=bilingual(known.get("hint", {})),
            longest=known.get("longest"),
            digits_below=known.get("digits_below"),
            short=known.get("short"),
            hides=known.get("hides", ""),
            **lists,
        )
    return masks


def _spelled(
    file: str, where: str, parts: Sequence[str | Mapping[str, str]], phrases: Mapping[str, Phrases], report: Report
) -> tuple[str, ...]:
    """The parts with each `{ words = "name" }` replaced by that word list."""
    spelled: list[str] = []
    for part in parts:
        if isinstance(part, str):
            spelled.append(part)
        elif part["words"] in phrases:
            spelled += phrases[part["words"]].phrases
        else:
            report.add(file, where, "unknown_words", words=part["words"], known=", ".join(sorted(phrases)))
    return tuple(spelled)
