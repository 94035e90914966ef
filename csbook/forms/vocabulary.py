"""Lists, groups, word lists and masks: validations/lists.toml, words.toml and masks.toml as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csbook.forms.contradictions import Report
from csbook.lists import Bilingual, ChoiceList, Entry, Phrases, Vocabulary
from csbook.privacy.masks import Mask

ENTRY_KEYS = ("key", "zh", "en", "labels", "aliases", "former", "group", "description")
MASK_KEYS = ("hint", "shapes", "words", "endings", "holds", "longest", "without", "digits_below")


def bilingual(table: Mapping[str, Any]) -> Bilingual:
    """`{ zh = "…", en = "…" }`; a missing language falls back to the other."""
    return Bilingual(table.get("zh") or table.get("en", ""), table.get("en") or table.get("zh", ""))


def read_vocabulary(lists: Mapping[str, Any], words: Mapping[str, Any], report: Report) -> Vocabulary:
    """lists.toml: `[groups]`, `[[list.<name>]]`; words.toml: `<name> = ["…"]`."""
    report.keys("lists.toml", "", lists, ("groups", "list"))
    groups = {name: bilingual(table) for name, table in lists.get("groups", {}).items()}
    choices = {name: _list(name, entries, groups, report) for name, entries in lists.get("list", {}).items()}
    return Vocabulary(
        lists=choices, groups=groups, phrases={name: Phrases(name=name, phrases=tuple(listed)) for name, listed in words.items()}
    )


def _list(name: str, entries: list[Mapping[str, Any]], groups: Mapping[str, Bilingual], report: Report) -> ChoiceList:
    seen: set[str] = set()
    for entry in entries:
        where = f"list.{name}.{entry.get('key', '?')}"
        report.keys("lists.toml", where, entry, ENTRY_KEYS, required=("key", "zh", "en"))
        if entry.get("key") in seen:
            report.add("lists.toml", where, "two_entries", key=entry["key"])
        if "group" in entry and entry["group"] not in groups:
            report.add("lists.toml", where, "unknown_group", group=entry["group"])
        seen.add(entry.get("key", "?"))
    return ChoiceList(name=name, entries=tuple(_entry(entry) for entry in entries))


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


def read_masks(tables: Mapping[str, Any], report: Report) -> dict[str, Mask]:
    """masks.toml: one table a mask, keys as in csbook.privacy.masks.Mask."""
    masks = {}
    for name, table in tables.items():
        report.keys("masks.toml", name, table, MASK_KEYS, required=("hint",))
        lists = {key: tuple(table.get(key, ())) for key in ("shapes", "words", "endings", "holds", "without")}
        masks[name] = Mask(
            name=name, hint=bilingual(table.get("hint", {})), longest=table.get("longest"), digits_below=table.get("digits_below"), **lists
        )
    return masks
