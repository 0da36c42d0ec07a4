"""Hearings: the right that was told, who asked, when and where it was held, its record, challenges to the presider."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Boolean, Date, Text, Timestamptz
from piccolo.table import Table


class Hearing(Table, tablename="hearings"):
    """The hearing of a task, from the day its right was told. `proceedings` is what the record says, part by part."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    task_id = UUID(required=True)
    ground = Text(default="interest")
    interested = Text()
    reason = Text(required=True)
    status = Text(required=True)
    told_at = Timestamptz(required=True)
    apply_by = Timestamptz(required=True)
    applied_at = Timestamptz(null=True, default=None)
    hold_by = Timestamptz(null=True, default=None)
    called_at = Timestamptz(null=True, default=None)
    held_on = Date(null=True, default=None)
    hour = Text()
    place = Text()
    closed_reason = Text()
    record = Text()
    by_id = Text(required=True)
    by_name = Text()
    presider = Text()
    recorder = Text()
    adjustment = UUID(null=True, default=None)
    proceedings = JSONB(default="{}")
    record_paper = UUID(null=True, default=None)
    signed_name = Text()
    signed_type = Text()
    signed_sha256 = Text()
    at = Timestamptz(required=True)


class HearingParty(Table, tablename="hearing_parties"):
    """The applicant, or somebody whose material interest is touched."""

    id = UUID(primary_key=True, required=True)
    hearing_id = UUID(required=True)
    kind = Text(required=True)
    name = Text(required=True)
    contact = Text()
    asked = Text()
    asked_at = Timestamptz(null=True, default=None)
    channel = Text()
    attended = Text()
    signed = Text()


class HearingRecusal(Table, tablename="hearing_recusals"):
    """Somebody has asked that the presider withdraw (回避). `granted` None: not decided yet."""

    id = UUID(primary_key=True, required=True)
    hearing_id = UUID(required=True)
    against = Text(required=True)
    against_name = Text(required=True)
    asked_by = Text(required=True)
    reason = Text(required=True)
    asked_at = Timestamptz(required=True)
    taken_by = Text(required=True)
    granted = Boolean(null=True, default=None)
    decision = Text()
    decided_by = Text()
    decided_by_name = Text()
    decided_at = Timestamptz(null=True, default=None)
