"""Detection: what personal data stands in free text. Patterns find candidates in folded text, check digits and words judge them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from csbook.privacy import cued, numbers, places
from csbook.privacy.detector import Detector, Finding, wide
from csbook.privacy.fold import fold, said
from csbook.privacy.words import Words

_LONG = 300  # characters of a trace that is better run alone


class Detection:
    """The detectors that a list of words makes."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._said = said(words.digits)

    @cached_property
    def detectors(self) -> tuple[Detector, ...]:
        """All of them, the surest first."""
        return (*numbers.detectors(self.words), *cued.detectors(self.words), *places.detectors(self.words))

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """Patterns of which every text with a finding matches one, and few others; without look-around, so that pyarrow runs them.

        Several, since one long alternation outgrows the automaton of pyarrow's RE2 and takes three times as long.
        """
        traces = sorted({wide(), *(each.trace for each in self.detectors if each.trace)}, key=len)
        short = [trace for trace in traces if len(trace) < _LONG]
        return ("|".join(short), *(trace for trace in traces if len(trace) >= _LONG))

    def prepare(self) -> None:
        """Make the patterns, which takes a tenth of a second, where there is time for it; else the first text waits for them."""
        _ = self.candidates

    def find(self, text: str, kinds: Collection[str]) -> tuple[Finding, ...]:
        """What is found in a text, in order of place; of two that overlap the surer kind counts."""
        folded = fold(text)
        spoken = folded.translate(self._said)
        digits = sum(map(spoken.count, "0123456789"))
        found = list[Finding]()
        for detector in self.detectors:
            if detector.kind in kinds and digits >= detector.least:
                found += list(_sure(detector, folded, found))
                if detector.said and spoken != folded:
                    found += list(_sure(detector, spoken, found))
        return tuple(sorted(found, key=lambda finding: finding.start))


def _sure(detector: Detector, text: str, found: list[Finding]) -> Iterator[Finding]:
    """What a detector is certain of where nothing was found before."""
    for match in detector.pattern.finditer(text):
        start, stop = detector.start(match), match.end("data")
        if all(stop <= other.start or start >= other.stop for other in found) and detector.certain(match):
            yield Finding(detector.kind, start, stop, detector.mask(match))
