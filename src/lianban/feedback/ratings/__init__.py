"""Ratings: given once for each occasion, kept as given, whatever becomes of their standing.

Rooms: `giving` somebody rates · `signals` what is doubtful about it · `tries` what was refused · `pictures` ·
`own` the citizen's side, supplements · `listing` the staff's side · `deciding` what was set apart, who rated ·
`defaults` where nobody rated · `standing` a rating is set apart, comes back, is invalid · `entry` what a token opens.
"""

from lianban.feedback.ratings.deciding import Apart, apart, decide, picture, rater
from lianban.feedback.ratings.defaults import fill_defaults
from lianban.feedback.ratings.entry import Entry, entry
from lianban.feedback.ratings.giving import Given, Rated, Rater, count_refusal, rate
from lianban.feedback.ratings.listing import SOURCES, STANDINGS, Filters, Line, Listed, Shown, listing, names_of, shown
from lianban.feedback.ratings.own import (
    CLOSED,
    Opened,
    Own,
    key_of,
    open_with_code,
    opened,
    own_address,
    right_key,
    services,
    supplement,
)
from lianban.feedback.ratings.signals import Sender, mark_of, remember
from lianban.feedback.ratings.standing import change_standing
from lianban.feedback.ratings.tries import note_try, tidy

__all__ = [
    "CLOSED",
    "SOURCES",
    "STANDINGS",
    "Apart",
    "Entry",
    "Filters",
    "Given",
    "Line",
    "Listed",
    "Opened",
    "Own",
    "Rated",
    "Rater",
    "Sender",
    "Shown",
    "apart",
    "change_standing",
    "count_refusal",
    "decide",
    "entry",
    "fill_defaults",
    "key_of",
    "listing",
    "mark_of",
    "names_of",
    "note_try",
    "open_with_code",
    "opened",
    "own_address",
    "picture",
    "rate",
    "rater",
    "remember",
    "right_key",
    "services",
    "shown",
    "supplement",
    "tidy",
]
