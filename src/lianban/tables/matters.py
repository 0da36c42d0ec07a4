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
