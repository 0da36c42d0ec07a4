"""Where ratings are given: every window, hall, town, village, item and channel has a point with a sticker (S0).

Rooms: `registry` the list of points, its steps · `stickers` what is printed · `tickets` a sticker opened by somebody,
once for each time it is opened · `entering` a rating is given at a point.
"""

from lianban.feedback.points.entering import Sticker, of_case, rate_at, sticker
from lianban.feedback.points.tickets import TICKET_FOR

__all__ = ["TICKET_FOR", "Sticker", "of_case", "rate_at", "sticker"]
