"""Legal limits are moved: extensions and special procedures, asked for by the holder and decided by the proper rank.

Rooms: `requests` what is kept and when it becomes void · `reach` which clocks a request concerns and where it takes
them · `extensions`, `procedures` asking · `deciding` approving and declining · `viewing` what pages show.
"""

from lianban.casework.adjusting.deciding import Settled, approve, decline
from lianban.casework.adjusting.extensions import ask_extension
from lianban.casework.adjusting.procedures import ask_procedure, end_procedure
from lianban.casework.adjusting.viewing import AdjustmentView, Asking, Choice, Waiting, asking, to_decide

__all__ = [
    "AdjustmentView",
    "Asking",
    "Choice",
    "Settled",
    "Waiting",
    "approve",
    "ask_extension",
    "ask_procedure",
    "asking",
    "decline",
    "end_procedure",
    "to_decide",
]
