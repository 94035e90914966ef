"""Follow-up: reminder and hand-over workbooks, from the rows that csbook.metrics.follow_ups gives."""

from csbook.followup.handover import handovers
from csbook.followup.plan import Heading, Plan, load_plan
from csbook.followup.reminders import reminders
from csbook.followup.words import Words

__all__ = ["Heading", "Plan", "Words", "handovers", "load_plan", "reminders"]
