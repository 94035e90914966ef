"""Policy: what a team promises (clocks, targets, hours), read from validations/policy.toml."""

from csbook.policy.clocks import Block, Clock, Counts, DueSoon, Policy, Satisfaction
from csbook.policy.load import PolicyError, load

__all__ = ["Block", "Clock", "Counts", "DueSoon", "Policy", "PolicyError", "Satisfaction", "load"]
