"""Promises: materials that follow, checks that come later, and what a broken promise brings."""

from __future__ import annotations

from piccolo.columns import UUID, Array, Date, Text, Timestamptz
from piccolo.table import Table


class Tolerance(Table, tablename="tolerances"):
    """A material that may follow, and the promise to bring it."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    material = Text(required=True)
    material_name = Text(required=True)
    items = Array(base_column=Text())
    status = Text(required=True)
    promised_at = Timestamptz(required=True)
    until = Timestamptz(required=True)
    made_up_at = Timestamptz(null=True, default=None)
    channel = Text()
    by_id = Text(required=True)


class Bar(Table, tablename="bars"):
    """Why somebody may not promise or apply again: one kind, one item, with its end.

    Without `by_id` it is only proposed, and holds nobody back.
    """

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    person_key = Text(required=True)
    kind = Text(required=True)
    item = Text()
    case_id = UUID(null=True, default=None)
    reason = Text(required=True)
    basis = Text(required=True)
    since = Timestamptz(required=True)
    until = Timestamptz(null=True, default=None)
    proposed_by = Text()
    proposed_by_name = Text()
    by_id = Text()
    by_name = Text()
    lifted_at = Timestamptz(null=True, default=None)
    lifted_by = Text()
    lifted_reason = Text()


class Verification(Table, tablename="verifications"):
    """The later check of an item that was granted on a promise."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    task_id = UUID(required=True)
    region_code = Text(required=True)
    department = Text(required=True)
    item = Text(required=True)
    item_name = Text(required=True)
    status = Text(required=True)
    findings = Text()
    checkers = Array(base_column=Text())
    rectify_by = Date(null=True, default=None)
    by_id = Text()
    by_name = Text()
    approved_by = Text()
    approved_by_name = Text()
    reason = Text()
    basis = Text()
    remedy = Text()
    at = Timestamptz(required=True)
    decided_at = Timestamptz(null=True, default=None)


class VerificationCheck(Table, tablename="verification_checks"):
    """One later check: who looked, what they found, what follows."""

    id = UUID(primary_key=True, required=True)
    verification_id = UUID(required=True)
    case_id = UUID(required=True)
    outcome = Text(required=True)
    findings = Text(required=True)
    checkers = Array(base_column=Text())
    checked_on = Date(required=True)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)
