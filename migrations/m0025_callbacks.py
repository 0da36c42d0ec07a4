"""Call-backs: seeds committed to ahead, draws with their populations, who is to be called, and each attempt.

A closed case is in one population, once and for all: `callback_members` says which, and no case is drawn twice.
"""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Call-backs"

UP = """
CREATE TABLE callback_seeds (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  serial integer NOT NULL,
  commitment text NOT NULL,
  sealed bytea NOT NULL,
  prepared_at timestamptz NOT NULL,
  used_at timestamptz,
  UNIQUE (region_code, serial)
);
CREATE UNIQUE INDEX callback_seeds_next ON callback_seeds (region_code) WHERE used_at IS NULL;

CREATE TABLE callback_draws (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  day date NOT NULL,
  serial integer NOT NULL,
  seed text NOT NULL,
  commitment text NOT NULL,
  committed_at timestamptz NOT NULL,
  share integer NOT NULL,
  population integer NOT NULL,
  sample integer NOT NULL,
  digest text NOT NULL,
  drawn_at timestamptz NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  UNIQUE (region_code, day, serial)
);

CREATE TABLE callback_members (
  case_id uuid PRIMARY KEY,
  draw_id uuid NOT NULL REFERENCES callback_draws (id),
  window_name text NOT NULL,
  mark text NOT NULL,
  chosen boolean NOT NULL
);
CREATE INDEX callback_members_draw ON callback_members (draw_id, window_name, mark);

CREATE TABLE callbacks (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  source text NOT NULL CHECK (source IN ('draw', 'rectification', 'difficulty')),
  source_id uuid NOT NULL,
  cause uuid NOT NULL UNIQUE,
  case_id uuid,
  matter text NOT NULL DEFAULT '',
  department text NOT NULL DEFAULT '',
  window_name text NOT NULL DEFAULT '',
  served_by text[] NOT NULL DEFAULT '{}',
  status text NOT NULL,
  opened_at timestamptz NOT NULL,
  ready_at timestamptz,
  closed_at timestamptz,
  held_by text NOT NULL DEFAULT '',
  held_by_name text NOT NULL DEFAULT '',
  held_at timestamptz,
  answers jsonb,
  satisfied boolean,
  note text NOT NULL DEFAULT '',
  rectification_id uuid,
  by_id text NOT NULL DEFAULT '',
  by_name text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX callbacks_open ON callbacks (source, source_id) WHERE closed_at IS NULL;
CREATE INDEX callbacks_source ON callbacks (source, source_id);
CREATE INDEX callbacks_waiting ON callbacks (region_code, ready_at) WHERE closed_at IS NULL;
CREATE INDEX callbacks_ready ON callbacks (region_code, ready_at);
CREATE INDEX callbacks_case ON callbacks (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE callback_attempts (
  id uuid PRIMARY KEY,
  callback_id uuid NOT NULL REFERENCES callbacks (id),
  outcome text NOT NULL,
  note text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);
CREATE INDEX callback_attempts_callback ON callback_attempts (callback_id, at);

CREATE INDEX cases_closed ON cases (region_code, closed_at) WHERE closed_at IS NOT NULL;
"""

DOWN = """
DROP INDEX cases_closed;
DROP TABLE callback_attempts, callbacks, callback_members, callback_draws, callback_seeds;
"""

forwards = sql(__name__, up=UP, down=DOWN)
