"""Department work: the list, one task, handling it, deciding it."""

from lianban.casework.attachments import Attachment
from lianban.casework.tasks.checking import NewResult
from lianban.casework.tasks.deciding import Decided, grant, refuse
from lianban.casework.tasks.handling import Handled, claim, hand_over, release
from lianban.casework.tasks.surveying import CONCLUSIONS, survey
from lianban.casework.tasks.viewing import open_result, view
from lianban.casework.tasks.views import TaskView
from lianban.casework.tasks.worklist import Counts, Filters, Line, Worklist, worklist
from lianban.rules.surveys import Surveyor

__all__ = [
    "CONCLUSIONS",
    "Attachment",
    "Counts",
    "Decided",
    "Filters",
    "Handled",
    "Line",
    "NewResult",
    "Surveyor",
    "TaskView",
    "Worklist",
    "claim",
    "grant",
    "hand_over",
    "open_result",
    "refuse",
    "release",
    "survey",
    "view",
    "worklist",
]
