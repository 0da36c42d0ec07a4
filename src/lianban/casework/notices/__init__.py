"""Issued papers: numbered without a gap, printed once, kept for good."""

from lianban.casework.notices.issuing import (
    CODE_LENGTH,
    CODE_LETTERS,
    ISSUED,
    TO_DELIVER,
    issue,
    short_authority,
    take_number,
)
from lianban.casework.notices.keeping import HANDED_OVER, MISSING, Printed, pdf, pdf_for_holder, print_now
from lianban.casework.notices.views import PaperView, by_code, of_case

__all__ = [
    "CODE_LENGTH",
    "CODE_LETTERS",
    "HANDED_OVER",
    "ISSUED",
    "MISSING",
    "TO_DELIVER",
    "PaperView",
    "Printed",
    "by_code",
    "issue",
    "of_case",
    "pdf",
    "pdf_for_holder",
    "print_now",
    "short_authority",
    "take_number",
]
