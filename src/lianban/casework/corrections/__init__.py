"""Between receipt and acceptance: departments look through, the window tells everything at once, the applicant answers.

Rooms: `screening` what departments find · `room` how it stands at the window · `notifying` the one notice ·
`answering` what the applicant brings, at the counter or online · `finishing` that it is all ·
`spot` mistakes put right on the spot.
"""

from lianban.casework.corrections.answering import (
    Supplied,
    open_correction,
    supply_field,
    supply_material,
    supply_original,
    supply_statement,
)
from lianban.casework.corrections.findings import Finding
from lianban.casework.corrections.finishing import finish
from lianban.casework.corrections.notifying import Notified, drop, notify
from lianban.casework.corrections.room import room
from lianban.casework.corrections.screening import clear, report, view, worklist
from lianban.casework.corrections.spot import correct, spot_corrections
from lianban.casework.corrections.views import (
    CorrectionView,
    FieldShape,
    GapView,
    RoomView,
    ScreeningLine,
    ScreeningView,
    SpotLine,
)

__all__ = [
    "CorrectionView",
    "FieldShape",
    "Finding",
    "GapView",
    "Notified",
    "RoomView",
    "ScreeningLine",
    "ScreeningView",
    "SpotLine",
    "Supplied",
    "clear",
    "correct",
    "drop",
    "finish",
    "notify",
    "open_correction",
    "report",
    "room",
    "spot_corrections",
    "supply_field",
    "supply_material",
    "supply_original",
    "supply_statement",
    "view",
    "worklist",
]
