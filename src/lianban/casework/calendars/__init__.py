"""The calendar at run time.

Rooms: `force` the calendar that holds now · `changing` documents come in and go · `views` what its page shows.
`recomputing`, next door, brings a change to the open clocks.
"""

from lianban.casework.calendars.changing import CHANGED, LARGEST, Changed, add_overlay, import_notice, withdraw_overlay
from lianban.casework.calendars.force import calendar_of
from lianban.casework.calendars.views import (
    ChangeView,
    DocumentView,
    OverlayView,
    RecomputationView,
    changes,
    documents,
    overlays,
    recomputations,
)

__all__ = [
    "CHANGED",
    "LARGEST",
    "ChangeView",
    "Changed",
    "DocumentView",
    "OverlayView",
    "RecomputationView",
    "add_overlay",
    "calendar_of",
    "changes",
    "documents",
    "import_notice",
    "overlays",
    "recomputations",
    "withdraw_overlay",
]
