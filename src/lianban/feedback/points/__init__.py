"""Where ratings are given: every window, hall, town, village, item and channel has a point with a sticker (S0).

Rooms: `registry` the list of points · `steps` what is done with one · `importing` many at once · `coverage` those that
should and those that can · `stickers` what is printed · `tickets` a sticker opened by somebody, once for each time it
is opened · `entering` a rating is given at a point.
"""

from lianban.feedback.points.coverage import Covered, coverage, registered
from lianban.feedback.points.entering import Sticker, of_case, rate_at, sticker
from lianban.feedback.points.importing import Added, csv_of, import_csv, make_missing, missing
from lianban.feedback.points.registry import WORDS, Listed, PointView, hall, listed, point, story
from lianban.feedback.points.steps import (
    NewPoint,
    add,
    close_point,
    open_point,
    rename,
    renew,
    retire,
    set_up_screen,
)
from lianban.feedback.points.stickers import sheets_pdf, sticker_pdf
from lianban.feedback.points.tickets import TICKET_FOR

__all__ = [
    "TICKET_FOR",
    "WORDS",
    "Added",
    "Covered",
    "Listed",
    "NewPoint",
    "PointView",
    "Sticker",
    "add",
    "close_point",
    "coverage",
    "csv_of",
    "hall",
    "import_csv",
    "listed",
    "make_missing",
    "missing",
    "of_case",
    "open_point",
    "point",
    "rate_at",
    "registered",
    "rename",
    "renew",
    "retire",
    "set_up_screen",
    "sheets_pdf",
    "sticker",
    "sticker_pdf",
    "story",
]
