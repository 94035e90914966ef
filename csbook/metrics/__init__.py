"""Metrics: durations, clocks, backlog, satisfaction and repeats, computed by Ibis; nothing else in csbook imports it."""

from csbook.metrics.figures import figures
from csbook.metrics.followups import Told, follow_ups
from csbook.metrics.frequent import Wording, load_wording
from csbook.metrics.glossary import label

__all__ = ["Told", "Wording", "figures", "follow_ups", "label", "load_wording"]
