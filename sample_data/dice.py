"""Dice: one seeded source of chance per purpose, so that a change in one place leaves the rest as it was."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

SEED = 20260801


class Dice(random.Random):
    """`Dice("A01", "hotline")` always rolls the same."""

    def __init__(self, *purpose: object) -> None:
        super().__init__("/".join(map(str, (SEED, *purpose))))

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.random() * len(options))]

    def weigh(self, weights: Mapping[T, float]) -> T:
        return self.choices(list(weights), list(weights.values()))[0]

    def minutes(self, typical: float, spread: float = 0.6) -> float:
        """A duration whose median is `typical`, with the long tail that waiting times have."""
        return typical * math.exp(self.gauss(0, spread))

    def digits(self, count: int) -> str:
        return "".join(str(self.pick(range(10))) for _ in range(count))
