"""通报: weekly, monthly, quarterly; figures, places and words frozen as they were issued (R-HCP-11).

Rooms: `issuing` a period is over and its bulletin goes out · `reading` what was issued, what is owed, the paper ·
`talks` who was last twice running is to be talked to (约谈).
"""

from lianban.oversight.bulletins.issuing import ISSUED, issue
from lianban.oversight.bulletins.reading import Issued, Listing, Owed, bulletin, listing, paper, preview
from lianban.oversight.bulletins.talks import Talk, settle

__all__ = [
    "ISSUED",
    "Issued",
    "Listing",
    "Owed",
    "Talk",
    "bulletin",
    "issue",
    "listing",
    "paper",
    "preview",
    "settle",
]
