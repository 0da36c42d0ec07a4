"""数据汇聚: reports to the superior platform, under which edition of the mapping, their receipts, reconciliations."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class UpwardReport(Table, tablename="upward_reports"):
    """What has to be reported of a rating: that it was given, that its standing changed, what was done about it.

    `day` is the rating's, `due_by` until when the report counts as in time. What is sent lies sealed in the row until
    it has been accepted; `digest` stays.
    """

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    rating_id = UUID(required=True)
    day = Date(required=True)
    cause = Text(required=True)
    cause_id = Text(required=True)
    occurred_at = Timestamptz(required=True)
    due_by = Timestamptz(required=True)
    schema = Text(required=True)
    edition = Integer(required=True)
    sealed = Bytea(null=True, default=None)
    digest = Text(required=True)
    status = Text(required=True)
    reason = Text()
    attempts = Integer(default=0)
    due_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(required=True)
    sent_at = Timestamptz(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)


class UpwardEdition(Table, tablename="upward_editions"):
    """Which schema a region reports by from now on, and with which codes in place of the shipped ones."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    number = Integer(required=True)
    schema = Text(required=True)
    codes = JSONB(default="{}")
    note = Text(required=True)
    by_id = Text(required=True)
    by_name = Text(required=True)
    at = Timestamptz(required=True)


class UpwardReceipt(Table, tablename="upward_receipts"):
    """A receipt that came later, by its own number at the platform."""

    receipt = Text(primary_key=True, required=True)
    report_id = UUID(required=True)
    status = Text(required=True)
    reason = Text()
    at = Timestamptz(required=True)


class UpwardReconciliation(Table, tablename="upward_reconciliations"):
    """The reports of one day, ours beside theirs. Append-only."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    day = Date(required=True)
    at = Timestamptz(required=True)
    ours = Integer(required=True)
    theirs = Integer(required=True)
    missing = Array(base_column=UUID())
    differing = Array(base_column=UUID())
    unknown = Integer(default=0)
    by_id = Text(required=True)
