"""Desks: who fills a workbook."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Desk:
    """A desk, its agent (supplies a blank agent column where a form says so) and its team; "" = not known."""

    desk: str
    agent: str = ""
    team: str = ""
