"""Ratings: points, occasions, ratings by month, whose standing may change, who gave them, and clocks of what follows.

Occasions and ratings are kept by the month of their day. Months are made ahead by the worker (`monthly_partitions`);
what comes for a month that nobody has made lies in the default partition and moves when the month is made.
"""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Ratings"

UP = """
CREATE TABLE evaluation_points (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('centre', 'window', 'town', 'village', 'item', 'self_service', 'portal',
    'hotline', 'box')),
  name text NOT NULL,
  department text NOT NULL DEFAULT '',
  window_name text NOT NULL DEFAULT '',
  item text NOT NULL DEFAULT '',
  parent_id uuid REFERENCES evaluation_points (id),
  token text NOT NULL UNIQUE,
  since timestamptz NOT NULL,
  open_since timestamptz,
  open_until timestamptz,
  retired_at timestamptz,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT ''
);
CREATE INDEX evaluation_points_region ON evaluation_points (region_code, kind, name);

CREATE TABLE occasions (
  day date NOT NULL,
  id uuid NOT NULL,
  region_code text NOT NULL,
  token text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('visit', 'matter', 'general', 'inspection')),
  step text NOT NULL CHECK (step IN ('acceptance', 'review', 'closure', 'service')),
  case_id uuid,
  task_id uuid,
  point_id uuid,
  item text NOT NULL DEFAULT '',
  matter text NOT NULL DEFAULT '',
  department text NOT NULL DEFAULT '',
  window_name text NOT NULL DEFAULT '',
  served_by text NOT NULL DEFAULT '',
  opened_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  rated_at timestamptz,
  rating_id uuid,
  PRIMARY KEY (day, id),
  UNIQUE (day, token)
) PARTITION BY RANGE (day);
CREATE TABLE occasions_default PARTITION OF occasions DEFAULT;
CREATE INDEX occasions_token ON occasions (token);
CREATE INDEX occasions_case ON occasions (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE ratings (
  day date NOT NULL,
  id uuid NOT NULL,
  region_code text NOT NULL,
  at timestamptz NOT NULL,
  given_at timestamptz NOT NULL,
  kind text NOT NULL CHECK (kind IN ('visit', 'matter', 'general', 'inspection')),
  step text NOT NULL CHECK (step IN ('acceptance', 'review', 'closure', 'service')),
  channel text NOT NULL,
  source text NOT NULL CHECK (source IN ('citizen', 'default', 'inspection')),
  grade smallint NOT NULL CHECK (grade BETWEEN 1 AND 5),
  options smallint[] NOT NULL DEFAULT '{}',
  comment text NOT NULL DEFAULT '',
  standing text NOT NULL CHECK (standing IN ('counted', 'apart', 'invalid')),
  reason text NOT NULL DEFAULT '',
  occasion_id uuid NOT NULL,
  case_id uuid,
  task_id uuid,
  point_id uuid,
  item text NOT NULL DEFAULT '',
  department text NOT NULL DEFAULT '',
  window_name text NOT NULL DEFAULT '',
  served_by text NOT NULL DEFAULT '',
  named boolean NOT NULL DEFAULT false,
  entered_by text NOT NULL DEFAULT '',
  PRIMARY KEY (day, id)
) PARTITION BY RANGE (day);
CREATE TABLE ratings_default PARTITION OF ratings DEFAULT;
CREATE INDEX ratings_listing ON ratings (region_code, department, at);
CREATE INDEX ratings_case ON ratings (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX ratings_negative ON ratings (region_code, at) WHERE grade <= 2;
CREATE INDEX ratings_apart ON ratings (region_code, at) WHERE standing <> 'counted';

CREATE TABLE rating_marks (
  id uuid PRIMARY KEY,
  rating_day date NOT NULL,
  rating_id uuid NOT NULL,
  region_code text NOT NULL,
  was text NOT NULL,
  standing text NOT NULL CHECK (standing IN ('counted', 'apart', 'invalid')),
  reason text NOT NULL,
  by_id text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX rating_marks_rating ON rating_marks (rating_id, at);
CREATE INDEX rating_marks_region ON rating_marks (region_code, at);

CREATE TABLE rating_people (
  rating_id uuid PRIMARY KEY,
  rating_day date NOT NULL,
  sealed bytea NOT NULL
);

CREATE TABLE rectifications (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  number text NOT NULL,
  source text NOT NULL CHECK (source IN ('rating', 'callback', 'difficulty', 'inspection')),
  source_id uuid NOT NULL,
  rating_id uuid,
  case_id uuid,
  department text NOT NULL DEFAULT '',
  window_name text NOT NULL DEFAULT '',
  served_by text NOT NULL DEFAULT '',
  grade smallint,
  options smallint[] NOT NULL DEFAULT '{}',
  problem text NOT NULL DEFAULT '',
  named boolean NOT NULL DEFAULT false,
  status text NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  UNIQUE (region_code, number),
  UNIQUE (source, source_id)
);
CREATE INDEX rectifications_open ON rectifications (region_code, department, opened_at) WHERE closed_at IS NULL;
CREATE INDEX rectifications_opened ON rectifications (region_code, opened_at);
CREATE INDEX rectifications_rating ON rectifications (rating_id);

CREATE TABLE matter_clocks (
  id uuid PRIMARY KEY,
  matter text NOT NULL CHECK (matter IN ('rectification', 'appeal', 'difficulty', 'callback', 'campaign')),
  matter_id uuid NOT NULL,
  region_code text NOT NULL,
  department text NOT NULL DEFAULT '',
  kind text NOT NULL,
  amount integer NOT NULL,
  unit text NOT NULL CHECK (unit IN ('wd', 'wh', 'h', 'd', 'm', '0')),
  basis text NOT NULL,
  started_at timestamptz NOT NULL,
  extensions jsonb NOT NULL DEFAULT '[]',
  due_at timestamptz NOT NULL,
  provisional boolean NOT NULL,
  calendar text NOT NULL,
  stopped_at timestamptz,
  wake_at timestamptz
);
CREATE UNIQUE INDEX matter_clocks_running ON matter_clocks (matter, matter_id, kind) WHERE stopped_at IS NULL;
CREATE INDEX matter_clocks_matter ON matter_clocks (matter_id);
CREATE INDEX matter_clocks_wake ON matter_clocks (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE matter_marks (
  id uuid PRIMARY KEY,
  clock_id uuid NOT NULL REFERENCES matter_clocks (id),
  matter text NOT NULL,
  matter_id uuid NOT NULL,
  region_code text NOT NULL,
  department text NOT NULL DEFAULT '',
  level text NOT NULL CHECK (level IN ('yellow', 'red', 'up')),
  reason text NOT NULL,
  due_at timestamptz NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (clock_id, level, due_at)
);
CREATE INDEX matter_marks_region ON matter_marks (region_code, at);

CREATE FUNCTION monthly_partitions(parent text, since date, months integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  month date := date_trunc('month', since)::date;
  made integer := 0;
  name text;
  next date;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('partitions ' || parent, 0));
  FOR n IN 1..months LOOP
    next := (month + interval '1 month')::date;
    name := parent || '_' || to_char(month, 'YYYY_MM');
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, parent);
      -- Nothing may come for this month between looking and attaching. Whoever comes waits at the parent, before it is
      -- decided into which part a row goes: one that waited at the default part would no longer belong there.
      EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
      EXECUTE format('WITH moved AS (DELETE FROM %I WHERE day >= %L AND day < %L RETURNING *)'
        || ' INSERT INTO %I SELECT * FROM moved', parent || '_default', month, next, name);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, month, next);
      made := made + 1;
    END IF;
    month := next;
  END LOOP;
  RETURN made;
END $$;
"""

DOWN = """
DROP FUNCTION monthly_partitions;
DROP TABLE matter_marks, matter_clocks, rectifications, rating_people, rating_marks, ratings, occasions,
  evaluation_points;
"""

forwards = sql(__name__, up=UP, down=DOWN)
