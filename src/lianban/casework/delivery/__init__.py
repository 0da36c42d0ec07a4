"""Results at the window: collected, handed over with a receipt, and the case closed."""

from lianban.casework.delivery.collected import DeliveryView, WaitingLine, handing, waiting
from lianban.casework.delivery.handover import Closed, Delivered, close, hand_over

__all__ = [
    "Closed",
    "Delivered",
    "DeliveryView",
    "WaitingLine",
    "close",
    "hand_over",
    "handing",
    "waiting",
]
