"""Desks and customers of sample_data/corpus/people.toml; a customer keeps code, masked name and phone over all cases."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sample_data.corpus import read
from sample_data.dice import Dice
from sample_data.timing import in_week

CUSTOMERS = 760


@dataclass(frozen=True, kw_only=True)
class Place:
    """A desk with the people at it; see people.toml."""

    desk: str
    agent: str
    team: str
    relief: str
    pace: float
    rows: Mapping[str, int]
    business: bool = False
    bad: dict[str, Any] | None = field(default=None, hash=False)

    def pace_on(self, day: dt.date) -> float:
        return self.pace * (float(self.bad["pace"]) if self.bad and in_week(day, self.bad) else 1.0)

    def signs(self, dice: Dice) -> str:
        """Who signs a row: mostly the desk's agent, with or without the star of the mask."""
        if dice.chance(0.08):
            return self.relief
        return self.agent.strip("*") if dice.chance(0.2) else self.agent


@functools.cache
def places() -> tuple[Place, ...]:
    return tuple(Place(**table) for table in read("people")["desk"])


@dataclass(frozen=True)
class Customer:
    """A customer as masks."""

    code: str
    name: str
    phone: str


@functools.cache
def customers(*, business: bool) -> tuple[Customer, ...]:
    """Consumers by code, organisations by name; those at the front come most often."""
    dice = Dice("customers", business)
    if business:
        return tuple(_customer(dice, name) for name in read("people")["customers"]["organisations"])
    numbers = dice.sample(range(101, 9999), CUSTOMERS)
    return tuple(_customer(dice, f"CUST{number}{'*' * dice.chance(0.1)}") for number in numbers)


def caller(dice: Dice, *, business: bool) -> Customer:
    known = customers(business=business)
    return known[int(len(known) * dice.random() ** 1.5)]


def owner(dice: Dice, department: str) -> str:
    return str(dice.pick(read("people")["owners"][department]))


def reviewer(dice: Dice) -> str:
    return str(dice.pick(read("people")["reviewers"]["names"]))


def _customer(dice: Dice, code: str) -> Customer:
    known = read("people")["customers"]
    last = dice.digits(4)
    phone = dice.weigh(
        {f"{dice.pick(known['heads'])}****{last}": 84, f"****{last}": 8, f"{dice.pick(known['landlines'])}****{last}": 6, "*": 2}
    )
    return Customer(code, dice.pick(known["names"]), phone)
