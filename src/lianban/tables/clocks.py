"""The legal clocks of cases and tasks."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table


class Clock(Table, tablename="clocks"):
    """One limit that runs: what was computed, what was promised, by which calendar."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    task_id = UUID(null=True, default=None)
    region_code = Text(required=True)
    kind = Text(required=True)
    amount = Integer(required=True)
    unit = Text(required=True)
    basis = Text()
    started_at = Timestamptz(required=True)
    computed_due = Timestamptz(required=True)
    promised_due = Timestamptz(required=True)
    provisional = Boolean(required=True)
    calendar = Text(required=True)
    stopped_at = Timestamptz(null=True, default=None)
