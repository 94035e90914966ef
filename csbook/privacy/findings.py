"""Findings: the names under which what was seen in a field travels with the rows."""

from __future__ import annotations

# kinds of personal data that csbook.privacy.detection knows; each field has one boolean column per kind
KINDS = ("phone", "mail", "id", "card", "plate", "account", "verification", "address", "name")

# what privacy.toml makes of them in a field: at least one kind refused, at least one kind masked
REFUSED = "refused"
MASKED = "masked"
# the redaction mark stood in the field as it was handed in
HANDED_IN = "mark"


def flag(field: str, finding: str) -> str:
    """The name of the boolean column that says `finding` was seen in `field` (written by intake, privacy, ledger)."""
    return f"{field}?{finding}"
