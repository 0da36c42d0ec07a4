"""Ratings: given once for each occasion, kept as given, whatever becomes of their standing.

Rooms: `giving` somebody rates · `standing` a rating is set apart, comes back, is invalid · `entry` what a token opens.
"""

from lianban.feedback.ratings.entry import Entry, entry
from lianban.feedback.ratings.giving import Given, Rated, Rater, rate
from lianban.feedback.ratings.standing import change_standing

__all__ = ["Entry", "Given", "Rated", "Rater", "change_standing", "entry", "rate"]
