"""The applicant's side: number and query code open a case's progress, nothing else.

Rooms: `entry` who is let in · `following` how the case stands · `collecting` what is delivered · `words` the sentences.
"""

from lianban.casework.tracking.collecting import PickUp, ask_for_paper, consent, pick_up_code, result
from lianban.casework.tracking.entry import (
    WRONG,
    TooOften,
    Unknown,
    may_call,
    may_follow,
    may_open_box,
    may_speak,
    may_verify,
    online,
    opened,
)
from lianban.casework.tracking.following import Answered, ItemProgress, NotTaken, Progress, paper, track

__all__ = [
    "WRONG",
    "Answered",
    "ItemProgress",
    "NotTaken",
    "PickUp",
    "Progress",
    "TooOften",
    "Unknown",
    "ask_for_paper",
    "consent",
    "may_call",
    "may_follow",
    "may_open_box",
    "may_speak",
    "may_verify",
    "online",
    "opened",
    "paper",
    "pick_up_code",
    "result",
    "track",
]
