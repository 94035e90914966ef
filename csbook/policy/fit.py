"""Fit: does a policy speak of forms, fields and entries that exist, and measure by what can be measured?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from csbook.policy.clocks import Clock, Counts
from csbook.policy.draft import PolicyError
from csbook.policy.policy import Policy

Misfit = tuple[str, str, Mapping[str, Any]]


class Known(NamedTuple):
    """What a policy must know of a field: `stamp` (a moment or a day), `whole` (a number), `choice`, or `text`; the keys of its list."""

    kind: str
    keys: tuple[str, ...] = ()


Fields = Mapping[str, Known]


def check(policy: Policy, forms: Mapping[str, Fields]) -> None:
    """Do the clocks fit the forms? `forms` is form → field or stamp → what is known of it. Raises PolicyError."""
    found = list(misfits(policy, forms))
    if found:
        raise PolicyError("policy.toml", found)


def misfits(policy: Policy, forms: Mapping[str, Fields]) -> Iterator[Misfit]:
    """(key, message id, words) of everything that names what the forms do not have."""
    for place, block in enumerate(policy.blocks, 1):
        for clock in block.clocks:
            where = f"block {place}.clock {clock.name}"
            if clock.counts is Counts.BUSINESS and not any(policy.hours):
                yield where, "no_hours", {}
            for form in clock.forms:
                if form in forms:
                    yield from _fields(where, clock, form, forms[form])
                else:
                    yield where, "unknown_form", {"form": form, "known": ", ".join(forms)}
    for form in sorted({*policy.satisfaction.by_raised, *policy.satisfaction.of_form} - forms.keys()):
        yield "satisfaction", "unknown_form", {"form": form, "known": ", ".join(forms)}
    yield from _watched(policy, forms)


def _fields(where: str, clock: Clock, form: str, fields: Fields) -> Iterator[Misfit]:
    """A clock runs between stamps, or is a number; a list of the form picks its limit."""
    start = clock.start if clock.value is None else None
    kinds = {"stamp": (start, clock.stop, clock.due), "whole": (clock.value,), "choice": (clock.by,)}
    for kind, names in kinds.items():
        for name in names:
            if name is not None and name not in fields:
                yield where, "unknown_field", {"form": form, "field": name}
            elif name is not None and fields[name].kind != kind:
                yield where, f"no_{kind}_field", {"form": form, "field": name}
    known = fields[clock.by].keys if clock.by is not None and clock.by in fields else ()
    for entry in clock.limits:
        if known and entry not in known:
            yield f"{where}.limits.{entry}", "unknown_entry", {"form": form, "field": clock.by, "entry": entry}


def _watched(policy: Policy, forms: Mapping[str, Fields]) -> Iterator[Misfit]:
    """Fields and entries that no form has."""
    watched = policy.watched
    for where, picked in (("sync", watched.sync), ("escalated", watched.escalated)):
        if (by := picked.by) is None:
            continue
        keys = {key for fields in forms.values() if by in fields for key in fields[by].keys}
        unknown = ((f"{where}.entries", "nowhere", {"field": entry}) for entry in picked.entries if entry not in keys)
        yield from unknown if keys else [(f"{where}.by", "nowhere", {"field": by})]
    if watched.reason is not None and not any(watched.reason in fields for fields in forms.values()):
        yield "escalated.reason", "nowhere", {"field": watched.reason}
