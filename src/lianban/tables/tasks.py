"""Department work: one task per item of the bundle, its on-site checks and its results."""

from __future__ import annotations

from piccolo.columns import UUID, Array, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class Task(Table, tablename="tasks"):
    """One item of one case in the hands of one department."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    region_code = Text(required=True)
    item = Text(required=True)
    item_name = Text(required=True)
    department = Text(required=True)
    status = Text(required=True)
    after = Array(base_column=Text())
    needs_survey = Boolean(default=False)
    dispatched_at = Timestamptz(null=True, default=None)
    claimed_at = Timestamptz(null=True, default=None)
    claimed_by = Text()
    claimed_by_name = Text()
    decided_at = Timestamptz(null=True, default=None)
    decided_by = Text()
    decided_by_name = Text()
    opinion = Text()
    reason = Text()
    legal_basis = Text()
    remedy = Text()
    due_at = Timestamptz(null=True, default=None)
    version = Integer()


class Survey(Table, tablename="surveys"):
    """An on-site check (现场勘验): when, by whom, with what conclusion."""

    id = UUID(primary_key=True, required=True)
    task_id = UUID(required=True)
    case_id = UUID(required=True)
    surveyed_on = Date(required=True)
    surveyors = Array(base_column=Text())
    conclusion = Text(required=True)
    findings = Text()
    by_id = Text(required=True)
    at = Timestamptz(required=True)
    visit_id = UUID(null=True, default=None)
    certificates = Array(base_column=Text())
    desk = Boolean(default=False)
    rectify_by = Date(null=True, default=None)
    limit_amount = Integer(null=True, default=None)
    limit_unit = Text(null=True, default=None)
    limit_reason = Text()


class Result(Table, tablename="results"):
    """A licence, certificate or document that a granted item ends in."""

    id = UUID(primary_key=True, required=True)
    task_id = UUID(required=True)
    case_id = UUID(required=True)
    name = Text(required=True)
    number = Text()
    issued_on = Date(required=True)
    valid_until = Date(null=True, default=None)
    file_name = Text()
    media_type = Text()
    sha256 = Text()
    by_id = Text(required=True)
    at = Timestamptz(required=True)
    delivered_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    revoked_reason = Text()
    delivery_id = UUID(null=True, default=None)
    superseded_at = Timestamptz(null=True, default=None)
    superseded_by = UUID(null=True, default=None)
    superseded_reason = Text()
    old_one = Text()


class Handover(Table, tablename="handovers"):
    """One link of the chain from the one who was asked first (首问负责)."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    item = Text()
    from_id = Text()
    from_name = Text()
    to_id = Text()
    to_name = Text()
    reason = Text()
    by_id = Text(required=True)
    at = Timestamptz(required=True)
