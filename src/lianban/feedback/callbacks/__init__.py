"""回访: who is called back, by whom and when, what was said, and what becomes of it.

Rooms: `drawing` the daily sample · `opening` named negatives and requests · `calling` numbers, attempts, answers ·
`contacts` whom to call · `proving` a draw is derived again · `published` what everybody sees of it · `views` the work
list and figures · `words`.
"""

from lianban.feedback.callbacks.calling import Called, Said, numbers_in_hand, open_number, record
from lianban.feedback.callbacks.contacts import Contact
from lianban.feedback.callbacks.drawing import Drawn, draw, draw_all, draw_now
from lianban.feedback.callbacks.opening import problem_answered, problem_opened, problem_over, request_answered
from lianban.feedback.callbacks.proving import Proof, check_file, verify
from lianban.feedback.callbacks.published import Draws, DrawView, draw_view, draws
from lianban.feedback.callbacks.views import (
    READERS,
    CallbackLine,
    CallbackView,
    Figure,
    Filters,
    Found,
    figures,
    listing,
    of_problem,
    one,
)
from lianban.feedback.callbacks.words import IN_VAIN, OUTCOMES, SOURCES, STATES

__all__ = [
    "IN_VAIN",
    "OUTCOMES",
    "READERS",
    "SOURCES",
    "STATES",
    "CallbackLine",
    "CallbackView",
    "Called",
    "Contact",
    "DrawView",
    "Drawn",
    "Draws",
    "Figure",
    "Filters",
    "Found",
    "Proof",
    "Said",
    "check_file",
    "draw",
    "draw_all",
    "draw_now",
    "draw_view",
    "draws",
    "figures",
    "listing",
    "numbers_in_hand",
    "of_problem",
    "one",
    "open_number",
    "problem_answered",
    "problem_opened",
    "problem_over",
    "record",
    "request_answered",
    "verify",
]
