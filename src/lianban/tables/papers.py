"""Issued papers, their numbers, their replacement, and the hand-over of results."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, BigInt, Integer, Text, Timestamptz
from piccolo.table import Table


class Paper(Table, tablename="papers"):
    """An issued paper. Rendered once; `sha256` is empty until then, afterwards it names the kept file."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(null=True, default=None)
    task_id = UUID(null=True, default=None)
    kind = Text(required=True)
    number = Text(required=True, unique=True)
    code = Text(required=True, unique=True)
    title = Text(required=True)
    content = JSONB(required=True)
    issued_at = Timestamptz(required=True)
    content_hash = Text()
    sha256 = Text()
    size = BigInt()
    void_at = Timestamptz(null=True, default=None)
    region_code = Text()
    department = Text()
    void_reason = Text()
    void_by = Text()
    void_by_name = Text()
    superseded_by = UUID(null=True, default=None)
    superseded_at = Timestamptz(null=True, default=None)
    unsigned_sha256 = Text()
    seal = JSONB(null=True, default=None)
    delivery_id = UUID(null=True, default=None)


class Replacement(Table, tablename="replacements"):
    """A paper that is to be made void or replaced by a corrected one: proposed by one person, decided by another."""

    id = UUID(primary_key=True, required=True)
    paper_id = UUID(required=True)
    case_id = UUID(null=True, default=None)
    region_code = Text(required=True)
    department = Text(required=True)
    kind = Text(required=True)
    reason = Text(required=True)
    changes = JSONB(required=True)
    status = Text(required=True)
    proposed_by = Text(required=True)
    proposed_by_name = Text(required=True)
    proposed_at = Timestamptz(required=True)
    decided_by = Text()
    decided_by_name = Text()
    decided_at = Timestamptz(null=True, default=None)
    remark = Text()
    new_paper = UUID(null=True, default=None)
    amendment = UUID(null=True, default=None)


class NumberSeries(Table, tablename="number_series"):
    """The last number given, per authority, kind and year.

    The key in the database is all three columns; numbers are taken by `casework.notices` only, never with `save()`.
    """

    authority = Text(primary_key=True, required=True)
    kind = Text(required=True)
    year = Integer(required=True)
    last = Integer(required=True)


class Delivery(Table, tablename="deliveries"):
    """One try to hand something over (送达): which results, to whom, how, and what became of it.

    `at` is when it was begun, `delivered_at` the delivery date in law, `counts_at` the moment from which the ten
    working days no longer run for it. The papers that go along point here.
    """

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    method = Text(required=True)
    receiver = Text(required=True)
    relation = Text()
    id_last_four = Text()
    note = Text()
    results = Array(base_column=UUID())
    by_id = Text(required=True)
    by_name = Text(required=True)
    at = Timestamptz(required=True)
    region_code = Text()
    status = Text(default="delivered")
    place = Text()
    witness = Text()
    refused_by = Text()
    mandate = Text()
    file_name = Text()
    media_type = Text()
    sha256 = Text()
    carrier = Text()
    tracking = Text()
    phone = Text()
    address = Text()
    box = Text()
    code_hash = Text()
    codes = Integer()
    tries = Integer()
    consent_id = UUID(null=True, default=None)
    until = Timestamptz(null=True, default=None)
    counts_at = Timestamptz(null=True, default=None)
    delivered_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    end_reason = Text()
    receipt_id = UUID(null=True, default=None)
    notice_id = UUID(null=True, default=None)
    seen_at = Timestamptz(null=True, default=None)
    paper_asked_at = Timestamptz(null=True, default=None)
    paper_asked_channel = Text()
    paper_given_at = Timestamptz(null=True, default=None)
    paper_given_to = Text()


class DeliveryConsent(Table, tablename="delivery_consents"):
    """Consent to electronic delivery (民事诉讼法 90): how and when it was given, and perhaps taken back."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    channel = Text(required=True)
    person = Text(required=True)
    at = Timestamptz(required=True)
    by_id = Text(required=True)
    by_name = Text(required=True)
    revoked_at = Timestamptz(null=True, default=None)
    revoked_by = Text()
    revoked_channel = Text()
