"""Redaction: personal data leaves the rows before anything else looks at them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from csbook.privacy.findings import HANDED_IN, MASKED, REFUSED, flag
from csbook.privacy.profile import Policy, Profile

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def redact(
    frame: pd.DataFrame, columns: Sequence[str], profile: Profile, suspected: pa.Array | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frame with personal data in `columns` (str) masked or replaced by the mark, and what was found.

    The second frame has the same index and one boolean column `field?finding` per field and finding that
    occurs: each kind of csbook.privacy.findings.KINDS, REFUSED, MASKED and HANDED_IN. `suspected`: what `suspects` found in these
    columns and others, where several frames were looked over in one go.
    """
    import pandas as pd
    import pyarrow as pa  # here, as below: whoever only knows the forms needs no columns
    import pyarrow.compute as pc

    redacted, flags = frame.copy(), dict[str, Any]()
    if suspected is None:
        suspected = suspects((frame[column] for column in columns), profile)
    for column in columns if len(suspected) else ():
        values = frame[column]
        texts = pa.array(values, pa.large_string(), from_pandas=True)
        distinct = texts.filter(pc.is_in(texts, value_set=suspected)).unique()
        marked = distinct.filter(pc.match_substring(distinct, profile.mark))
        if len(marked):
            flags[flag(column, HANDED_IN)] = values.isin(marked.to_pylist())
        policy = profile.policy(column)
        judged = {text: redact_text(text, policy, profile) for text in distinct.to_pylist()}
        hits = {text: (clean, kinds) for text, (clean, kinds) in judged.items() if kinds}
        if not hits:
            continue
        hit = values[values.isin(list(hits))]
        redacted.loc[hit.index, column] = hit.map({text: clean for text, (clean, _) in hits.items()})
        for finding in sorted(set[str]().union(*(_findings(kinds, policy) for _, kinds in hits.values()))):
            holding = [text for text, (_, kinds) in hits.items() if finding in _findings(kinds, policy)]
            flags[flag(column, finding)] = frame.index.isin(hit.index[hit.isin(holding)])
    return redacted, pd.DataFrame(flags, index=frame.index, dtype=bool)


def redact_text(text: str, policy: Policy, profile: Profile) -> tuple[str, frozenset[str]]:
    """The text without personal data, and the kinds found. Redacting the result again changes nothing and finds nothing."""
    kinds: set[str] = set()
    # what stood beside a number that is now masked may look like one only then: until nothing is found
    while found := profile.detection.find(text, policy.masked | policy.refused):
        for finding in reversed(found):
            kinds.add(finding.kind)
            instead = finding.mask if finding.kind in policy.masked and finding.mask else profile.redaction(finding.kind)
            text = text[: finding.start] + instead + text[finding.stop :]
    return text, frozenset(kinds)


def suspects(columns: Iterable[pd.Series], profile: Profile) -> pa.Array:
    """The texts of all columns that are worth a closer look, the mark included.

    In one go, as making an automaton of a pattern costs more than a column.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.large_string()  # as pandas has them
    distinct = pa.chunked_array([pa.array(each, text, from_pandas=True) for each in columns], text).unique()
    with ThreadPoolExecutor() as threads:  # Arrow lets go of Python while it searches
        found = threads.map(
            lambda pattern: pc.match_substring_regex(distinct, pattern), (*profile.detection.candidates, re.escape(profile.mark))
        )
        return distinct.filter(functools.reduce(pc.or_, found))


def _findings(kinds: frozenset[str], policy: Policy) -> frozenset[str]:
    """The kinds found and what the policy makes of them."""
    ways = {REFUSED} if kinds & policy.refused else set()
    return kinds | ways | ({MASKED} if kinds & policy.masked else set())
