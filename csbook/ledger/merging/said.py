"""Said: what a faulty row says of the three facts (see csbook.identity), cell for cell, so that it is not taken for another one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from csbook.forms.form import Form
from csbook.identity import OPENING
from csbook.issues import Severity
from csbook.ledger.database.values import loads

RAISED, WHO, CONTACT, WHAT = "raised_at", "customer", ("contact_name", "contact_phone"), "description"


@dataclass(frozen=True)
class Said:
    """When, who and what, as the cells spell them; "" where they are empty or an error is found in them: nobody knows what is meant."""

    facts: tuple[str, str, str]

    @classmethod
    def of(cls, form: Form, content: str, issues: Collection[Mapping[str, str]]) -> Said:
        """content: the row as handed in, redacted, as JSON. issues: what was found in it (see Handed.issues)."""
        texts: Mapping[str, str] = loads(content)
        wrong = {each.get("field") for each in issues if each["severity"] == Severity.ERROR}
        day = (form.day,) if form.day else ()
        raised = form.derived.get(RAISED, (*day, RAISED))
        customer = (WHO,) if any(field.name == WHO for field in form.fields) else CONTACT
        when, who, what = (
            "" if wrong.intersection(names) else "\n".join(filter(None, map(texts.get, names))) for names in (raised, customer, (WHAT,))
        )
        return cls((when, who, what[:OPENING]))

    def may_be(self, other: Said) -> bool:
        """Rows with one id: another row only where all that both say of the facts differs, and both say something."""
        both = [*self._both(other)]
        return not both or any(mine == theirs for mine, theirs in both)

    def is_told(self) -> bool:
        """Does it say all three? Only then are rows of other workbooks, which no id tells apart, one row where their facts are equal."""
        return all(self.facts)

    def _both(self, other: Said) -> Iterator[tuple[str, str]]:
        return ((mine, theirs) for mine, theirs in zip(self.facts, other.facts, strict=True) if mine and theirs)
