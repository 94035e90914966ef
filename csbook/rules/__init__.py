"""Rules: one kind per module, every face of a kind side by side. A new kind is a module and a line here."""

from csbook.rules.order import Order
from csbook.rules.required import Required
from csbook.rules.rule import Rule

KINDS: dict[str, type[Rule]] = {
    "required": Required,
    "order": Order,
}
