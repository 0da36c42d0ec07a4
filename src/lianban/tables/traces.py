"""What remains of every act: journal, access log, outbox, first answers to repeated requests, attempts."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Integer, Text, Timestamptz
from piccolo.table import Table


class TransactionId(BigInt):
    """PostgreSQL's `xid8`, given by the database."""

    @property
    def column_type(self) -> str:
        """The SQL type."""
        return "XID8"


class JournalEntry(Table, tablename="journal"):
    """One line of the 办件日志. `position` and `txid` are given by the database; written by `journal.record` only."""

    position = BigInt(primary_key=True)
    txid = TransactionId()
    stream = Text(required=True)
    subject = Text(required=True)
    seq = Integer(required=True)
    region_code = Text()
    department = Text()
    event = Text(required=True)
    by_id = Text(required=True)
    on_behalf_of = Text()
    terminal = Text()
    at = Timestamptz(required=True)
    digest = Text(required=True)
    hash = Text(required=True)


class JournalContent(Table, tablename="journal_contents"):
    """What a journal line says beyond the event; may be erased without breaking the chain."""

    position = BigInt(primary_key=True, required=True)
    salt = Text(required=True)
    content = JSONB(required=True)


class AccessRecord(Table, tablename="access_log"):
    """One look of one person at somebody's data, with the purpose."""

    id = UUID(primary_key=True, required=True)
    at = Timestamptz(required=True)
    by_id = Text(required=True)
    by_name = Text()
    department = Text()
    case_id = UUID(null=True, default=None)
    what = Text(required=True)
    purpose = Text(required=True)
    address = Text()
    terminal = Text()


class AccessGrant(Table, tablename="access_grants"):
    """A stated purpose for opening an infant's record, asked for and perhaps approved."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    person = Text(required=True)
    person_name = Text()
    purpose = Text(required=True)
    asked_at = Timestamptz(required=True)
    approved_by = Text()
    approved_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)


class OutboxEntry(Table, tablename="outbox"):
    """Something that follows later. Deleted when done."""

    id = UUID(primary_key=True, required=True)
    event = Text(required=True)
    case_id = UUID(null=True, default=None)
    payload = JSONB(default="{}")
    due_at = Timestamptz(required=True)
    attempts = Integer()
    last_error = Text()


class IdempotencyKey(Table, tablename="idempotency_keys"):
    """The first answer to a request that may come again.

    The key in the database is (by_id, key); used by `casework.idempotency` only, never with `save()`.
    """

    by_id = Text(required=True)
    key = Text(primary_key=True, required=True)
    verb = Text(required=True)
    fingerprint = Text()
    outcome = JSONB(null=True, default=None)
    at = Timestamptz(required=True)


class Attempt(Table, tablename="attempts"):
    """How often something was tried in a slot of time.

    The key in the database is (bucket, slot); counted with one statement, never with `save()`.
    """

    bucket = Text(primary_key=True, required=True)
    slot = Timestamptz(required=True)
    # `count` is a method of every Piccolo table.
    tries = Integer(required=True, db_column_name="count")
