"""What the public may read of ratings and problems, and what the centre undertakes against causes that come again."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, Boolean, Date, SmallInt, Text, Timestamptz
from piccolo.table import Table


class Publication(Table, tablename="publications"):
    """A text that was screened: published as it stands here, withheld, or taken back. Without a row: not screened."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    kind = Text(required=True)
    subject_id = UUID(required=True)
    subject_day = Date(required=True)
    department = Text()
    grade = SmallInt(null=True, default=None)
    text = Text(required=True)
    result = Text()
    status = Text(required=True)
    reason = Text()
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)
    published_at = Timestamptz(null=True, default=None)


class PublicMonth(Table, tablename="public_months"):
    """The figures of a month as they were published: small counts are not even here. Append-only; the latest counts."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    month = Date(required=True)
    content = JSONB(required=True)
    by_id = Text(required=True)
    at = Timestamptz(required=True)


class Campaign(Table, tablename="campaigns"):
    """专项整改 of one cause."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    number = Text(required=True)
    title = Text(required=True)
    cause = Text(required=True)
    problem = Text(required=True)
    goal = Text(required=True)
    department = Text()
    owner_name = Text(required=True)
    public = Boolean(required=True)
    status = Text(required=True)
    result = Text()
    opened_by = Text(required=True)
    opened_by_name = Text()
    opened_at = Timestamptz(required=True)
    closed_at = Timestamptz(null=True, default=None)


class CampaignProblem(Table, tablename="campaign_problems"):
    """A line of the ledger: a problem that belongs to a campaign."""

    campaign_id = UUID(primary_key=True, required=True)
    rectification_id = UUID(required=True)
    at = Timestamptz(required=True)


class CampaignMeasure(Table, tablename="campaign_measures"):
    """What somebody does about the cause, until when, and what became of it."""

    id = UUID(primary_key=True, required=True)
    campaign_id = UUID(required=True)
    measure = Text(required=True)
    department = Text()
    owner_name = Text(required=True)
    due_on = Date(required=True)
    done = Text()
    done_by = Text()
    done_by_name = Text()
    done_at = Timestamptz(null=True, default=None)


class CampaignFile(Table, tablename="campaign_files"):
    """A proof, in the store under `campaigns/<id>/<sha256>`."""

    id = UUID(primary_key=True, required=True)
    campaign_id = UUID(required=True)
    measure_id = UUID(required=True)
    name = Text(required=True)
    media_type = Text(required=True)
    sha256 = Text(required=True)
    at = Timestamptz(required=True)


class DeclinedCause(Table, tablename="declined_causes"):
    """A cluster for which the supervisor opened no campaign, and why."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    cause = Text(required=True)
    reason = Text(required=True)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)


class RepeatedFault(Table, tablename="repeated_faults"):
    """A person, window or department with too many valid negative ratings: whose matter it became, and the talk."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    kind = Text(required=True)
    subject = Text(required=True)
    name = Text(required=True)
    department = Text()
    problems = Array(base_column=UUID(), required=True)
    level = Text(required=True)
    at = Timestamptz(required=True)
    talked_at = Timestamptz(null=True, default=None)
    talked_by = Text()
    talked_by_name = Text()
    talk = Text()
