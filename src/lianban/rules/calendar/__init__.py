"""Which days are working days, and when the offices are open (行政许可法 82; 民法典 203).

A day is firm only in a year that a notice of 国务院办公厅 covers. Other years are worked out from the weekends and the
statutory holidays of the `holidays` package and stay provisional (R-T7): make-up days are never guessed. A notice of
the middle of the year amends the yearly one. A region may lay an overlay on top: holidays of its own, or an emergency
closure.

Rooms: `values` the calendar · `notices` what a notice must say · `files` what is shipped, hours, other files.
"""

from lianban.rules.calendar.files import CATALOG, Shipped, calendar_for, read_hours, read_notice, shipped
from lianban.rules.calendar.notices import STATUSES, notice_from, parse_notice
from lianban.rules.calendar.values import (
    FIRST_YEAR,
    LAST_YEAR,
    ONE_DAY,
    STANDARD_HOURS,
    WEEKDAYS,
    Calendar,
    Day,
    Notice,
    Overlay,
    Season,
    Span,
    days_of,
    show,
)

__all__ = [
    "CATALOG",
    "FIRST_YEAR",
    "LAST_YEAR",
    "ONE_DAY",
    "STANDARD_HOURS",
    "STATUSES",
    "WEEKDAYS",
    "Calendar",
    "Day",
    "Notice",
    "Overlay",
    "Season",
    "Shipped",
    "Span",
    "calendar_for",
    "days_of",
    "notice_from",
    "parse_notice",
    "read_hours",
    "read_notice",
    "shipped",
    "show",
]
