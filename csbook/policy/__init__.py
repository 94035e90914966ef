"""Policy: what a team promises (clocks, targets, hours), read from validations/policy.toml."""

from csbook.policy.backups import Backups
from csbook.policy.clocks import Block, Clock, Counts
from csbook.policy.fit import Known, check
from csbook.policy.load import PolicyError, load
from csbook.policy.policy import DueSoon, Policy, Satisfaction

__all__ = ["Backups", "Block", "Clock", "Counts", "DueSoon", "Known", "Policy", "PolicyError", "Satisfaction", "check", "load"]
