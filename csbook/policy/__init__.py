"""Policy: what a team promises (clocks, targets, hours), read from validations/policy.toml."""

from csbook.policy.backups import Backups
from csbook.policy.clocks import Block, Clock, Counts, DueSoon, Policy, Satisfaction
from csbook.policy.load import PolicyError, load

__all__ = ["Backups", "Block", "Clock", "Counts", "DueSoon", "Policy", "PolicyError", "Satisfaction", "load"]
