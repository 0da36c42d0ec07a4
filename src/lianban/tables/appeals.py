"""Appeals of the rated side: what is put forward, the evidence, the panel and how each of its members voted."""

from __future__ import annotations

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table


class Appeal(Table, tablename="appeals"):
    """An appeal against one negative rating; `told` is what the citizen reads about its outcome."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    number = Text(required=True)
    rectification_id = UUID(required=True)
    rating_id = UUID(required=True)
    department = Text()
    ground = Text(required=True)
    statement = Text(required=True)
    status = Text(required=True)
    filed_by = Text(required=True)
    filed_by_name = Text(required=True)
    filed_at = Timestamptz(required=True)
    convened_by = Text()
    convened_by_name = Text()
    convened_at = Timestamptz(null=True, default=None)
    outcome_ground = Text()
    told = Text()
    closed_at = Timestamptz(null=True, default=None)


class AppealFile(Table, tablename="appeal_files"):
    """A piece of evidence; its content lies in the store under `appeals/<appeal>/<sha256>`."""

    id = UUID(primary_key=True, required=True)
    appeal_id = UUID(required=True)
    name = Text(required=True)
    media_type = Text(required=True)
    sha256 = Text(required=True)
    by_id = Text(required=True)
    at = Timestamptz(required=True)


class AppealMember(Table, tablename="appeal_members"):
    """A seat on the panel with its one vote, or why the person has left it before voting."""

    id = UUID(primary_key=True, required=True)
    appeal_id = UUID(required=True)
    person = Text(required=True)
    name = Text(required=True)
    unit = Text()
    added_at = Timestamptz(required=True)
    left_at = Timestamptz(null=True, default=None)
    left_reason = Text()
    vote = Text()
    ground = Text()
    reason = Text()
    voted_at = Timestamptz(null=True, default=None)
