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
    subject = Text()
    first_day_counts = Boolean(default=False)
    wake_at = Timestamptz(null=True, default=None)


class ClockEvent(Table, tablename="clock_events"):
    """Something that moves a clock: a pause with its told end, its earlier end, an extension. Append-only by custom."""

    id = UUID(primary_key=True, required=True)
    clock_id = UUID(required=True)
    case_id = UUID(required=True)
    kind = Text(required=True)
    adjustment = UUID(null=True, default=None)
    since = Timestamptz(null=True, default=None)
    until = Timestamptz(null=True, default=None)
    amount = Integer(null=True, default=None)
    unit = Text(null=True, default=None)
    reason = Text()
    basis = Text()
    paper = Text()
    by_id = Text(required=True)
    at = Timestamptz(required=True)


class Adjustment(Table, tablename="adjustments"):
    """An extension or a special procedure: asked for, decided by the proper rank, told in writing."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    task_id = UUID(null=True, default=None)
    region_code = Text(required=True)
    department = Text()
    kind = Text(required=True)
    cause = Text()
    name = Text(required=True)
    stops_statutory = Boolean(default=True)
    amount = Integer(required=True)
    unit = Text(required=True)
    since = Timestamptz(null=True, default=None)
    until = Timestamptz(null=True, default=None)
    reason = Text(required=True)
    basis = Text(required=True)
    rank = Text(required=True)
    status = Text(required=True)
    asked_by = Text(required=True)
    asked_by_name = Text()
    asked_for = Text()
    asked_at = Timestamptz(required=True)
    decided_by = Text()
    decided_by_name = Text()
    decided_for = Text()
    decided_at = Timestamptz(null=True, default=None)
    decision_note = Text()
    paper_id = UUID(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
