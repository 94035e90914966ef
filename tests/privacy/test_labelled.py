"""Detection against texts labelled by hand (labelled.txt): precision and recall per kind, printed as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from csbook.privacy import Profile, load, redact
from csbook.privacy.findings import KINDS

PROFILE = load(Path(__file__).parents[2] / "validations" / "privacy.toml")
SURE = {"phone", "id", "card", "mail"}
LABEL = re.compile("⟦(?P<kind>[a-z]+):(?P<value>[^⟧]*)⟧")


class Span(NamedTuple):
    kind: str
    start: int
    stop: int


class Labelled(NamedTuple):
    text: str
    spans: tuple[Span, ...]


class Score(NamedTuple):
    """How many labels were found whole, missed, and how many findings have no label of their kind."""

    found: int
    missed: int
    wrong: int

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed)

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong)


def labelled(line: str) -> Labelled:
    text, spans, last = "", list[Span](), 0
    for match in LABEL.finditer(line):
        text += line[last : match.start()]
        spans.append(Span(match["kind"], len(text), len(text) + len(match["value"])))
        text, last = text + match["value"], match.end()
    return Labelled(text + line[last:], tuple(spans))


TEXTS = [labelled(line) for line in (Path(__file__).parent / "labelled.txt").read_text("utf-8").splitlines()[1:]]


def faults(kind: str, profile: Profile = PROFILE) -> Iterator[tuple[str, str]]:
    """("missed" or "wrong", text) for every label not covered and every finding beside the labels."""
    for text, spans in TEXTS:
        findings = [each for each in profile.detection.find(text, KINDS) if each.kind == kind]
        for span in spans:
            if span.kind == kind and not any(each.start <= span.start and span.stop <= each.stop + 2 for each in findings):
                yield "missed", text
        for each in findings:
            if not any(span.kind == kind and span.start < each.stop and each.start < span.stop for span in spans):
                yield "wrong", text


def score(kind: str) -> Score:
    ways = [way for way, _ in faults(kind)]
    labels = sum(span.kind == kind for _, spans in TEXTS for span in spans)
    return Score(labels - ways.count("missed"), ways.count("missed"), ways.count("wrong"))


def test_the_set_is_large_and_holds_hard_negatives() -> None:
    assert len(TEXTS) >= 600
    assert sum(not spans for _, spans in TEXTS) >= 200
    assert len({text for text, _ in TEXTS}) == len(TEXTS)
    assert {span.kind for _, spans in TEXTS for span in spans} == set(KINDS)


def test_precision_and_recall(capsys: pytest.CaptureFixture[str]) -> None:
    scores = {kind: score(kind) for kind in KINDS}
    with capsys.disabled():
        print(f"\n{'kind':14}{'labels':>8}{'missed':>8}{'wrong':>8}{'precision':>11}{'recall':>8}")  # noqa: T201
        for kind, each in scores.items():
            row = f"{each.found + each.missed:8}{each.missed:8}{each.wrong:8}{each.precision:11.3f}{each.recall:8.3f}"
            print(f"{kind:14}{row}")  # noqa: T201
    for kind, each in scores.items():
        least = 0.99 if kind in SURE else 0.95
        assert each.recall >= least, (kind, list(faults(kind)))
        assert each.precision >= least, (kind, list(faults(kind)))


def test_no_labelled_value_is_left_in_a_redacted_column() -> None:
    texts = pd.Series([text for text, _ in TEXTS], dtype="str")
    clean = redact(texts.to_frame("note"), ["note"], PROFILE)[0]["note"]
    missed = {text for kind in KINDS for way, text in faults(kind) if way == "missed"}
    for (text, spans), after in zip(TEXTS, clean, strict=True):
        for span in spans:
            assert text[span.start : span.stop].removesuffix(".0") not in after or text in missed


def test_the_filter_lets_every_labelled_finding_through() -> None:
    for text, _ in TEXTS:
        if PROFILE.detection.find(text, KINDS):
            assert any(re.search(pattern, text) for pattern in PROFILE.detection.candidates), text


@pytest.mark.parametrize("text", [text for text, _ in TEXTS])
def test_redacted_texts_are_fixed_points(text: str) -> None:
    frame = pd.Series([text], dtype="str").to_frame("note")
    clean, _ = redact(frame, ["note"], PROFILE)
    again, flags = redact(clean, ["note"], PROFILE)
    assert again.equals(clean)
    assert [name for name in flags if not str(name).endswith("?mark")] == []
