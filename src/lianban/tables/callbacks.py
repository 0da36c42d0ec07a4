"""回访: seeds committed to ahead, draws with their populations, who is to be called, and each attempt."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class CallbackSeed(Table, tablename="callback_seeds"):
    """A seed before its use: shown is its digest (`commitment`), the seed itself is sealed. One unused in a region."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    serial = Integer(required=True)
    commitment = Text(required=True)
    sealed = Bytea(required=True)
    prepared_at = Timestamptz(required=True)
    used_at = Timestamptz(null=True, default=None)


class CallbackDraw(Table, tablename="callback_draws"):
    """The draw among the cases closed on `day`; a second `serial` is for those that were found afterwards."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    day = Date(required=True)
    serial = Integer(required=True)
    seed = Text(required=True)
    commitment = Text(required=True)
    committed_at = Timestamptz(required=True)
    share = Integer(required=True)
    population = Integer(required=True)
    sample = Integer(required=True)
    digest = Text(required=True)
    drawn_at = Timestamptz(required=True)
    by_id = Text(required=True)
    by_name = Text()


class CallbackMember(Table, tablename="callback_members"):
    """A closed case in the population of a draw; `mark` stands for it where others look."""

    case_id = UUID(primary_key=True, required=True)
    draw_id = UUID(required=True)
    window_name = Text(required=True)
    mark = Text(required=True)
    chosen = Boolean(required=True)


class Callback(Table, tablename="callbacks"):
    """Somebody is to be called: a drawn case, a named negative, a request. Due since `ready_at`; `cause` made it."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    source = Text(required=True)
    source_id = UUID(required=True)
    cause = UUID(required=True, unique=True)
    case_id = UUID(null=True, default=None)
    matter = Text()
    department = Text()
    window_name = Text()
    served_by = Array(base_column=Text())
    status = Text(required=True)
    opened_at = Timestamptz(required=True)
    ready_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    held_by = Text()
    held_by_name = Text()
    held_at = Timestamptz(null=True, default=None)
    answers = JSONB(null=True, default=None)
    satisfied = Boolean(null=True, default=None)
    note = Text()
    rectification_id = UUID(null=True, default=None)
    by_id = Text()
    by_name = Text()


class CallbackAttempt(Table, tablename="callback_attempts"):
    """One time somebody was called, and what came of it. Append-only."""

    id = UUID(primary_key=True, required=True)
    callback_id = UUID(required=True)
    outcome = Text(required=True)
    note = Text()
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)
