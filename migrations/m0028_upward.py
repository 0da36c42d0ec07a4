"""Reports to the superior platform: one for each rating and each change, what became of it, daily reconciliation."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Upward reports"

UP = """
CREATE TABLE upward_reports (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  rating_id uuid NOT NULL,
  day date NOT NULL,
  cause text NOT NULL CHECK (cause IN ('rating', 'standing', 'handling')),
  cause_id text NOT NULL,
  occurred_at timestamptz NOT NULL,
  due_by timestamptz NOT NULL,
  schema text NOT NULL,
  edition integer NOT NULL,
  sealed bytea,
  digest text NOT NULL,
  status text NOT NULL CHECK (status IN ('waiting', 'taken', 'accepted', 'rejected', 'failed')),
  reason text NOT NULL DEFAULT '',
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz,
  created_at timestamptz NOT NULL,
  sent_at timestamptz,
  answered_at timestamptz,
  accepted_at timestamptz,
  UNIQUE (rating_id, cause, cause_id)
);
CREATE INDEX upward_reports_due ON upward_reports (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX upward_reports_day ON upward_reports (region_code, day, id);
CREATE INDEX upward_reports_open ON upward_reports (region_code, status, id) WHERE status <> 'accepted';

CREATE TABLE upward_editions (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  number integer NOT NULL,
  schema text NOT NULL,
  codes jsonb NOT NULL DEFAULT '{}',
  note text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  UNIQUE (region_code, number)
);

CREATE TABLE upward_receipts (
  receipt text PRIMARY KEY,
  report_id uuid NOT NULL REFERENCES upward_reports (id),
  status text NOT NULL CHECK (status IN ('accepted', 'rejected')),
  reason text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);

CREATE TABLE upward_reconciliations (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  day date NOT NULL,
  at timestamptz NOT NULL,
  ours integer NOT NULL,
  theirs integer NOT NULL,
  missing uuid[] NOT NULL DEFAULT '{}',
  differing uuid[] NOT NULL DEFAULT '{}',
  unknown integer NOT NULL DEFAULT 0,
  by_id text NOT NULL
);
CREATE INDEX upward_reconciliations_day ON upward_reconciliations (region_code, day, at);

CREATE INDEX rectification_steps_at ON rectification_steps (at);
"""

DOWN = """
DROP INDEX rectification_steps_at;
DROP TABLE upward_reconciliations, upward_receipts, upward_editions, upward_reports;
"""

forwards = sql(__name__, up=UP, down=DOWN)
