"""A bar for whoever watches, silence in a pipe."""

from __future__ import annotations

import sys

import pytest

from csbook.cli.progress import Progress


@pytest.mark.parametrize(("watched", "shown"), [(True, True), (True, False), (False, True)])
def test_the_bar_counts_only_where_somebody_watches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], watched: bool, shown: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched)
    monkeypatch.setenv("TERM", "xterm")
    with Progress(3, shown=shown) as passed:
        assert list(passed("abc")) == ["a", "b", "c"]
    said = capsys.readouterr()
    assert said.out == ""
    assert bool(said.err) is (watched and shown)
