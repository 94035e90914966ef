"""Stamps: the sections of validations/<form>.toml that say where dates and times come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from csbook.forms.contradictions import Report
from csbook.forms.form import STAMPS, Field
from csbook.forms.shapes import PAIR, TABLE, TEXT, TEXTS

DERIVED = ("date", "clock")
DAYS = frozenset({"date", "moment"})


@dataclass(frozen=True)
class Stamps:
    """Reads those sections against the fields of the form."""

    file: str
    fields: Mapping[str, Field]
    report: Report

    def derived(self, section: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
        """`raised_at = { date = "…", clock = "…" }`: a stamp made of two columns."""
        for stamp, parts in self.report.entries(self.file, "derived", section, TABLE):
            where = f"derived.{stamp}"
            known = self.report.fitting(self.file, where, parts, dict.fromkeys(DERIVED, TEXT), required=DERIVED)
            if stamp in self.fields:
                self.report.add(self.file, where, "two_origins", field=stamp)
            for part, field in known.items():
                self.kind(where, field, {part})
            if known.keys() == set(DERIVED) and set(known.values()) <= self.fields.keys():
                yield stamp, (known["date"], known["clock"])

    def computed(self, section: Mapping[str, Any], derived: AbstractSet[str]) -> Iterator[tuple[str, tuple[str, str]]]:
        """`total_minutes = ["start", "stop"]`: an auto column of minutes between two stamps."""
        for name, (start, stop) in self.report.entries(self.file, "computed", section, PAIR):
            self.kind(f"computed.{name}", name, {"auto"})
            for stamp in {start, stop} - derived:
                self.kind(f"computed.{name}", stamp, STAMPS)
            yield name, (start, stop)

    def promises(self, section: Mapping[str, str], derived: AbstractSet[str]) -> Mapping[str, str]:
        """`follow_up = "due_at"`: a text column whose promise gives a stamp that no column holds."""
        for name, stamp in section.items():
            self.kind(f"promises.{name}", name, {"text"})
            if stamp in self.fields or stamp in derived:
                self.report.add(self.file, f"promises.{name}", "two_origins", field=stamp)
        return section

    def filled_at_merge(self, section: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """`closed_at = ["…"]`: a stamp that merge sets once these fields stand."""
        for stamp, needs in self.report.entries(self.file, "filled_at_merge", section, TEXTS):
            where = f"filled_at_merge.{stamp}"
            self.kind(where, stamp, STAMPS)
            for name in needs:
                if name not in self.fields:
                    self.report.add(self.file, where, "unknown_field", field=name)
            yield stamp, tuple(needs)

    def day(self, name: str, derived: AbstractSet[str]) -> str:
        """The field that supplies the day of a time of day."""
        if name not in derived:
            self.kind("day", name, DAYS)
        return name

    def kind(self, where: str, name: str, kinds: AbstractSet[str]) -> None:
        """Report a field that is not there or not of these kinds."""
        field = self.fields.get(name)
        if field is None:
            self.report.add(self.file, where, "unknown_field", field=name)
        elif field.kind not in kinds:
            self.report.add(self.file, where, "wrong_kind", field=name, kind=field.kind, wanted=", ".join(sorted(kinds)))
