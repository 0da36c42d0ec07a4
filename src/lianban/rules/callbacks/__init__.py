"""回访: who is called, when one may call again, what is asked.

Rooms: `draw` the daily sample that anyone can derive again · `hours` attempts at different hours · `questionnaire` the
questions as data, and which answers are findings.
"""

from lianban.rules.callbacks.draw import Draw, Member, Stratum, commitment_of, derive, digest_of, needed, rank
from lianban.rules.callbacks.hours import barred_hour, half_of
from lianban.rules.callbacks.questionnaire import (
    ANSWERS,
    LONGEST_NOTE,
    SATISFIED,
    Finding,
    Heard,
    Question,
    findings,
    heard,
    questions,
)

__all__ = [
    "ANSWERS",
    "LONGEST_NOTE",
    "SATISFIED",
    "Draw",
    "Finding",
    "Heard",
    "Member",
    "Question",
    "Stratum",
    "barred_hour",
    "commitment_of",
    "derive",
    "digest_of",
    "findings",
    "half_of",
    "heard",
    "needed",
    "questions",
    "rank",
]
