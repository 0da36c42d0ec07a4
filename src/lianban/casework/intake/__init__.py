"""Intake: a draft is opened, filled in, checked, received, accepted (or discarded)."""

from lianban.casework.intake.acceptance import Accepted, accept
from lianban.casework.intake.completeness import Incomplete
from lianban.casework.intake.drafts import StaleDraft, check_field, discard, draft, open_draft, save
from lianban.casework.intake.receiving import Received, receive
from lianban.casework.intake.views import DraftView, FieldCheck

__all__ = [
    "Accepted",
    "DraftView",
    "FieldCheck",
    "Incomplete",
    "Received",
    "StaleDraft",
    "accept",
    "check_field",
    "discard",
    "draft",
    "open_draft",
    "receive",
    "save",
]
