"""有事您说话 / 办不成事: what somebody could not get done is registered, sorted, handled, answered, called back.

Rooms: `registering` how it comes in · `sorting` category, channel, dispatch · `handling` the units · `raising` what
goes up · `returning` call-back and end · `converting` supervision records and rectifications.
"""

from lianban.feedback.difficulties.converting import Supervision, conclude, judge, records, rectify
from lianban.feedback.difficulties.handling import accept, contribute, give_back, postpone, reply, tell
from lianban.feedback.difficulties.raising import confirm, escalate, follow, instruct
from lianban.feedback.difficulties.registering import Registered, Request, register
from lianban.feedback.difficulties.returning import called_back, close, return_ticket
from lianban.feedback.difficulties.sorting import REPLIED, dispatch, exclude, settle, triage

__all__ = [
    "REPLIED",
    "Registered",
    "Request",
    "Supervision",
    "accept",
    "called_back",
    "close",
    "conclude",
    "confirm",
    "contribute",
    "dispatch",
    "escalate",
    "exclude",
    "follow",
    "give_back",
    "instruct",
    "judge",
    "postpone",
    "records",
    "rectify",
    "register",
    "reply",
    "return_ticket",
    "settle",
    "tell",
    "triage",
]
