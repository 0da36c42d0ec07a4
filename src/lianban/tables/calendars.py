"""The calendar as documents, and what their change did."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class CalendarState(Table, tablename="calendar_state"):
    """The number of the calendar in force; it grows with each document."""

    single = Boolean(primary_key=True, default=True)
    version = Integer(required=True)


class CalendarNotice(Table, tablename="calendar_notices"):
    """A yearly notice on holidays, as it was imported."""

    id = UUID(primary_key=True, required=True)
    year = Integer(required=True)
    number = Text(required=True)
    published = Date(null=True, default=None)
    file_name = Text(required=True)
    sha256 = Text(required=True)
    content = JSONB(required=True)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)
    superseded_at = Timestamptz(null=True, default=None)
    title = Text()
    status = Text(default="yearly")


class CalendarOverlay(Table, tablename="calendar_overlays"):
    """Days off or on of one region, with the document they rest on."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    name = Text(required=True)
    basis = Text(required=True)
    days_off = JSONB()
    days_on = JSONB()
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by = Text()


class Recomputation(Table, tablename="recomputations"):
    """All open clocks are looked at anew after a change of the calendar; where that stands."""

    id = UUID(primary_key=True, required=True)
    version = Integer(required=True)
    reason = Text(required=True)
    region_code = Text()
    cursor = UUID(null=True, default=None)
    looked = Integer()
    changed = Integer()
    started_at = Timestamptz(required=True)
    finished_at = Timestamptz(null=True, default=None)
    total = Integer()
    firmed = Integer()
    passed_over = Array(base_column=UUID())
    by_name = Text()


class DeadlineChange(Table, tablename="deadline_changes"):
    """A date that a recomputation changed."""

    id = UUID(primary_key=True, required=True)
    recomputation = UUID(required=True)
    clock_id = UUID(required=True)
    case_id = UUID(required=True)
    region_code = Text(required=True)
    old_computed = Timestamptz(required=True)
    new_computed = Timestamptz(required=True)
    old_promised = Timestamptz(required=True)
    new_promised = Timestamptz(required=True)
    at = Timestamptz(required=True)
