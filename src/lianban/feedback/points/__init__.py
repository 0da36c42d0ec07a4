"""Where ratings are given: every window, hall, town, village, item and channel has a point with a sticker (S0).

Rooms: `registry` the list of points · `steps` what is done with one · `importing` many at once · `coverage` those that
should and those that can · `gaps` what lacked a point, and when · `stickers` what is printed · `tickets` a sticker
opened by somebody, once for each time it is opened · `entering` a rating is given at a point · `inviting` the clerk
asks for one · `screens` the one at the counter · `recording` what was written or said elsewhere is entered.
"""

from lianban.feedback.points.coverage import Covered, coverage, registered
from lianban.feedback.points.entering import Sticker, of_case, rate_at, sticker
from lianban.feedback.points.gaps import note_gaps
from lianban.feedback.points.importing import Added, csv_of, import_csv, make_missing, missing
from lianban.feedback.points.inviting import SHOWN_FOR, Served, Window, forget, invite, invite_service, served, window
from lianban.feedback.points.recording import ENTERED, Entered, Entry, enter, entered, paper, places
from lianban.feedback.points.registry import WORDS, Listed, PointView, hall, listed, point, story
from lianban.feedback.points.screens import Invitation, Screen, decline, rate_on_screen, screen
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
from lianban.feedback.points.stickers import form_pdf, sheets_pdf, sticker_pdf
from lianban.feedback.points.tickets import TICKET_FOR

__all__ = [
    "ENTERED",
    "SHOWN_FOR",
    "TICKET_FOR",
    "WORDS",
    "Added",
    "Covered",
    "Entered",
    "Entry",
    "Invitation",
    "Listed",
    "NewPoint",
    "PointView",
    "Screen",
    "Served",
    "Sticker",
    "Window",
    "add",
    "close_point",
    "coverage",
    "csv_of",
    "decline",
    "enter",
    "entered",
    "forget",
    "form_pdf",
    "hall",
    "import_csv",
    "invite",
    "invite_service",
    "listed",
    "make_missing",
    "missing",
    "note_gaps",
    "of_case",
    "open_point",
    "paper",
    "places",
    "point",
    "rate_at",
    "rate_on_screen",
    "registered",
    "rename",
    "renew",
    "retire",
    "screen",
    "served",
    "set_up_screen",
    "sheets_pdf",
    "sticker",
    "sticker_pdf",
    "story",
    "window",
]
