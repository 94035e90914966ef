"""One row as rules see it in each face: a frame, cells of a sheet, and names for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from csbook.lists import Bilingual, ChoiceList, Entry
from csbook.rules.rule import NOW

CHANNELS = ChoiceList(
    name="channel",
    entries=(
        Entry(key="phone", label=Bilingual("电话", "Phone")),
        Entry(key="chat", label=Bilingual("在线聊天", "Chat")),
        Entry(key="app", label=Bilingual("APP内嵌", "In-app")),
    ),
)
DEPARTMENTS = ChoiceList(
    name="department",
    entries=(Entry(key="product", label=Bilingual("产品部", "Product")), Entry(key="quality", label=Bilingual("质检部门", "Quality"))),
)
LISTS = {"channel": CHANNELS, "department": DEPARTMENTS}
STAMP = "datetime64[us]"
DTYPES = {"raised_at": STAMP, "resolved_at": STAMP, NOW: STAMP, "minutes": "Int64"}
DEFAULTS = {"agent": "desk"}


def frame(rows: Iterable[Mapping[str, Any]], *fields: str) -> pd.DataFrame:
    """Typed columns as ingest hands them to the rules."""
    listed = list(rows)
    names = dict.fromkeys([*fields, *(name for row in listed for name in row)])
    return pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in listed], dtype="bool" if "?" in name and name != NOW else DTYPES.get(name, "str"))
            for name in names
        }
    )


@dataclass
class Sheet:
    """Cells of one row: every field gets a letter as it is asked for; stamps are typed as serials."""

    row: int = 1
    letters: dict[str, str] = field(default_factory=dict)

    def cell(self, field: str) -> str:
        return f"{self.letters.setdefault(field, 'CDEFGHIJKL'[len(self.letters)])}{self.row}"

    def stamp(self, field: str) -> str:
        return self.cell(field)

    def label(self, field: str, key: str) -> str:
        return LISTS[field].label(key, "zh")

    def labels(self, field: str) -> str:
        return f"list_{field}"

    def options(self, field: str) -> str:
        return f"options_{field}"

    def chosen(self, field: str) -> str:
        return self.cell(field)

    def dates(self) -> tuple[int, int]:
        return 36526, 73050

    def parts(self, field: str) -> tuple[str, ...]:
        return (self.cell(field),)

    def surely_before(self, later: str, earlier: str) -> str:
        return f"IF(AND(ISNUMBER({self.cell(later)}),ISNUMBER({self.cell(earlier)})),{self.cell(later)}<{self.cell(earlier)},FALSE)"

    def default(self, field: str) -> str | None:
        return self.cell(DEFAULTS[field]) if field in DEFAULTS else None

    def now(self) -> str:
        return self.cell(NOW)


@dataclass(frozen=True)
class Names:
    """Labels in one language."""

    lang: str

    def field(self, field: str) -> str:
        return f"<{field}>"

    def entry(self, field: str, key: str) -> str:
        return LISTS[field].label(key, self.lang)
