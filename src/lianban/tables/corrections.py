"""What stands between receipt and acceptance: screening, gaps, corrections, non-acceptance."""

from __future__ import annotations

from piccolo.columns import UUID, Integer, Text, Timestamptz
from piccolo.table import Table


class Screening(Table, tablename="screenings"):
    """A department looks through a received case for one item, within the five working days."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    region_code = Text(required=True)
    item = Text(required=True)
    item_name = Text(required=True)
    department = Text(required=True)
    round = Integer(required=True)
    status = Text(required=True)
    by_id = Text()
    by_name = Text()
    asked_at = Timestamptz(required=True)
    at = Timestamptz(null=True, default=None)


class Gap(Table, tablename="gaps"):
    """Something that is missing or wrong in what was handed in, and who found it."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    item = Text()
    department = Text()
    subject_kind = Text(required=True)
    subject = Text()
    problem = Text(required=True)
    remedy = Text()
    basis = Text()
    round = Integer(required=True)
    status = Text(required=True)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)
    supplied_at = Timestamptz(null=True, default=None)
    supplied_by = Text()


class Correction(Table, tablename="corrections"):
    """One round of correction: what was told at once, and when everything was supplied."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    round = Integer(required=True)
    notified_at = Timestamptz(required=True)
    paper_id = UUID(null=True, default=None)
    answer_by = Timestamptz(null=True, default=None)
    supplied_at = Timestamptz(null=True, default=None)
    channel = Text()
    by_id = Text(required=True)


class SpotCorrection(Table, tablename="spot_corrections"):
    """A mistake put right on the spot: the old value and the new one."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    element = Text(required=True)
    old_value = Text(required=True)
    new_value = Text(required=True)
    reason = Text(required=True)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)


class NonAcceptance(Table, tablename="non_acceptances"):
    """An item that is not accepted: not required, or another authority is competent."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    item = Text(required=True)
    item_name = Text(required=True)
    department = Text(required=True)
    ground = Text(required=True)
    reason = Text(required=True)
    basis = Text(required=True)
    competent = Text()
    remedy = Text(required=True)
    paper_id = UUID(null=True, default=None)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)
