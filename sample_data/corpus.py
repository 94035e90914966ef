"""The text corpora of sample_data/corpus/*.toml: topics, phrases, and how their {slots} are filled."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sample_data.dice import Dice

FOLDER = Path(__file__).parent / "corpus"

Slots = Mapping[str, str]


@functools.cache
def read(name: str) -> dict[str, Any]:
    """One corpus file, e.g. `phrases`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What a customer comes with; the keys are explained at the top of topics.toml."""

    name: str
    kind: str
    weight: float
    feedback: str
    nature: str
    demands: tuple[str, ...]
    texts: tuple[str, ...]
    details: tuple[str, ...]
    wishes: tuple[str, ...]
    solutions: tuple[str, ...]
    solution_kind: str = ""
    needs: str = ""
    slow: float = 1.0
    business: bool = False
    evidence: bool = False
    boost: tuple[tuple[str, str, float], ...] = ()

    def weight_on(self, day: dt.date) -> float:
        """How often it comes on that day, in relation to other topics."""
        boosts = [factor for start, end, factor in self.boost if start <= day.isoformat() <= end]
        return self.weight * (boosts[0] if boosts else 1.0)


@functools.cache
def topics() -> tuple[Topic, ...]:
    return tuple(Topic(**{key: _frozen(value) for key, value in table.items()}) for table in read("topics")["topic"])


def _frozen(value: Any) -> Any:
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value


def slots(dice: Dice, day: dt.date, needs: str) -> Slots:
    """Everything a text of one case may name; all texts of the case agree on it."""
    source = read("slots")
    fitting = [each for each in source["product"] if not needs or needs in each["tags"]]
    product = dice.pick(fitting)
    courier = dice.pick(list(source["couriers"]))
    return {
        **{name: dice.pick(values) for name, values in source["slots"].items()},
        **{name: _since(entries, day) for name, entries in source["since"].items()},
        "product": product["name"],
        **{name: dice.pick(product[f"{name}s"]) for name in ("model", "part", "function", "symptom")},
        "courier": courier,
        "parcel": source["couriers"][courier] + dice.pick("123456789") + dice.digits(12),
        "order": f"DD{day:%y%m%d}{dice.digits(4)}",
        "batch": f"{day:%y}{dice.pick(range(1, 8)):02}{dice.pick('ABCD')}",
        "contract": f"HT{day.year}-{dice.digits(4)}",
        "yesterday": _some_days_before(dice, day, source["before"]),
        "amount": str(dice.pick((19, 25, 29, 39, 49, 68, 99, 128, 159, 199, 268, 399))),
        **{name: str(dice.pick(range(low, high))) for name, (low, high) in source["numbers"].items()},
    }


def _since(entries: Mapping[str, str], day: dt.date) -> str:
    return entries[max(start for start in entries if start <= day.isoformat())]


def _some_days_before(dice: Dice, day: dt.date, words: Mapping[str, str]) -> str:
    back = dice.pick((1, 1, 2, 3, 4, 5, 6))
    before = day - dt.timedelta(days=back)
    return words.get(str(back), words["date"]).format(month=before.month, day=before.day)
