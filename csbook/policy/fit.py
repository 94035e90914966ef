"""Fit: does a policy speak of forms, fields and entries that exist?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from csbook.policy.clocks import Clock, Counts, Policy

Misfit = tuple[str, str, Mapping[str, Any]]
Fields = Mapping[str, Sequence[str]]


def misfits(policy: Policy, forms: Mapping[str, Fields]) -> Iterator[Misfit]:
    """(key, message id, words) of everything that names what the forms do not have."""
    for place, block in enumerate(policy.blocks, 1):
        for clock in block.clocks:
            if clock.counts is Counts.BUSINESS and not any(policy.hours):
                yield f"block {place}.clock {clock.name}", "no_hours", {}
            for form in clock.forms:
                where = f"block {place}.clock {clock.name}"
                if form in forms:
                    yield from _fields(where, clock, form, forms[form])
                else:
                    yield where, "unknown_form", {"form": form, "known": ", ".join(forms)}
    for form in sorted({*policy.satisfaction.by_raised, *policy.satisfaction.of_form} - forms.keys()):
        yield "satisfaction", "unknown_form", {"form": form, "known": ", ".join(forms)}


def _fields(where: str, clock: Clock, form: str, fields: Fields) -> Iterator[Misfit]:
    for field in (clock.start if clock.value is None else None, clock.stop, clock.due, clock.value, clock.by):
        if field is not None and field not in fields:
            yield where, "unknown_field", {"form": form, "field": field}
    known = fields.get(clock.by or "", ())
    for entry in clock.limits:
        if known and entry not in known:
            yield f"{where}.limits.{entry}", "unknown_entry", {"form": form, "field": clock.by, "entry": entry}
