"""Indicators (domain C5): counted from what happened, for a period, as known at the end of any day.

Rooms: `partitions` months made ahead · `rollups` counts of a day · `populations` what is counted, row by row ·
`reading` sheets of a period · `lists` the rows behind a figure · `seals` days that are over cannot be changed unnoticed.
"""

from lianban.oversight.indicators.reading import Counts, Period, Sheet, month_of, sheet

__all__ = ["Counts", "Period", "Sheet", "month_of", "sheet"]
