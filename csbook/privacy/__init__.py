"""Privacy: masks, detection of personal data in text, redaction."""

from csbook.privacy.profile import Profile, load
from csbook.privacy.redaction import redact, suspects

__all__ = ["Profile", "load", "redact", "suspects"]
