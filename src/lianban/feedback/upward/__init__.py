"""数据汇聚: every rating and every change of it is reported to the superior platform, and nobody forgets one.

Rooms: `editions` by which fields and codes a region reports · `facts` what there is to tell of a rating · `queueing`
what has to be reported, found by looking, never remembered · `sending` it goes up, at least once under one id ·
`receipts` what the platform says later · `reconciling` ours beside theirs, day by day · `viewing` the pages.
"""

from lianban.feedback.upward.editions import Chosen, choose, chosen
from lianban.feedback.upward.queueing import complete, resend, sweep
from lianban.feedback.upward.receipts import receipt
from lianban.feedback.upward.reconciling import Figure, Reconciled, figure, nightly, reconcile
from lianban.feedback.upward.sending import send_due
from lianban.feedback.upward.viewing import READERS, Day, Open, Overview, overview

__all__ = [
    "READERS",
    "Chosen",
    "Day",
    "Figure",
    "Open",
    "Overview",
    "Reconciled",
    "choose",
    "chosen",
    "complete",
    "figure",
    "nightly",
    "overview",
    "receipt",
    "reconcile",
    "resend",
    "send_due",
    "sweep",
]
