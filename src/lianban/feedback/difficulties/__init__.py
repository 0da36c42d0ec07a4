"""有事您说话 / 办不成事: what somebody could not get done is registered, sorted, handled, answered, called back.

Rooms: `registering` how it comes in · `sorting` category, channel, dispatch · `handling` the units · `raising` what
goes up · `returning` call-back and end · `sheet` its paper · `converting` supervision records and rectifications ·
`listing`, `views` what the people of the house see · `following` what its maker sees · `figures` · `proposals` for the
catalogue · `duty` who sits there.
"""

from lianban.feedback.difficulties.converting import Supervision, conclude, judge, records, rectify
from lianban.feedback.difficulties.duty import Duty, duties, on_staff, put_duty, withdraw_duty
from lianban.feedback.difficulties.figures import FIGURES, Figures, figures
from lianban.feedback.difficulties.following import Followed, follow_up
from lianban.feedback.difficulties.handling import accept, contribute, give_back, postpone, reply, tell
from lianban.feedback.difficulties.listing import COUNTED, TABS, Filters, RequestLine, Requests, listing, of_case
from lianban.feedback.difficulties.proposals import Proposal, answer_proposal, proposals, propose
from lianban.feedback.difficulties.raising import confirm, escalate, follow, instruct
from lianban.feedback.difficulties.registering import Registered, Request, register
from lianban.feedback.difficulties.returning import called_back, close, return_ticket
from lianban.feedback.difficulties.rows import repeatable
from lianban.feedback.difficulties.sorting import REPLIED, dispatch, exclude, settle, triage
from lianban.feedback.difficulties.views import RequestView, shown, staff, view
from lianban.feedback.difficulties.words import STATES

__all__ = [
    "COUNTED",
    "FIGURES",
    "REPLIED",
    "STATES",
    "TABS",
    "Duty",
    "Figures",
    "Filters",
    "Followed",
    "Proposal",
    "Registered",
    "Request",
    "RequestLine",
    "RequestView",
    "Requests",
    "Supervision",
    "accept",
    "answer_proposal",
    "called_back",
    "close",
    "conclude",
    "confirm",
    "contribute",
    "dispatch",
    "duties",
    "escalate",
    "exclude",
    "figures",
    "follow",
    "follow_up",
    "give_back",
    "instruct",
    "judge",
    "listing",
    "of_case",
    "on_staff",
    "postpone",
    "proposals",
    "propose",
    "put_duty",
    "records",
    "rectify",
    "register",
    "repeatable",
    "reply",
    "return_ticket",
    "settle",
    "shown",
    "staff",
    "tell",
    "triage",
    "view",
    "withdraw_duty",
]
