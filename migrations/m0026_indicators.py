"""Indicators: counts by day and by the day they became known; sheets, bulletins, talks, seals of days."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Indicators"

UP = """
CREATE TABLE rollup_days (
  day date PRIMARY KEY,
  seen text NOT NULL,
  rolled_at timestamptz NOT NULL
);

CREATE TABLE rating_rollups (
  region_code text NOT NULL,
  day date NOT NULL,
  known date NOT NULL,
  department text NOT NULL,
  kind text NOT NULL,
  step text NOT NULL,
  channel text NOT NULL,
  source text NOT NULL,
  grade smallint NOT NULL,
  standing text NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (region_code, day, known, department, kind, step, channel, source, grade, standing)
);
CREATE INDEX rating_rollups_day ON rating_rollups (day);

CREATE TABLE occasion_rollups (
  region_code text NOT NULL,
  day date NOT NULL,
  known date NOT NULL,
  counted date NOT NULL,
  what text NOT NULL CHECK (what IN ('minted', 'rated')),
  department text NOT NULL,
  kind text NOT NULL,
  step text NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (region_code, day, known, counted, what, department, kind, step)
);
CREATE INDEX occasion_rollups_counted ON occasion_rollups (counted);

CREATE TABLE report_rollups (
  region_code text NOT NULL,
  day date NOT NULL,
  known date NOT NULL,
  what text NOT NULL CHECK (what IN ('made', 'in_time')),
  n bigint NOT NULL,
  PRIMARY KEY (region_code, day, known, what)
);

CREATE TABLE indicator_sheets (
  region_code text NOT NULL,
  since date NOT NULL,
  until date NOT NULL,
  known date NOT NULL,
  department text NOT NULL,
  figures jsonb NOT NULL,
  seen text NOT NULL,
  counted_at timestamptz NOT NULL,
  PRIMARY KEY (region_code, since, until, known, department)
);

CREATE TABLE bulletins (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('week', 'month', 'quarter')),
  since date NOT NULL,
  until date NOT NULL,
  number text NOT NULL,
  content jsonb NOT NULL,
  laggards text[] NOT NULL DEFAULT '{}',
  sha256 text NOT NULL DEFAULT '',
  issued_at timestamptz NOT NULL,
  issued_by text NOT NULL,
  issued_by_name text NOT NULL,
  UNIQUE (region_code, kind, since),
  UNIQUE (region_code, number)
);

CREATE TABLE talks (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  department text NOT NULL,
  bulletin_id uuid NOT NULL REFERENCES bulletins (id),
  before_id uuid NOT NULL REFERENCES bulletins (id),
  proposed_at timestamptz NOT NULL,
  outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'held', 'declined')),
  note text NOT NULL DEFAULT '',
  decided_at timestamptz,
  decided_by text NOT NULL DEFAULT '',
  decided_by_name text NOT NULL DEFAULT '',
  UNIQUE (bulletin_id, department)
);

CREATE TABLE rating_seals (
  region_code text NOT NULL,
  day date NOT NULL,
  ratings bigint NOT NULL,
  digest text NOT NULL,
  previous text NOT NULL,
  sealed_at timestamptz NOT NULL,
  PRIMARY KEY (region_code, day)
);

CREATE INDEX rating_marks_day ON rating_marks (rating_day);
CREATE INDEX rating_marks_at ON rating_marks (at);
CREATE INDEX tasks_dispatched ON tasks (region_code, dispatched_at) WHERE dispatched_at IS NOT NULL;
CREATE INDEX tasks_decided ON tasks (region_code, decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX cases_accepted ON cases (region_code, accepted_at) WHERE accepted_at IS NOT NULL;
CREATE INDEX matter_clocks_due ON matter_clocks (region_code, kind, due_at);
"""

DOWN = """
DROP INDEX matter_clocks_due, cases_accepted, tasks_decided, tasks_dispatched, rating_marks_at,
  rating_marks_day;
DROP TABLE rating_seals, talks, bulletins, indicator_sheets, report_rollups,
  occasion_rollups, rating_rollups, rollup_days;
"""

forwards = sql(__name__, up=UP, down=DOWN)
