"""What an engine keeps, and what is looked up for a list: the same texts that went in, however they lie."""

from __future__ import annotations

import gc
import itertools
import subprocess
import sys
from collections.abc import Callable

import ibis
import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from csbook.metrics.engine import Engine, listed, lying
from csbook.metrics.tables import Tables
from csbook.metrics.texts import Texts
from tests.metrics.scenes import answered

WORDS = ["", " ", "a", "A", "ａ", "é", "e\u0301", "a'b", 'a"b', "a\\b", "a\nb", "投诉", "😀", None]
NAMES = ("record_no", "owner", "description")


def test_texts_kept_by_their_place_in_a_list_come_back_as_they_were() -> None:
    table = lying(pa.table({"word": pa.array(WORDS, pa.string()), "free": pa.array([*map(str, WORDS)]), "n": range(len(WORDS))}))
    engine = Engine.of(table)
    sums = table.group_by("word", "free").aggregate(n=table.n.sum())  # a sum is a wider number in DuckDB
    kept = engine.store(sums, ["word"], lambda: engine.words(table, ["word"]))
    found = engine.run(kept.order_by("n"))
    assert [None if pd.isna(word) else word for word in found["word"]] == WORDS
    assert found["free"].tolist() == [*map(str, WORDS)]
    assert found["n"].dtype == "int64"
    assert engine.run(kept.filter(kept.word == "a'b"))["n"].tolist() == [WORDS.index("a'b")]
    assert engine.run(kept.filter(kept.word.isin(["A", "not there"])))["n"].tolist() == [WORDS.index("A")]


@given(
    st.lists(st.integers(0, 4), max_size=4).flatmap(
        lambda sizes: st.tuples(st.just(sizes), st.lists(st.integers(0, sum(sizes) - 1), max_size=8) if sum(sizes) else st.just([]))
    )
)
def test_a_list_finds_the_texts_of_its_records_in_whatever_parts_they_lie(drawn: tuple[list[int], list[int]]) -> None:
    sizes, places = drawn
    ends = [sum(sizes[:count]) for count in range(len(sizes) + 1)]
    parts = [pa.array([f"n{each}" for each in range(*part)], pa.string()) for part in itertools.pairwise(ends)]
    owners = pa.array([WORDS[each % len(WORDS)] for each in range(ends[-1])], pa.string()).dictionary_encode()
    table = pa.table(
        {"record_no": pa.chunked_array(parts, pa.string()), "owner": owners}
    )  # no description, and parts that differ by column
    keys = lying(table)
    texts = Texts.of(Engine.of(keys), keys, table)
    facts = listed(id=(pa.int64(), places), place=(pa.int64(), range(len(places))))
    shown = texts.first(facts, NAMES, {"place": False}, None)
    assert shown["record_no"].tolist() == [f"n{each}" for each in reversed(places)]
    assert [None if pd.isna(owner) else owner for owner in shown["owner"]] == [WORDS[each % len(WORDS)] for each in reversed(places)]
    assert shown["description"].isna().all()
    elsewhere = Texts(texts.engine, texts.table, None).first(facts, NAMES, {"place": False}, 3)
    pd.testing.assert_frame_equal(elsewhere[shown.columns], shown.iloc[:3], check_dtype=False)


def test_the_ledger_is_let_go_with_the_last_of_its_figures(figures: Callable[..., Tables]) -> None:
    connection = ibis.get_backend()
    before = {*connection.con.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    tables = figures([answered(5), answered(7)])
    names = [*tables]
    for name in names:
        assert len(tables[name].columns)
    gc.collect()
    assert [*tables] == names
    assert {*connection.con.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()} - before == set()


def test_an_engine_draws_no_bar_into_what_is_printed() -> None:
    program = """
import pyarrow as pa
from csbook.metrics.engine import Engine, lying
engine = Engine.of(lying(pa.table({"n": [1]})))
print(engine.connection.con.sql("SELECT current_setting('enable_progress_bar')").fetchall())
"""
    # without a file, as in a shell, DuckDB draws it
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert said == "[(False,)]\n"
