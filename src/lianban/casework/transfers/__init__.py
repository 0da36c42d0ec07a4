"""Papers and results between window and departments: what lies where, lists handed over and received.

`things` says what there is on paper and where it lies · `lists` hands over, receives, takes back · `views` for pages.
"""

from lianban.casework.transfers.lists import MOST, Made, hand_over, receive, take_back
from lianban.casework.transfers.things import Thing, whereabouts
from lianban.casework.transfers.views import Desk, LineView, TransferView, desk, transfer

__all__ = [
    "MOST",
    "Desk",
    "LineView",
    "Made",
    "Thing",
    "TransferView",
    "desk",
    "hand_over",
    "receive",
    "take_back",
    "transfer",
    "whereabouts",
]
