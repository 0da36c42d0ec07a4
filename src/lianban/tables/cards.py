"""Cards of the electronic supervision."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Boolean, Text, Timestamptz
from piccolo.table import Table


class Card(Table, tablename="cards"):
    """A yellow, red or black card: a fact that stays."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    department = Text()
    case_id = UUID(required=True)
    task_id = UUID(null=True, default=None)
    clock_id = UUID(required=True)
    clock_kind = Text(required=True)
    clock_since = Timestamptz(required=True)
    colour = Text(required=True)
    owner = Text()
    owner_name = Text()
    reason = Text(required=True)
    explanation = JSONB()
    due_at = Timestamptz(required=True)
    at = Timestamptz(required=True)
    recorded_at = Timestamptz(required=True)


class CardRemoval(Table, tablename="card_removals"):
    """Somebody asks to have a card taken away, and what was decided."""

    id = UUID(primary_key=True, required=True)
    card_id = UUID(required=True)
    reason = Text(required=True)
    asked_by = Text(required=True)
    asked_by_name = Text()
    asked_at = Timestamptz(required=True)
    approved = Boolean(null=True, default=None)
    decided_by = Text()
    decided_by_name = Text()
    decided_at = Timestamptz(null=True, default=None)
    decision_note = Text()


class OverrunReason(Table, tablename="overrun_reasons"):
    """Why a limit was overrun, as the handling unit makes public."""

    id = UUID(primary_key=True, required=True)
    card_id = UUID(required=True)
    reason = Text(required=True)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)
