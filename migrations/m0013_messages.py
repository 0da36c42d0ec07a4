"""Messages to applicants: what was sent, its wording in editions, what the applicant chose, receipts of the gateway."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Messages to applicants"

UP = """
CREATE TABLE messages (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  region_code text NOT NULL,
  occasion text NOT NULL,
  cause text NOT NULL,
  subject text NOT NULL DEFAULT '',
  role text NOT NULL CHECK (role IN ('applicant', 'agent', 'operator')),
  phone_masked text NOT NULL DEFAULT '',
  text text NOT NULL DEFAULT '',
  edition integer NOT NULL DEFAULT 0,
  parts integer NOT NULL DEFAULT 0,
  about jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL CHECK (status IN ('waiting', 'sent', 'arrived', 'failed', 'no_phone', 'unconfigured',
    'simulated', 'declined', 'dropped', 'merged')),
  reason text NOT NULL DEFAULT '',
  attempts integer NOT NULL DEFAULT 0,
  gateway_id text NOT NULL DEFAULT '',
  made_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  sent_at timestamptz,
  arrived_at timestamptz,
  failed_at timestamptz,
  handled_at timestamptz,
  handled_by text NOT NULL DEFAULT '',
  handled_by_name text NOT NULL DEFAULT '',
  handled_note text NOT NULL DEFAULT '',
  UNIQUE (case_id, occasion, cause, role)
);
CREATE INDEX messages_case ON messages (case_id, made_at, id);
CREATE INDEX messages_open ON messages (region_code, made_at)
  WHERE status IN ('failed', 'no_phone', 'unconfigured') AND handled_at IS NULL;
CREATE INDEX messages_region ON messages (region_code, made_at);

CREATE TABLE message_templates (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  occasion text NOT NULL,
  edition integer NOT NULL,
  text text NOT NULL,
  valid_from date NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  UNIQUE (region_code, occasion, edition)
);

CREATE TABLE message_choices (
  case_id uuid PRIMARY KEY REFERENCES cases (id),
  optional boolean NOT NULL,
  by_id text NOT NULL,
  at timestamptz NOT NULL
);

CREATE TABLE message_numbers (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  role text NOT NULL CHECK (role IN ('applicant', 'agent', 'operator')),
  phone text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  UNIQUE (case_id, role)
);

CREATE TABLE message_receipts (
  id text PRIMARY KEY,
  message_id uuid NOT NULL REFERENCES messages (id),
  status text NOT NULL CHECK (status IN ('delivered', 'failed')),
  reason text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL
);
CREATE INDEX message_receipts_received ON message_receipts (received_at);
"""

DOWN = "DROP TABLE message_receipts, message_numbers, message_choices, message_templates, messages;"

forwards = sql(__name__, up=UP, down=DOWN)
