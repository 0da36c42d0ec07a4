"""Ratings: given once for each occasion, kept as given, whatever becomes of their standing.

Rooms: `giving` somebody rates · `signals` what is doubtful about it · `tries` what was refused · `pictures` ·
`own` the citizen's side, supplements · `standing` a rating is set apart, comes back, is invalid · `entry` what a token
opens.
"""

from lianban.feedback.ratings.entry import Entry, entry
from lianban.feedback.ratings.giving import Given, Rated, Rater, rate
from lianban.feedback.ratings.own import Opened, Own, key_of, open_with_code, opened, own_address, right_key, supplement
from lianban.feedback.ratings.signals import Sender, mark_of, remember
from lianban.feedback.ratings.standing import change_standing
from lianban.feedback.ratings.tries import note_try

__all__ = [
    "Entry",
    "Given",
    "Opened",
    "Own",
    "Rated",
    "Rater",
    "Sender",
    "change_standing",
    "entry",
    "key_of",
    "mark_of",
    "note_try",
    "open_with_code",
    "opened",
    "own_address",
    "rate",
    "remember",
    "right_key",
    "supplement",
]
