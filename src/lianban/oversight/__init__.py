"""Electronic supervision: cards that the clocks raise, their removal, and the reasons of overruns.

Rooms: `raising` the timer's look at one case · `cards` and `views` what is shown of
them · `answers` what people do about them.
"""

from lianban.oversight.answers import ask_removal, decide_removal, explain
from lianban.oversight.cards import STATES, WINDOW, badges, listing, of_case, of_task, overruns, standings
from lianban.oversight.raising import look
from lianban.oversight.views import Card, Filters, Listing, Overrun, Standing

__all__ = [
    "STATES",
    "WINDOW",
    "Card",
    "Filters",
    "Listing",
    "Overrun",
    "Standing",
    "ask_removal",
    "badges",
    "decide_removal",
    "explain",
    "listing",
    "look",
    "of_case",
    "of_task",
    "overruns",
    "standings",
]
