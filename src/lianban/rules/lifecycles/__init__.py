"""The lives of cases and tasks: charts say what may follow what, rows say which facts hold, the system is an actor too.

An event's guards are names of documented methods of the row. One of them is a role, the others are facts; the docstring
is the sentence that is shown when it does not hold. The machine decides and does nothing else: `fire` changes the row's
state and returns the move, everything that follows from a move is done by the verb that asked.

Rooms: `charts` what may follow what · `rows` which facts hold · `playing` events on rows.
"""

from lianban.rules.lifecycles.appeal import AppealLife, AppealRow
from lianban.rules.lifecycles.callback import CallbackLife, CallbackRow
from lianban.rules.lifecycles.campaign import CampaignLife, CampaignRow
from lianban.rules.lifecycles.charts import CaseLife, Life, LifeType, Step, TaskLife, labels, stage_name, table
from lianban.rules.lifecycles.delivery import DeliveryLife, DeliveryRow
from lianban.rules.lifecycles.difficulty import DifficultyLife, DifficultyRow
from lianban.rules.lifecycles.hearing import HearingLife, HearingRow
from lianban.rules.lifecycles.playing import Illegal, Move, advance, buttons, fire, options, sentence
from lianban.rules.lifecycles.rectification import RectificationLife, RectificationRow
from lianban.rules.lifecycles.rows import ENTRIES, ROLES, ROWS, CaseRow, Subject, TaskRow
from lianban.rules.lifecycles.visit import OPEN_PARTS, VisitLife, VisitRow

__all__ = [
    "ENTRIES",
    "OPEN_PARTS",
    "ROLES",
    "ROWS",
    "AppealLife",
    "AppealRow",
    "CallbackLife",
    "CallbackRow",
    "CampaignLife",
    "CampaignRow",
    "CaseLife",
    "CaseRow",
    "DeliveryLife",
    "DeliveryRow",
    "DifficultyLife",
    "DifficultyRow",
    "HearingLife",
    "HearingRow",
    "Illegal",
    "Life",
    "LifeType",
    "Move",
    "RectificationLife",
    "RectificationRow",
    "Step",
    "Subject",
    "TaskLife",
    "TaskRow",
    "VisitLife",
    "VisitRow",
    "advance",
    "buttons",
    "fire",
    "labels",
    "options",
    "sentence",
    "stage_name",
    "table",
]
