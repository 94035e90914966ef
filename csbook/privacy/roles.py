"""Roles: who sees what of analysis and exports. Columns go, names become codes, last digits are blanked, small counts are not told."""

from __future__ import annotations

import base64
import functools
import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csbook.lists import Bilingual
from csbook.privacy import groups
from csbook.privacy.bands import Bands

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

LETTERS = 7  # of a code: base32 of a keyed hash, 35 bits
# digits behind what hides the others: ****5678, 138****5678, 138xxxx5678, in either width
HIDING = "[*\uff0a\u00d7\u2022\u25cfxX#]"
LAST_DIGITS = f"({HIDING}{{2,}}[ .-]?)[0-9\uff10-\uff19]+[Xx]?"


@dataclass(frozen=True, kw_only=True)
class Role:
    """What a group of readers sees. `hide` and `code` name tags of columns (see View).

    code: tag -> how the codes of such names begin. digits: may the last digits behind a mask be seen? least: counts up to this one
    look all the same, 0 where counts are told as they are; `bands`: how coarsely figures are told then.
    """

    hide: frozenset[str] = frozenset()
    code: Mapping[str, Bilingual] = field(default_factory=dict)
    digits: bool = True
    least: int = 0
    bands: Bands | None = None


ALL = Role()


@dataclass(frozen=True, kw_only=True)
class View:
    """A role's view of tables. `tags`: column -> what it is (its field's kind and mask, `team_only`); its own name is always one.

    `key` makes the codes: the same name has the same code wherever the key is the same, and nobody without it can tell which.
    `lang` is that of what is written: codes begin in it.
    """

    role: Role = ALL
    tags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    key: bytes = b""
    lang: str = "zh"

    def hides(self, column: str) -> bool:
        """Does this role not see the column?"""
        return bool(self._tags(column) & self.role.hide)

    def table(self, table: pa.Table) -> pa.Table:
        """An Arrow table as this role sees it."""
        import pyarrow as pa

        kept = table.select([name for name in table.column_names if not self.hides(name)])
        for place, name in enumerate(kept.column_names):
            if pa.types.is_string(kept.schema.field(name).type):
                kept = kept.set_column(place, name, self.texts(name, kept[name]))
        return kept

    def frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame as this role sees it; texts are columns of dtype `str`."""
        import pandas as pd
        import pyarrow as pa

        kept = frame[[name for name in frame.columns if not self.hides(str(name))]].copy()
        for name, dtype in kept.dtypes.items():
            if isinstance(dtype, pd.StringDtype):
                shown = self.texts(str(name), pa.chunked_array([pa.array(kept[name], pa.string(), from_pandas=True)], pa.string()))
                kept[name] = pd.Series(shown.to_pandas().to_numpy(), index=kept.index, dtype="str")
        return kept

    def figures(self, tables: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
        """The tables of csbook.metrics as this role sees them, each when it is asked for."""
        return _Figures(self, tables)

    def texts(self, column: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
        """The texts of a column: names as codes, no digits behind a mask."""
        import pyarrow.compute as pc

        start = next((self.role.code[tag] for tag in sorted(self._tags(column)) if tag in self.role.code), None)
        if start is not None:
            return self._coded(values, start.in_(self.lang))
        return values if self.role.digits else pc.replace_substring_regex(values, LAST_DIGITS, r"\1")

    def _coded(self, values: pa.ChunkedArray, start: str) -> pa.ChunkedArray:
        import pyarrow as pa

        coded = values.combine_chunks().dictionary_encode()
        codes = [None if name is None else start + self._code(name) for name in coded.dictionary.to_pylist()]
        return pa.chunked_array([pa.array(codes, pa.string()).take(coded.indices)])

    def _code(self, name: str) -> str:
        """Spellings of one name (full width, stars, blanks) have one code."""
        plain = "".join(unicodedata.normalize("NFKC", name).replace("*", "").split()).casefold()
        digest = hashlib.blake2b(plain.encode(), key=self.key[:64], digest_size=5).digest()
        return base64.b32encode(digest).decode()[:LETTERS]

    def _tags(self, column: str) -> frozenset[str]:
        return self.tags.get(column, frozenset()) | {column}


class _Figures(Mapping[str, "pd.DataFrame"]):
    """Tables seen one by one; what is about a hidden column has no rows."""

    def __init__(self, view: View, tables: Mapping[str, pd.DataFrame]) -> None:
        self._view, self._tables = view, tables
        self._seen = functools.cache(self._make)

    def _make(self, name: str) -> pd.DataFrame:
        frame = self._tables[name]
        if name in UNTOUCHED:
            return frame
        if any(key in frame and self._view.hides(key) for key in SUBJECTS):
            return frame.head(0)
        bands = self._view.role.bands
        return self._view.frame(groups.few_only(name, frame, bands) if bands else frame)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self._seen(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


# what a table is about, and tables that hold words of the program and the policy alone
SUBJECTS = ("phrase",)
UNTOUCHED = frozenset({"labels", "definitions", "policy", "hours"})


def tags_of(fields: Iterable[tuple[str, Iterable[str]]]) -> dict[str, frozenset[str]]:
    """Tags by column; a column of several forms is all that it is in any."""
    found: dict[str, frozenset[str]] = {}
    for name, tags in fields:
        found[name] = found.get(name, frozenset()) | frozenset(tags)
    return found
