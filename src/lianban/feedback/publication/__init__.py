"""公开: what the public reads of ratings, screened before; and the figures of each month without what is too small.

Rooms: `waiting` texts that nobody has screened · `deciding` published, withheld, taken back · `months` the figures of
a month · `reading` what anybody may read.
"""

from lianban.feedback.publication.deciding import EVENTS, decide, withdraw
from lianban.feedback.publication.months import issue_due, issue_month, months_of
from lianban.feedback.publication.reading import (
    PublicCampaign,
    PublicMonthView,
    PublicText,
    campaigns,
    latest,
    month,
    region_of,
    texts,
)
from lianban.feedback.publication.waiting import Decided, Waiting, decided, waiting

__all__ = [
    "EVENTS",
    "Decided",
    "PublicCampaign",
    "PublicMonthView",
    "PublicText",
    "Waiting",
    "campaigns",
    "decide",
    "decided",
    "issue_due",
    "issue_month",
    "latest",
    "month",
    "months_of",
    "region_of",
    "texts",
    "waiting",
    "withdraw",
]
