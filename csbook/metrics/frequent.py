"""Frequent problems: wording that repeats within a type, found by Chinese segmentation of distinct texts."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook import toml
from csbook.messages import WordedUsageError
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.measures import FIRST, share, within

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import rjieba

LISTS = ("stop_words", "terms", "names")  # of words
COUNTS = {"texts": 100_000, "least": 1_000_000, "rows": 10_000, "longest": 100}  # from 1 up to so many
# what a mask leaves behind, numbers and Latin codes: they differ from text to text
NOISE = r"[A-Za-z0-9*_#@.\-]*[0-9*][A-Za-z0-9*_#@.\-]*"
# those among them that count nothing, such as JD3198694709637 or 138****5678
CODE = r"[A-Za-z0-9*_#@.\-]*(?:[A-Za-z][0-9*_#@.\-]*[0-9]|[0-9][*_#@.\-]*[A-Za-z]|[0-9*]{5})[A-Za-z0-9*_#@.\-]*"
WORD = re.compile(r"\w+")
NUMBER, NAMED = "#", "@"  # stand for any number, whose unit is the word behind it, and for any code
EXAMPLES = ("example_1", "example_2", "example_3")
# a number is unique within its form only
EXAMPLE_FORMS = tuple(f"{name}_form" for name in EXAMPLES)
CANDIDATES = 20  # so many times the rows are compared with each other
NEARLY = 0.8  # a phrase said within a longer one so often is a mere part of it
Gram = tuple[str, ...]  # the words of a phrase


@dataclass(frozen=True, kw_only=True)
class Wording:
    """validations/frequent.toml: words that say nothing, words of the team, and bounds."""

    stop_words: frozenset[str] = frozenset()
    terms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # of products: known as one word, and no part of a problem
    texts: int = 5000  # at most so many distinct texts, the commonest, are segmented
    least: int = 3  # a phrase of fewer records is not listed
    rows: int = 30
    longest: int = 8  # words in a phrase


def load_wording(path: Path) -> Wording:
    """Read frequent.toml. Raises UsageError naming file and keys."""
    table = toml.read(path)
    wrong = sorted(key for key, value in table.items() if not _fits(key, value))
    if wrong:
        raise WordedUsageError("metrics.frequent_keys", file=path.name, keys=", ".join(wrong), known=", ".join((*LISTS, *COUNTS)))
    stop_words, terms, names = (tuple(table.pop(each, ())) for each in LISTS)
    return Wording(stop_words=frozenset(stop_words), terms=terms, names=names, **table)


def _fits(key: str, value: Any) -> bool:
    """Is the value of a key of frequent.toml a list of words, or a whole number within its bounds?"""
    if key in LISTS:
        return isinstance(value, list) and all(isinstance(each, str) and bool(each.strip()) for each in value)
    return key in COUNTS and type(value) is int and 1 <= value <= COUNTS[key]


def frequent(of: Breakdown, ledger: ir.Table, wording: Wording, *, compared: bool) -> pd.DataFrame:
    """The commonest phrases by type over records raised in the period, with the period before beside them."""
    # of the ledger itself: the facts hold no long texts, and to put a million of them beside the facts is dear
    table = ledger.filter(~ledger.outside & ledger.description.notnull() & of.is_theirs(ledger, FIRST))
    told = (table[name] for name in ("form", "raised_at", "record_no", "source_id", "description"))
    table = table.select(
        *told, who=_who(table), raised_day=table.raised_at.truncate("D"), category_group=of.offers.group(table, "category")
    )
    table = table.filter(within(table, "raised", of.period) | within(table, "raised", of.period.before()))
    texts = of.engine.run(
        table.group_by("description").aggregate(n=table.count()).order_by([ibis.desc("n"), "description"]).limit(20 * wording.texts)
    )
    phrases = _phrases_of(texts, wording)
    if not len(phrases):
        return _shaped(pd.DataFrame())
    stored = of.engine.store(pa.Table.from_pandas(phrases, preserve_index=False))
    found = _counted(of, table.inner_join(stored, "description"), wording)
    raised = of.theirs(FIRST)
    totals = raised.filter(within(raised, "raised", of.period)).group_by(category=ibis._.category_group).aggregate(total=ibis._.count())
    found = _once(_without_parts(found)).merge(of.engine.run(totals), on="category", how="left")
    found["share"] = share(found["n"], found["total"])
    if not compared:
        found["n_before"] = pd.NA
    return _shaped(found.sort_values(["n", "category", "phrase"], ascending=[False, True, True]).head(wording.rows))


def _who(table: ir.Table) -> ir.StringValue:
    """Customer, else name and phone together, as in the identity of a record: many share a masked name."""
    name, phone = (table[part].fill_null("") for part in ("contact_name", "contact_phone"))
    return ibis.coalesce(table.customer, (name + " " + phone).nullif(" "))


def _counted(of: Breakdown, table: ir.Table, wording: Wording) -> pd.DataFrame:
    """Per type and phrase: records, distinct customers, records of the period before, three newest numbers and their forms."""
    now, before = within(table, "raised", of.period), within(table, "raised", of.period.before())
    counts = table.group_by(category=table.category_group, phrase=table.phrase).aggregate(
        n=table.count(where=now), customers=table.who.nunique(where=now), n_before=table.count(where=before)
    )
    common = counts.filter(counts.n >= wording.least).order_by([ibis.desc("n"), "category", "phrase"])
    found = of.engine.run(common.limit(CANDIDATES * wording.rows))
    return found.merge(_examples(of, table.filter(now), found["phrase"]), on=["category", "phrase"], how="left")


def _examples(of: Breakdown, table: ir.Table, phrases: pd.Series[str]) -> pd.DataFrame:
    """Per type and phrase the three newest numbers and their forms."""
    number = ibis.coalesce(table.record_no, table.source_id)
    table = table.select("phrase", "raised_at", "form", "source_id", category=table.category_group, number=number)
    table = table.filter(table.phrase.isin(sorted(set(phrases))) & table.number.notnull())
    newest = ibis.window(group_by=["category", "phrase"], order_by=[table.raised_at.desc(), table.form, table.source_id])
    table = table.mutate(place=ibis.row_number().over(newest))
    table = table.filter(table.place < len(EXAMPLES))
    return of.engine.run(
        table.group_by(["category", "phrase"]).aggregate(
            **{name: table.number.max(where=table.place == place) for place, name in enumerate(EXAMPLES)},
            **{name: table.form.max(where=table.place == place) for place, name in enumerate(EXAMPLE_FORMS)},
        )
    )


def _without_parts(found: pd.DataFrame) -> pd.DataFrame:
    """A phrase goes where a longer one of the same type holds it and is at least half as common: it says the same, and more."""
    gone = []
    for _, group in found.groupby("category", dropna=False):
        rows = list(zip(group.index, group["phrase"], group["n"], strict=True))
        gone += [
            index for index, phrase, n in rows if any(phrase in other and phrase != other and more * 2 >= n for _, other, more in rows)
        ]
    return found.drop(index=gone)


def _once(found: pd.DataFrame) -> pd.DataFrame:
    """Of phrases that the same records hold (same count, customers and examples) the longest."""
    longest = found.sort_values("phrase", key=lambda phrase: phrase.str.len(), ascending=False, kind="stable")
    return longest.drop_duplicates(["category", "n", "customers", *EXAMPLES, *EXAMPLE_FORMS])


def _shaped(found: pd.DataFrame) -> pd.DataFrame:
    columns = ["category", "phrase", "n", "customers", "share", "n_before", *EXAMPLES, *EXAMPLE_FORMS]
    types = {
        **dict.fromkeys(("category", "phrase", *EXAMPLES, *EXAMPLE_FORMS), "str"),
        "n": "int64",
        "customers": "int64",
        "share": "float64",
        "n_before": "Int64",
    }
    return found.reindex(columns=columns).astype(types).reset_index(drop=True)


def _phrases_of(texts: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """description, phrase: texts that differ only in numbers are segmented once, the commonest first."""
    plain = _plain(texts["description"])
    common = texts["n"].groupby(plain).sum().sort_values(ascending=False, kind="stable").head(wording.texts)
    cut = _tokenizer(wording)
    grams = [(text, frozenset(_phrases(cut.cut(text, hmm=False), wording))) for text in common.index]
    kept = _whole(grams, common)
    found = [(text, phrase) for text, each in grams for phrase in sorted({"".join(gram) for gram in each & kept})]
    phrases = pd.DataFrame(found, columns=["plain", "phrase"])
    return pd.DataFrame({"description": texts["description"], "plain": plain}).merge(phrases, on="plain").drop(columns="plain")


def _plain(texts: pd.Series) -> pd.Series:
    """In one width, and without what differs from text to text."""
    folded = pc.utf8_normalize(pa.array(texts, pa.string(), from_pandas=True), "NFKC")
    coded = pc.replace_substring_regex(folded, CODE, NAMED)
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(coded, NOISE, f" {NUMBER} "))
    return pd.Series(plain.to_pandas().to_numpy(), texts.index, dtype="str")


def _whole(grams: Sequence[tuple[str, frozenset[Gram]]], common: pd.Series) -> frozenset[Gram]:
    """The phrases that are no mere part of a longer one, that is, nearly always said within it."""
    said: Counter[Gram] = Counter()
    for (_, each), n in zip(grams, common, strict=True):
        said.update(dict.fromkeys(each, int(n)))
    parts = {
        part
        for gram, n in said.items()
        for length in range(1, len(gram))
        for start in range(len(gram) - length + 1)
        if (part := gram[start : start + length]) in said and n >= NEARLY * said[part]
    }
    return frozenset(said.keys() - parts)


def _phrases(words: Sequence[str], wording: Wording) -> Iterator[Gram]:
    """Runs of up to `longest` neighbouring words that begin and end with one that says something; alone only the team's own terms do.

    A word of one character is half of something – the verb of a place or a time, the rest of a verb – unless the text ends with it, too,
    or begins with it, or one that says nothing stands before it.
    """
    said = [word for word in words if word != " "]
    texts = [
        word if WORD.fullmatch(word) and word not in wording.names and before != NUMBER else ""
        for before, word in zip(["", *said], said, strict=False)
    ]
    silent = [word in wording.stop_words for word in texts]
    for first, word in enumerate(texts):
        if not word or silent[first] or (len(word) == 1 and first and texts[first - 1] and not silent[first - 1]):
            continue
        if word in wording.terms:
            yield (word,)
        for last in range(first + 1, min(first + wording.longest, len(texts))):
            end = texts[last]
            if not end:
                break
            half = len(end) == 1 and last + 1 < len(texts) and texts[last + 1]
            if not silent[last] and not half:
                yield tuple(texts[first : last + 1])


@functools.cache
def _tokenizer(wording: Wording) -> rjieba.Jieba:
    """The dictionary of jieba, and the team's words; a word of no meaning is whole too, or "whether one can" would become "one cannot"."""
    import rjieba

    tokenizer = rjieba.Jieba()
    for word in (*wording.terms, *wording.names, *sorted(each for each in wording.stop_words if len(each) > 1)):
        tokenizer.add_word(word, None, None)
    return tokenizer
