"""Indicators (domain C5): counted from what happened, for a period, as known at the end of any day.

Rooms: `partitions` months made ahead · `rollups` counts of a day · `populations` what is counted, row by row ·
`reading` sheets of a period · `monthly` the page of a month · `lists` the rows behind a figure · `seals` days that are
over cannot be changed unnoticed · `looking` what the worker does.
"""

from lianban.oversight.indicators import seals
from lianban.oversight.indicators.lists import Row, Rows, rows
from lianban.oversight.indicators.looking import look
from lianban.oversight.indicators.monthly import Overview, overview
from lianban.oversight.indicators.partitions import prepare
from lianban.oversight.indicators.reading import Counts, Period, Sheet, forget, month_of, sheet
from lianban.oversight.indicators.rollups import refresh

__all__ = [
    "Counts",
    "Overview",
    "Period",
    "Row",
    "Rows",
    "Sheet",
    "forget",
    "look",
    "month_of",
    "overview",
    "prepare",
    "refresh",
    "rows",
    "seals",
    "sheet",
]
