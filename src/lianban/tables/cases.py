"""Cases, what is known about them, who takes part, and the papers handed in."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table


class Case(Table, tablename="cases"):
    """One matter of one applicant (办件), from draft to closure."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    bundle = Text(required=True)
    bundle_name = Text(required=True)
    edition = Text(required=True)
    status = Text(required=True)
    outcome = Text()
    number = Text(null=True, default=None)
    query_code = Text()
    applicant = Text()
    subject = Text()
    draft = JSONB(default="{}")
    draft_version = Integer()
    plan = JSONB(null=True, default=None)
    opened_by = Text(required=True)
    opened_by_name = Text()
    window_name = Text()
    opened_at = Timestamptz(required=True)
    received_at = Timestamptz(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    accepted_by = Text()
    decided_at = Timestamptz(null=True, default=None)
    delivered_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    updated_at = Timestamptz(required=True)
    supplied_at = Timestamptz(null=True, default=None)
    deemed = Boolean(default=False)
    ended_at = Timestamptz(null=True, default=None)
    ended_reason = Text()


class Party(Table, tablename="parties"):
    """Applicant, guardian, agent or operator of a case."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    role = Text(required=True)
    name = Text(required=True)
    id_kind = Text()
    id_number = Text()
    phone = Text()
    relation = Text()
    mandate = Text()


class Fact(Table, tablename="facts"):
    """What is known about a case, element by element, with its history."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    element = Text(required=True)
    value = Text(required=True)
    source = Text(required=True)
    origin = Text()
    by_id = Text(required=True)
    at = Timestamptz(required=True)
    superseded_at = Timestamptz(null=True, default=None)


class DuplicateKey(Table, tablename="duplicate_keys"):
    """Keyed hashes that tell when two cases are about the same newborn or premises.

    Key in the database is (case_id, key); Piccolo knows only one column of it, so insert and delete, never `save()`.
    """

    case_id = UUID(required=True)
    region_code = Text(required=True)
    bundle = Text(required=True)
    key = Text(primary_key=True, required=True)


class MaterialFile(Table, tablename="material_files"):
    """One scan of one material."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    material = Text(required=True)
    position = Integer(required=True)
    name = Text(required=True)
    media_type = Text(required=True)
    size = BigInt(required=True)
    sha256 = Text(required=True)
    pages = Integer(default=1)
    by_id = Text(required=True)
    at = Timestamptz(required=True)
    removed_at = Timestamptz(null=True, default=None)
