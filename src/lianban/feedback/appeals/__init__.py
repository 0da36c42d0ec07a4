"""申诉: the rated side contests a negative rating, a panel without it decides by majority (R-HCP-8).

Rooms: `filing` the rated side appeals, with evidence, or takes it back · `panel` it is called together, each member
votes once, the majority decides · `rows` what is locked and looked up for all of these · `viewing` who sees what.
"""

from lianban.feedback.appeals.filing import appeal, file, withdraw
from lianban.feedback.appeals.panel import candidates, convene, replace, vote
from lianban.feedback.appeals.rows import DECIDED, FILED
from lianban.feedback.appeals.viewing import (
    APPEAL_WORDS,
    AppealView,
    FileView,
    Line,
    Opening,
    evidence,
    for_citizen,
    listing,
    of_rectification,
    one,
    opening,
)

__all__ = [
    "APPEAL_WORDS",
    "DECIDED",
    "FILED",
    "AppealView",
    "FileView",
    "Line",
    "Opening",
    "appeal",
    "candidates",
    "convene",
    "evidence",
    "file",
    "for_citizen",
    "listing",
    "of_rectification",
    "one",
    "opening",
    "replace",
    "vote",
    "withdraw",
]
