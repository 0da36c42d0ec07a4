"""The legal clock: when a time limit ends, why, and what follows on the way (行政许可法 42, 45, 82; 民法典 201–203).

A clock is its event list (`History`): start, limit, pauses, extensions. Everything else is derived from it and a
calendar, always with the same answer. Instants are aware datetimes in Asia/Shanghai; one without a zone already is
Shanghai time. A due instant is still in time: late is `now > due`.

Rooms: `history` the values · `stops` when a clock stands still · `days`, `hours`, `months` the units · `course` how
they follow each other · `marks` hint and cards · `promise` what was told · `wording` what is left, in words ·
`telling` all of it as data.
"""

from lianban.rules.clock.course import due, reckon
from lianban.rules.clock.history import (
    LATE,
    SHANGHAI,
    DayCount,
    Due,
    Extension,
    History,
    Pause,
    Step,
    days_pause,
    shanghai,
)
from lianban.rules.clock.marks import Mark, Thresholds, marks, used
from lianban.rules.clock.months import months_on
from lianban.rules.clock.promise import promise
from lianban.rules.clock.wording import Remaining, Tone, remaining

__all__ = [
    "LATE",
    "SHANGHAI",
    "DayCount",
    "Due",
    "Extension",
    "History",
    "Mark",
    "Pause",
    "Remaining",
    "Step",
    "Thresholds",
    "Tone",
    "days_pause",
    "due",
    "marks",
    "months_on",
    "promise",
    "reckon",
    "remaining",
    "shanghai",
    "used",
]
