"""The clocks of matters: rectifications, appeals, requests, call-backs, campaigns.

Their time is reckoned by the same rules as that of cases (`rules.clock`). A limit that comes near or is overrun leaves
a mark, and the mark goes up: to the head of the unit, to the supervisors, to the head of the government.
"""

from lianban.feedback.matters.clocks import Clock, Matter, clocks_of, extend, start, stop
from lianban.feedback.matters.kinds import KINDS, LEVELS, STREAMS
from lianban.feedback.matters.waking import MARKED, Mark, look, marks_of, recompute

__all__ = [
    "KINDS",
    "LEVELS",
    "MARKED",
    "STREAMS",
    "Clock",
    "Mark",
    "Matter",
    "clocks_of",
    "extend",
    "look",
    "marks_of",
    "recompute",
    "start",
    "stop",
]
