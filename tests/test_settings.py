"""Settings: whatever stands in a settings file in place of what is meant is taken or refused in a sentence, never met by a fault."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from csbook import policy, privacy
from csbook.followup import load_plan
from csbook.forms import Contradictions
from csbook.forms import load as load_forms
from csbook.issues import UsageError
from csbook.metrics import load_wording

SHIPPED = Path(__file__).parents[1] / "validations"
OTHERS: tuple[Any, ...] = (
    0, -1, 10**30, 1.5, float("nan"), True, "", " ", "x", "9999999999999d", dt.date(2024, 1, 1), [], [1], [""], ["x"], [[]], {}, {"x": 1},
)  # fmt: skip
Place = tuple[str | int, ...]
READERS: dict[str, Callable[[Path], object]] = {
    "policy.toml": policy.load, "privacy.toml": privacy.load, "frequent.toml": load_wording, "followup.toml": load_plan,
}  # fmt: skip


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every place that holds something; of a list the first alone."""
    within = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, each in within:
        yield (*place, key)
        yield from places(each, (*place, key))


def put(settings: Any, place: Place, value: Any) -> Any:
    changed = copy.deepcopy(settings)
    within = changed
    for key in place[:-1]:
        within = within[key]
    within[place[-1]] = value
    return changed


def sentence(read: Callable[[Path], object], path: Path, what: object) -> list[str]:
    """What is said of the file, if it is refused; a fault is told with what it was met by."""
    try:
        read(path)
    except UsageError as error:
        return [str(error)]
    except Exception as error:
        error.add_note(str(what))
        raise
    return []


@pytest.mark.parametrize("name", READERS)
def test_a_value_of_another_kind_is_taken_or_refused_in_a_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, settings = tmp_path / name, tomllib.loads((SHIPPED / name).read_text("utf-8"))
    path.touch()
    refused = []
    for place in places(settings):
        for value in OTHERS:
            changed = put(settings, place, value)
            with monkeypatch.context() as patched:
                patched.setattr("tomllib.loads", lambda _text, changed=changed: copy.deepcopy(changed))
                refused += sentence(READERS[name], path, (place, value))
    assert len(refused) > 100
    assert all(name in each for each in refused)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("texts", "0"), ("texts", "true"), ("texts", "1_000_000_000_000_000_000_000"), ("least", "0"), ("rows", "-1"), ("longest", "0"),
        ("terms", "[1, 2]"), ("names", '[["a"]]'), ("names", '[""]'), ("stop_words", '[{ x = "a" }]'), ("stop_words", "[2024-01-01]"),
    ],
)  # fmt: skip
def test_frequent_problems_take_words_and_positive_counts_alone(tmp_path: Path, key: str, value: str) -> None:
    path = tmp_path / "frequent.toml"
    path.write_text(f"{key} = {value}\n", "utf-8")
    with pytest.raises(UsageError, match=rf"frequent\.toml.*{key}"):
        load_wording(path)


def test_a_spelling_that_is_empty_is_refused(tmp_path: Path) -> None:
    for path in SHIPPED.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "spellings.toml"
    path.write_text(path.read_text("utf-8").replace('minutes = ["分钟", ', 'minutes = ["", '), "utf-8")
    with pytest.raises(Contradictions, match=r"spellings\.toml \[words\.minutes\]"):
        load_forms([SHIPPED.parent / "templates"], [tmp_path])
