"""Sought: what is looked for in every file handed in; light, as it goes to the workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.intake.recognising.outline import Outline, outline

if TYPE_CHECKING:
    from csbook.forms import Definitions
    from csbook.intake.foreign.map import ForeignMap


@dataclass(frozen=True, kw_only=True)
class Sought:
    """The outlines of all forms by name, and the tables that a map describes."""

    outlines: Mapping[str, Outline]
    foreign: ForeignMap | None = None


def sought(definitions: Definitions, foreign: ForeignMap | None = None) -> Sought:
    """What these definitions and a map make of a workbook."""
    return Sought(foreign=foreign, outlines={name: outline(form, definitions.spellings.marks) for name, form in definitions.forms.items()})
