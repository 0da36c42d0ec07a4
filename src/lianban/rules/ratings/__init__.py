"""好差评: grades and their options, kinds and channels of ratings, tokens.

Rooms: `grades` five of them, two negative · `options` what may be ticked at which grade · `channels` how a rating comes
in · `tokens` what an address of a rating looks like · `rates` shares cut off, small numbers hidden ·
`points` where ratings are given · `screening` what is hidden in a text before it is published.
"""

from lianban.rules.ratings.channels import CHANNELS, KINDS, STEPS
from lianban.rules.ratings.grades import GRADES, NEGATIVE, grade_of
from lianban.rules.ratings.options import HINTS, OPTIONS, WITHDRAWN, option_text, options_of
from lianban.rules.ratings.points import PARENTS, POINTS, kind_at, said_at
from lianban.rules.ratings.rates import HIDDEN, NOTHING, Published, percent, published
from lianban.rules.ratings.tokens import (
    is_point,
    is_terminal,
    month_of,
    occasion_token,
    point_token,
    terminal_token,
)

__all__ = [
    "CHANNELS",
    "GRADES",
    "HIDDEN",
    "HINTS",
    "KINDS",
    "NEGATIVE",
    "NOTHING",
    "OPTIONS",
    "PARENTS",
    "POINTS",
    "STEPS",
    "WITHDRAWN",
    "Published",
    "grade_of",
    "is_point",
    "is_terminal",
    "kind_at",
    "month_of",
    "occasion_token",
    "option_text",
    "options_of",
    "percent",
    "point_token",
    "published",
    "said_at",
    "terminal_token",
]
