"""Metrics: durations, clocks, backlog, satisfaction and repeats, computed by Ibis; nothing else in csbook imports it."""

from csbook.metrics.figures import figures
from csbook.metrics.frequent import Wording, load_wording
from csbook.metrics.glossary import label

__all__ = ["Wording", "figures", "label", "load_wording"]
