"""Hearings (行政许可法 36, 46–48): the right is told, used or given up, the hearing called, held, and put on record.

Until then nothing is decided (`TaskRow.heard`); when nobody asks within five working days the system notes it. The
time a hearing takes is told in its notice and left out of the limits (45).

Rooms: `telling` the right, or a hearing of the authority's own accord · `asking` and giving up, answers to whoever
comes too late · `calling` day, presider, challenges · `holding` the record and its signatures · `viewing` pages ·
`publishing` what everybody may read.
"""

from lianban.casework.hearings.asking import HOLD_WITHIN, applied, declined, expire, waived
from lianban.casework.hearings.calling import CALLED, NOTICE, answer_challenge, call, challenge
from lianban.casework.hearings.holding import Record, confirm, hold
from lianban.casework.hearings.publishing import PublicHearing, published
from lianban.casework.hearings.telling import APPLY_WITHIN, TOLD, Interested, tell
from lianban.casework.hearings.viewing import ApplicantsHearing, HearingView, PartyView, of_case, of_task, open_signed

__all__ = [
    "APPLY_WITHIN",
    "CALLED",
    "HOLD_WITHIN",
    "NOTICE",
    "TOLD",
    "ApplicantsHearing",
    "HearingView",
    "Interested",
    "PartyView",
    "PublicHearing",
    "Record",
    "answer_challenge",
    "applied",
    "call",
    "challenge",
    "confirm",
    "declined",
    "expire",
    "hold",
    "of_case",
    "of_task",
    "open_signed",
    "published",
    "tell",
    "waived",
]
