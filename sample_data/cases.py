"""Cases: what a customer came with, before any form asks about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sample_data import timing
from sample_data.corpus import Slots, Topic, read, slots, topics
from sample_data.dice import Dice
from sample_data.people import Customer, Place, caller

Row = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One concern of one customer at one desk. `pace` multiplies durations, `loud` customers threaten to go public."""

    topic: Topic
    raised: dt.datetime
    place: Place
    customer: Customer
    agent: str
    slots: Slots
    pace: float
    loud: bool

    @property
    def kind(self) -> str:
        return self.topic.kind

    @property
    def night(self) -> bool:
        return timing.at_night(self.raised)

    def fill(self, text: str, **more: str) -> str:
        return text.format(**{**self.slots, **more})

    def say(self, dice: Dice, part: str) -> str:
        """One of the topic's texts, details, wishes or solutions."""
        return self.fill(dice.pick(getattr(self.topic, part)))

    def phrase(self, dice: Dice, name: str, part: str = "words", **more: str) -> str:
        """One of the phrases that fit any topic."""
        return self.fill(dice.pick(read("phrases")[name][part]), **more)

    def describe(self, dice: Dice, form: str) -> str:
        """The description: an opening that fits the form, what happened, and perhaps what presses."""
        rates = read("phrases")["rates"]
        opener = self.phrase(dice, "openers", form) if dice.chance(rates["opener"]) else ""
        tail = self.phrase(dice, "tails", self.kind) if dice.chance(rates["tail"]) else ""
        if self.loud:
            tail = self.phrase(dice, "tails", "escalation")
        return opener + self.say(dice, "texts") + tail

    def minutes_to_solve(self, dice: Dice) -> float:
        return dice.minutes(timing.TIMING["solve"][self.kind] * self.pace * self.topic.slow, 0.7)

    @property
    def expected(self) -> float:
        return float(timing.TIMING["expected"][self.kind])


def cases(dice: Dice, place: Place, count: int, kinds: tuple[str, ...]) -> list[Case]:
    """So many cases of a desk, in order of time."""
    return [_case(dice, place, raised, kinds) for raised in timing.arrivals(dice, count, place.bad)]


def _case(dice: Dice, place: Place, raised: dt.datetime, kinds: tuple[str, ...]) -> Case:
    day = raised.date()
    fitting = {
        topic: topic.weight_on(day) * (4 if topic.business else 1)
        for topic in topics()
        if topic.kind in kinds and (place.business or not topic.business)
    }
    topic = dice.weigh(fitting)
    return Case(
        topic=topic,
        raised=raised,
        place=place,
        customer=caller(dice, business=place.business),
        agent=place.signs(dice),
        slots=slots(dice, day, topic.needs),
        pace=place.pace_on(day),
        loud=topic.kind == "complaint" and dice.chance(0.04),
    )


def rating(dice: Dice, levels: tuple[str, ...], took: float, expected: float) -> str:
    """A level of satisfaction, best first: the sooner it was done, the better, with a good deal of chance."""
    slowness = min(3.0, took / expected)
    mood = dice.gauss(0.12 + 0.45 * slowness, 0.35)
    return levels[min(len(levels) - 1, max(0, int(mood * len(levels) / 1.6)))]
