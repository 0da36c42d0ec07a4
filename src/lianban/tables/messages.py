"""Messages to applicants: what was sent, its wording in editions, what the applicant chose, receipts of the gateway."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class MessageRow(Table, tablename="messages"):
    """One message to one recipient. The number itself stays with the party: here it is masked."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    region_code = Text(required=True)
    occasion = Text(required=True)
    cause = Text(required=True)
    subject = Text()
    role = Text(required=True)
    phone_masked = Text()
    text = Text()
    edition = Integer()
    parts = Integer()
    about = JSONB(default="{}")
    status = Text(required=True)
    reason = Text()
    attempts = Integer()
    gateway_id = Text()
    made_at = Timestamptz(required=True)
    due_at = Timestamptz(required=True)
    sent_at = Timestamptz(null=True, default=None)
    arrived_at = Timestamptz(null=True, default=None)
    failed_at = Timestamptz(null=True, default=None)
    handled_at = Timestamptz(null=True, default=None)
    handled_by = Text()
    handled_by_name = Text()
    handled_note = Text()


class MessageTemplate(Table, tablename="message_templates"):
    """One edition of the wording of an occasion in a region; never changed."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    occasion = Text(required=True)
    edition = Integer(required=True)
    text = Text(required=True)
    valid_from = Date(required=True)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)


class MessageChoice(Table, tablename="message_choices"):
    """Whether the applicant wants the messages that may be done without."""

    case_id = UUID(primary_key=True, required=True)
    optional = Boolean(required=True)
    by_id = Text(required=True)
    at = Timestamptz(required=True)


class MessageNumber(Table, tablename="message_numbers"):
    """A number for messages that the window corrected; it goes before the one on the form."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    role = Text(required=True)
    phone = Text(required=True)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)


class MessageReceipt(Table, tablename="message_receipts"):
    """What the gateway told about a message, once."""

    id = Text(primary_key=True, required=True)
    message_id = UUID(required=True)
    status = Text(required=True)
    reason = Text()
    at = Timestamptz(required=True)
    received_at = Timestamptz(required=True)
