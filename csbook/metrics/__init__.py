"""Metrics: durations, clocks, backlog, satisfaction and repeats, computed by Ibis; nothing else in csbook imports it."""

from csbook.metrics.engine import asked, stored
from csbook.metrics.figures import figures, reads
from csbook.metrics.followups import Told, follow_ups
from csbook.metrics.frequent import Wording, load_wording
from csbook.metrics.glossary import label
from csbook.metrics.hand_in import HandIns

__all__ = ["HandIns", "Told", "Wording", "asked", "figures", "follow_ups", "label", "load_wording", "reads", "stored"]
