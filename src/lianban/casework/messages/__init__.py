"""Messages to applicants: an event of the outbox becomes a short text, held over night, sent, and followed to its end.

Rooms: `telling` which event is told · `addressees` of which case and whom · `writing` once each · `templates` wording
in editions · `sending` to the gateway · `receipts` from it · `choosing` what people decide · `views` what pages show ·
`forgetting` retention.
"""

from lianban.casework.messages.choosing import choose, send_again, told_otherwise, wants
from lianban.casework.messages.forgetting import forget
from lianban.casework.messages.receipts import receipt
from lianban.casework.messages.sending import send
from lianban.casework.messages.telling import ENDING, TELLERS, follow
from lianban.casework.messages.templates import Preview, Wording, preview, publish, wordings
from lianban.casework.messages.views import (
    STATES,
    Counted,
    MessageView,
    counts,
    of_case,
    simulated,
    untold,
    untold_count,
)
from lianban.casework.messages.writing import SEND

__all__ = [
    "ENDING",
    "SEND",
    "STATES",
    "TELLERS",
    "Counted",
    "MessageView",
    "Preview",
    "Wording",
    "choose",
    "counts",
    "follow",
    "forget",
    "of_case",
    "preview",
    "publish",
    "receipt",
    "send",
    "send_again",
    "simulated",
    "told_otherwise",
    "untold",
    "untold_count",
    "wants",
    "wordings",
]
