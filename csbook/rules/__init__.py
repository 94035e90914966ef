"""Rules: one kind per module, every face of a kind side by side. A new kind is a module and a line here."""

from csbook.rules.bare_name import BareName
from csbook.rules.consistent import Consistent
from csbook.rules.known_reference import KnownReference
from csbook.rules.length import Length
from csbook.rules.mask import Masked
from csbook.rules.member import Member
from csbook.rules.members import Members
from csbook.rules.not_after import NotAfter
from csbook.rules.only import Only
from csbook.rules.order import Order
from csbook.rules.past import Past
from csbook.rules.private import PrivateMasked, PrivateRefused
from csbook.rules.promise import PromisedOrder, ReadablePromise
from csbook.rules.range import Range
from csbook.rules.readable import Readable, ReadableReference
from csbook.rules.redaction_mark import RedactionMark
from csbook.rules.required import Required
from csbook.rules.routing import Routing
from csbook.rules.rule import Rule
from csbook.rules.total import Total
from csbook.rules.transfers import Transfers
from csbook.rules.vague import Vague

KINDS: dict[str, type[Rule]] = {
    "required": Required,
    "only": Only,
    "consistent": Consistent,
    "member": Member,
    "members": Members,
    "routing": Routing,
    "length": Length,
    "mask": Masked,
    "private_refused": PrivateRefused,
    "private_masked": PrivateMasked,
    "redaction_mark": RedactionMark,
    "vague": Vague,
    "bare_name": BareName,
    "order": Order,
    "promised_order": PromisedOrder,
    "not_after": NotAfter,
    "past": Past,
    "readable": Readable,
    "readable_promise": ReadablePromise,
    "readable_reference": ReadableReference,
    "range": Range,
    "total": Total,
    "transfers": Transfers,
    "known_reference": KnownReference,
}
