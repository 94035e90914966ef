"""Source ids of foreign rows: the source and a number, or a hash where the number is long or private."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from csbook.intake.foreign.map import ForeignMap
from csbook.source_ids import FOREIGN

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 60  # characters of a number; a longer one is known by its hash
BYTES = 12  # of a hash
BETWEEN = "\x1f"  # columns of a key


def source_ids(cells: Mapping[str, pd.Series], wanted: ForeignMap) -> pd.Series:
    """`source:number`; a key of several columns as a hash, so that nothing private stands in it. Missing where the cells are blank."""
    import pandas as pd

    from csbook.intake.normalising.texts import folded, readable

    parts = [folded(readable(cells[heading])) for heading in wanted.identity]
    joined = parts[0].fillna("")
    for part in parts[1:]:
        joined = joined + BETWEEN + part.fillna("")
    there = pd.concat(parts, axis="columns").notna().any(axis="columns")
    plain = joined.str.len().le(LONGEST) if wanted.numbered else pd.Series(False, index=joined.index)
    ids: pd.Series = (wanted.source + FOREIGN + joined.where(plain, joined.map(digest))).where(there).astype("str")
    return ids


def digest(text: str) -> str:
    """What stands for a key that must not or cannot be written out."""
    return hashlib.blake2b(text.encode(), digest_size=BYTES).hexdigest()


def hashed(ids: pd.Series, redacted: pd.Series) -> pd.Series:
    """Source ids in which the redaction found personal data, with a hash instead of what stands behind the source."""
    import pandas as pd

    changed = ids.notna() & (ids != redacted) & ids.str.contains(FOREIGN, regex=False).fillna(False).astype(bool)
    if not changed.any():
        return ids
    hashes = {each: f"{each.partition(FOREIGN)[0]}{FOREIGN}{digest(each.partition(FOREIGN)[2])}" for each in ids[changed].unique()}
    return pd.Series(ids.map(hashes).where(changed, ids), dtype="str")
