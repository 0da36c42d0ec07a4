"""The clocks of a case: each an event list, kept as a row with its events.

Rooms: `kinds` what there is · `rows` how they are kept · `running` start and stop · `moving` pauses and extensions ·
`waking` what the timer asks · `views` what pages show.
"""

from lianban.casework.clocks.kinds import APPLICANTS, COLOURS, KINDS, LEGAL, OWING
from lianban.casework.clocks.moving import Moved, cap, end_pause, extend, pause, recommit
from lianban.casework.clocks.rows import Owner, midnight_after, moments
from lianban.casework.clocks.running import Running, promised, reopen, start, start_task, stop
from lianban.casework.clocks.views import ClockView, EventView, Passport, clocks_of, passport
from lianban.casework.clocks.waking import Awake, awake, due_cases, sleep

__all__ = [
    "APPLICANTS",
    "COLOURS",
    "KINDS",
    "LEGAL",
    "OWING",
    "Awake",
    "ClockView",
    "EventView",
    "Moved",
    "Owner",
    "Passport",
    "Running",
    "awake",
    "cap",
    "clocks_of",
    "due_cases",
    "end_pause",
    "extend",
    "midnight_after",
    "moments",
    "passport",
    "pause",
    "promised",
    "recommit",
    "reopen",
    "sleep",
    "start",
    "start_task",
    "stop",
]
