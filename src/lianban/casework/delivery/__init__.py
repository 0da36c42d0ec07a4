"""Deliveries (送达): every lawful way, each with its receipt; and the case closed.

Rooms: `standing` what there is to hand over · `running` a delivery begins, arrives or fails · `handover` on the spot ·
`sending` by mail · `cabinet` · `announcing` public notices · `consents` and `downloads` electronic · `collected` and
`listing` what the window sees · `documents` the papers · `evidence` files · `closing`.
"""

from lianban.casework.delivery.announcing import Announcement, publish, take_down
from lianban.casework.delivery.announcing import board as announcements
from lianban.casework.delivery.cabinet import place, take
from lianban.casework.delivery.closing import Closed, close
from lianban.casework.delivery.collected import DeliveryLine, DeliveryView, handing, lines_of
from lianban.casework.delivery.consents import Consent, consent, revoke_consent
from lianban.casework.delivery.downloads import ask_for_paper, give_paper
from lianban.casework.delivery.evidence import evidence
from lianban.casework.delivery.handover import Delivered, hand_over
from lianban.casework.delivery.listing import STATES, Board, WaitingLine, board, waiting
from lianban.casework.delivery.sending import Moved, arrive, send, send_back

__all__ = [
    "STATES",
    "Announcement",
    "Board",
    "Closed",
    "Consent",
    "Delivered",
    "DeliveryLine",
    "DeliveryView",
    "Moved",
    "WaitingLine",
    "announcements",
    "arrive",
    "ask_for_paper",
    "board",
    "close",
    "consent",
    "evidence",
    "give_paper",
    "hand_over",
    "handing",
    "lines_of",
    "place",
    "publish",
    "revoke_consent",
    "send",
    "send_back",
    "take",
    "take_down",
    "waiting",
]
