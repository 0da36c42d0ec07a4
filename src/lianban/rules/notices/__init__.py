"""What each paper must contain, and the refusal to build one that lacks it."""

from lianban.rules.notices.base import (
    OWN_TIME_NOTE,
    PERMISSION,
    PROVISIONAL,
    PROVISIONAL_NOTE,
    SERIES,
    TITLES,
    Content,
    check_remedy,
    number_text,
    numbered,
)
from lianban.rules.notices.decision import refusal, refusal_verb, remedy_text
from lianban.rules.notices.delivery import METHODS, OUTCOMES, closure, delivery_receipt
from lianban.rules.notices.intake import ACCEPTANCE_BASIS, acceptance, acceptance_basis, receipt
from lianban.rules.notices.parts import (
    AcceptedItem,
    Deadline,
    Document,
    Enquiry,
    HandedIn,
    Outcome,
    Party,
    day,
    moment,
)

__all__ = [
    "ACCEPTANCE_BASIS",
    "METHODS",
    "OUTCOMES",
    "OWN_TIME_NOTE",
    "PERMISSION",
    "PROVISIONAL",
    "PROVISIONAL_NOTE",
    "SERIES",
    "TITLES",
    "AcceptedItem",
    "Content",
    "Deadline",
    "Document",
    "Enquiry",
    "HandedIn",
    "Outcome",
    "Party",
    "acceptance",
    "acceptance_basis",
    "check_remedy",
    "closure",
    "day",
    "delivery_receipt",
    "moment",
    "number_text",
    "numbered",
    "receipt",
    "refusal",
    "refusal_verb",
    "remedy_text",
]
