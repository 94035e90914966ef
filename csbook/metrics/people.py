"""People: names as they are compared, and what a record's transfers say about who had it last."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from csbook.metrics.engine import Engine, listed

# one transfer a line: to whom / when / why (FORMS.md, response)
TRANSFER = re.compile(r"^\s*([^/／\n]+?)\s*[/／][^/／\n]+[/／]", re.MULTILINE)
UNSEEN = re.compile(r"[*\s]+")


def folded(name: str, simplified: Mapping[int, int]) -> str:
    """A name after NFKC, without `*` and blanks, in simplified characters (METRICS.md, edge rule 13)."""
    return UNSEEN.sub("", unicodedata.normalize("NFKC", name)).translate(simplified)


def with_people(engine: Engine, records: ir.Table, simplified: Mapping[int, int]) -> ir.Table:
    """Adds the count of `transfers`, `first_agent` and `last_agent`: the response is the first one's, the resolution the last one's
    (edge rule 7). Spellings of one name are shown as the commonest of them. Only distinct texts and names come to this process."""
    records = _transferred(engine, records)
    names: Counter[str] = Counter()
    for column in ("agent", "last_agent"):
        named = records.filter(records[column].notnull()).select(name=column)
        found = engine.run(named.group_by("name").aggregate(n=named.count()))
        names.update(dict(zip(found["name"], found["n"].tolist(), strict=True)))
    shown = _shown(names, simplified)
    first, last = (
        listed(**{f"{each}_spelling": (pa.string(), shown), f"{each}_agent": (pa.string(), shown.values())}) for each in ("first", "last")
    )
    both = records.left_join(first, records.agent == first.first_spelling).left_join(last, records.last_agent == last.last_spelling)
    known = (name for name in records.columns if name != "last_agent")
    return both.select(*known, first_agent=first.first_agent, last_agent=last.last_agent)


def alike(engine: Engine, records: ir.Table, name: str, simplified: Mapping[int, int]) -> list[str]:
    """The agents of the records whose name is the same as `name`."""
    wanted = folded(name, simplified)
    shown = {*engine.texts(records.first_agent), *engine.texts(records.last_agent)}
    return sorted(each for each in shown if folded(each, simplified) == wanted)


def one_spelling(names: pa.ChunkedArray, simplified: Mapping[int, int]) -> pa.ChunkedArray:
    """The names, each in the commonest spelling of its person."""
    counts = {each["values"]: each["counts"] for each in pc.value_counts(names.drop_null()).to_pylist()}
    shown = _shown(counts, simplified)
    names = names.cast(pa.string())  # where there are none, Arrow calls them null
    return pc.take(pa.array(shown.values(), pa.string()), pc.index_in(names, pa.array(shown, pa.string())))


def _transferred(engine: Engine, records: ir.Table) -> ir.Table:
    """With `last_agent` and the count of `transfers`; the ledger may hold no text but a number."""
    if "transfers" not in records.columns:
        return records.mutate(transfers=ibis.null("int64"), last_agent=records.agent)
    if records.transfers.type().is_integer():
        return records.mutate(last_agent=records.agent)
    records = records.rename(told="transfers")
    to = {text: TRANSFER.findall(text) for text in engine.texts(records.told)}
    last = (names[-1] if names else None for names in to.values())
    read = listed(text=(pa.string(), to), transfers=(pa.int64(), map(len, to.values())), to=(pa.string(), last))
    joined = records.left_join(read, records.told == read.text)
    return joined.mutate(last_agent=ibis.coalesce(joined.to, joined.agent)).drop("told", "text", "to")


def _shown(counts: Mapping[str, int], simplified: Mapping[int, int]) -> dict[str, str | None]:
    """Spelling → the commonest spelling of the same name; of equally common ones the shortest, then the first."""
    best: dict[str, str] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], len(name), name)):
        best.setdefault(folded(name, simplified), name)
    return {name: best[folded(name, simplified)] or None for name in counts}
