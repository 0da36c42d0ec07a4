"""Issued papers: numbered without a gap, printed once, kept for good."""

from lianban.casework.notices.issuing import (
    CODE_LENGTH,
    CODE_LETTERS,
    ISSUED,
    PRINTABLE,
    TO_DELIVER,
    WARM_UP,
    issue,
    short_authority,
    supersede,
    take_number,
)
from lianban.casework.notices.keeping import (
    HANDED_OVER,
    MISSING,
    Printed,
    pdf,
    pdf_for_holder,
    print_now,
    seal_now,
    seal_paper,
)
from lianban.casework.notices.sealing import OWED, Awaiting, SealOwed, awaiting_seal
from lianban.casework.notices.verifying import Compared, Match, Standing, Verified, compared, plain_code, verified
from lianban.casework.notices.views import PaperView, of_case

__all__ = [
    "CODE_LENGTH",
    "CODE_LETTERS",
    "HANDED_OVER",
    "ISSUED",
    "MISSING",
    "OWED",
    "PRINTABLE",
    "TO_DELIVER",
    "WARM_UP",
    "Awaiting",
    "Compared",
    "Match",
    "PaperView",
    "Printed",
    "SealOwed",
    "Standing",
    "Verified",
    "awaiting_seal",
    "compared",
    "issue",
    "of_case",
    "pdf",
    "pdf_for_holder",
    "plain_code",
    "print_now",
    "seal_now",
    "seal_paper",
    "short_authority",
    "supersede",
    "take_number",
    "verified",
]
