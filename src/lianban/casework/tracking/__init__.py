"""The applicant's side: number and query code open a case's progress, nothing else.

Rooms: `entry` who is let in · `following` how the case stands · `words` the sentences.
"""

from lianban.casework.tracking.entry import WRONG, TooOften, Unknown, may_verify, online, opened
from lianban.casework.tracking.following import Answered, ItemProgress, NotTaken, Progress, paper, track

__all__ = [
    "WRONG",
    "Answered",
    "ItemProgress",
    "NotTaken",
    "Progress",
    "TooOften",
    "Unknown",
    "may_verify",
    "online",
    "opened",
    "paper",
    "track",
]
