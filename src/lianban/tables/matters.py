"""What follows from voices: rectifications, and the clocks of everything that is handled outside a case's own tasks."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, Boolean, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table


class Rectification(Table, tablename="rectifications"):
    """A problem that somebody has to put right: a negative rating, or what a call-back or a request has found."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    number = Text(required=True)
    source = Text(required=True)
    source_id = UUID(required=True)
    rating_id = UUID(null=True, default=None)
    case_id = UUID(null=True, default=None)
    department = Text()
    window_name = Text()
    served_by = Text()
    grade = SmallInt(null=True, default=None)
    options = Array(base_column=SmallInt())
    problem = Text()
    named = Boolean(default=False)
    status = Text(required=True)
    opened_at = Timestamptz(required=True)
    closed_at = Timestamptz(null=True, default=None)
    finding = Text()
    owner = Text()
    owner_name = Text()
    hops = SmallInt(default=0)
    assigned = Boolean(default=False)
    extended = Boolean(default=False)
    extension_by = Text()
    extension_reason = Text()
    reopened = SmallInt(default=0)
    verdict = Text()
    transferred_at = Timestamptz(null=True, default=None)
    rectified_at = Timestamptz(null=True, default=None)
    replied_at = Timestamptz(null=True, default=None)
    called_back_at = Timestamptz(null=True, default=None)
    reached = Boolean(null=True, default=None)
    appeal_open = Boolean(default=False)
    paper_id = UUID(null=True, default=None)


class RectificationStep(Table, tablename="rectification_steps"):
    """What was done with a problem, by whom, and what was said. Append-only.

    `shown` is who may read the note: `citizen` everybody and the one who rated, `unit` the house, `centre` supervisors.
    """

    id = UUID(primary_key=True, required=True)
    rectification_id = UUID(required=True)
    event = Text(required=True)
    was = Text(required=True)
    status = Text(required=True)
    by_id = Text(required=True)
    by_name = Text()
    by_department = Text()
    department = Text()
    note = Text()
    shown = Text(required=True)
    verdict = Text()
    at = Timestamptz(required=True)


class RectificationFile(Table, tablename="rectification_files"):
    """A proof of a step, in the store under `rectifications/<id>/<sha256>`."""

    id = UUID(primary_key=True, required=True)
    rectification_id = UUID(required=True)
    step_id = UUID(required=True)
    name = Text(required=True)
    media_type = Text(required=True)
    sha256 = Text(required=True)


class MatterClock(Table, tablename="matter_clocks"):
    """A limit of a matter (`matter`, `matter_id`); `extensions` are kept with it, [{amount, unit, at, reason, by}]."""

    id = UUID(primary_key=True, required=True)
    matter = Text(required=True)
    matter_id = UUID(required=True)
    region_code = Text(required=True)
    department = Text()
    kind = Text(required=True)
    amount = Integer(required=True)
    unit = Text(required=True)
    basis = Text(required=True)
    started_at = Timestamptz(required=True)
    extensions = JSONB(default="[]")
    due_at = Timestamptz(required=True)
    provisional = Boolean(required=True)
    calendar = Text(required=True)
    stopped_at = Timestamptz(null=True, default=None)
    wake_at = Timestamptz(null=True, default=None)


class MatterMark(Table, tablename="matter_marks"):
    """A limit of a matter came near, was overrun, or has been overrun so long that it goes up. Append-only."""

    id = UUID(primary_key=True, required=True)
    clock_id = UUID(required=True)
    matter = Text(required=True)
    matter_id = UUID(required=True)
    region_code = Text(required=True)
    department = Text()
    level = Text(required=True)
    reason = Text(required=True)
    due_at = Timestamptz(required=True)
    at = Timestamptz(required=True)
    recorded_at = Timestamptz(required=True)
