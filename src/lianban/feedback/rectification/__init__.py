"""整改: a problem is verified, transferred, put right, answered, rated again by the citizen, written off (R-HCP-6).

Rooms: `opening` where problems come from · `keeping` a problem locked, and what a move changes · `supervising` and
`handling` what either side does · `outcomes` what citizens, call-backs and appeals bring · `citizens` what the one who
rated reads · `listing` and `views` for pages · `proofs` files · `sheet` the 处置单 · `words` what moves are called.
"""

from lianban.feedback.rectification.citizens import CitizenView, Told, for_citizen
from lianban.feedback.rectification.handling import accept, ask_extension, finish, pass_on, reply, send_up, take_over
from lianban.feedback.rectification.keeping import CENTRE, CLOSED, REPLIED, TRANSFERRED, units
from lianban.feedback.rectification.listing import Filters, Line, Listing, listing
from lianban.feedback.rectification.opening import OPENED, Problem, open_for_rating, open_problem
from lianban.feedback.rectification.outcomes import called_back, mark_appeal, rerate, void
from lianban.feedback.rectification.proofs import Proof, proof
from lianban.feedback.rectification.sheet import Sheet, issue_sheet
from lianban.feedback.rectification.supervising import (
    assign,
    grant_extension,
    refuse_extension,
    transfer,
    verify,
    write_off,
)
from lianban.feedback.rectification.views import Entry, ProblemView, Step, problem
from lianban.feedback.rectification.words import FINDINGS, LINES, SOURCES, STEPS, VERDICTS

__all__ = [
    "CENTRE",
    "CLOSED",
    "FINDINGS",
    "LINES",
    "OPENED",
    "REPLIED",
    "SOURCES",
    "STEPS",
    "TRANSFERRED",
    "VERDICTS",
    "CitizenView",
    "Entry",
    "Filters",
    "Line",
    "Listing",
    "Problem",
    "ProblemView",
    "Proof",
    "Sheet",
    "Step",
    "Told",
    "accept",
    "ask_extension",
    "assign",
    "called_back",
    "finish",
    "for_citizen",
    "grant_extension",
    "issue_sheet",
    "listing",
    "mark_appeal",
    "open_for_rating",
    "open_problem",
    "pass_on",
    "problem",
    "proof",
    "refuse_extension",
    "reply",
    "rerate",
    "send_up",
    "take_over",
    "transfer",
    "units",
    "verify",
    "void",
    "write_off",
]
