"""Joint on-site surveys: one appointment for several departments, their surveyors, checks, photos and slots."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Joint on-site surveys"

UP = """
CREATE TABLE survey_slots (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  weekday integer NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  starts_at time NOT NULL,
  ends_at time NOT NULL,
  quota integer NOT NULL CHECK (quota BETWEEN 0 AND 99),
  CHECK (starts_at < ends_at),
  UNIQUE (region_code, weekday, starts_at)
);

CREATE TABLE busy_times (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  department text NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz NOT NULL,
  reason text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  at timestamptz NOT NULL,
  CHECK (since < until)
);
CREATE INDEX busy_times_of ON busy_times (region_code, department, until);

CREATE TABLE visits (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  region_code text NOT NULL,
  status text NOT NULL CHECK (status IN ('planned', 'under_way', 'done', 'missed', 'cancelled')),
  slot_id uuid REFERENCES survey_slots (id) ON DELETE SET NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  place text NOT NULL,
  contact text NOT NULL DEFAULT '',
  contact_phone text NOT NULL DEFAULT '',
  note text NOT NULL DEFAULT '',
  asked_by text NOT NULL CHECK (asked_by IN ('window', 'department', 'applicant')),
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  made_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  changes integer NOT NULL DEFAULT 0,
  changes_asked integer NOT NULL DEFAULT 0,
  paper_id uuid REFERENCES papers (id),
  record_id uuid REFERENCES papers (id),
  ended_at timestamptz,
  reason text NOT NULL DEFAULT '',
  missed_by text NOT NULL DEFAULT '',
  signed_by text NOT NULL DEFAULT '',
  signed_at timestamptz,
  refused_reason text NOT NULL DEFAULT '',
  witness text NOT NULL DEFAULT '',
  signed_sha256 text NOT NULL DEFAULT '',
  signed_media_type text NOT NULL DEFAULT '',
  CHECK (starts_at < ends_at)
);
CREATE INDEX visits_case ON visits (case_id, made_at);
CREATE INDEX visits_calendar ON visits (region_code, starts_at);
CREATE INDEX visits_slot ON visits (slot_id, starts_at) WHERE status <> 'cancelled';

CREATE TABLE visit_parts (
  visit_id uuid NOT NULL REFERENCES visits (id),
  task_id uuid NOT NULL REFERENCES tasks (id),
  item text NOT NULL,
  department text NOT NULL,
  status text NOT NULL CHECK (status IN ('invited', 'confirmed', 'started', 'concluded', 'out')),
  reason text NOT NULL DEFAULT '',
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  PRIMARY KEY (visit_id, task_id)
);
-- An item waits for one visit at a time.
CREATE UNIQUE INDEX visit_parts_open ON visit_parts (task_id) WHERE status IN ('invited', 'confirmed', 'started');
CREATE INDEX visit_parts_task ON visit_parts (task_id);

CREATE TABLE surveyors (
  visit_id uuid NOT NULL,
  task_id uuid NOT NULL,
  person text NOT NULL DEFAULT '',
  name text NOT NULL,
  certificate text NOT NULL,
  PRIMARY KEY (visit_id, task_id, name),
  FOREIGN KEY (visit_id, task_id) REFERENCES visit_parts (visit_id, task_id)
);

CREATE TABLE visit_wishes (
  id uuid PRIMARY KEY,
  visit_id uuid NOT NULL REFERENCES visits (id),
  wished_on date NOT NULL,
  half text NOT NULL CHECK (half IN ('am', 'pm', 'any')),
  reason text NOT NULL,
  at timestamptz NOT NULL,
  answer text NOT NULL DEFAULT '',
  answered_at timestamptz,
  answered_by text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX visit_wishes_open ON visit_wishes (visit_id) WHERE answered_at IS NULL;

CREATE TABLE survey_checks (
  id uuid PRIMARY KEY,
  visit_id uuid NOT NULL REFERENCES visits (id),
  task_id uuid NOT NULL REFERENCES tasks (id),
  position integer NOT NULL,
  text text NOT NULL,
  basis text NOT NULL DEFAULT '',
  answer text NOT NULL DEFAULT '' CHECK (answer IN ('', 'ok', 'problem', 'none')),
  remark text NOT NULL DEFAULT '',
  by_id text NOT NULL DEFAULT '',
  by_name text NOT NULL DEFAULT '',
  at timestamptz,
  UNIQUE (visit_id, task_id, position)
);

CREATE TABLE survey_photos (
  id uuid PRIMARY KEY,
  visit_id uuid NOT NULL REFERENCES visits (id),
  case_id uuid NOT NULL REFERENCES cases (id),
  task_id uuid NOT NULL REFERENCES tasks (id),
  position integer,
  name text NOT NULL DEFAULT '',
  media_type text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  taken_at timestamptz,
  received_at timestamptz NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  removed_at timestamptz
);
CREATE INDEX survey_photos_visit ON survey_photos (visit_id, task_id, received_at);

ALTER TABLE surveys
  ADD COLUMN visit_id uuid REFERENCES visits (id),
  ADD COLUMN certificates text[] NOT NULL DEFAULT '{}',
  ADD COLUMN desk boolean NOT NULL DEFAULT false,
  ADD COLUMN rectify_by date,
  ADD COLUMN limit_amount integer,
  ADD COLUMN limit_unit text CHECK (limit_unit IN ('wd', 'wh', 'h', 'd', 'm')),
  ADD COLUMN limit_reason text NOT NULL DEFAULT '',
  ADD CHECK ((limit_amount IS NULL) = (limit_unit IS NULL) AND limit_amount > 0);
CREATE UNIQUE INDEX surveys_of_a_visit ON surveys (visit_id, task_id) WHERE visit_id IS NOT NULL;

ALTER TABLE clocks DROP CONSTRAINT clocks_kind_check;
ALTER TABLE clocks ADD CONSTRAINT clocks_kind_check CHECK (kind IN
  ('bundle', 'joint', 'committed', 'statutory', 'correction', 'answer', 'claim', 'delivery', 'tolerance',
   'verification', 'hearing', 'appointment', 'survey'));
"""

DOWN = """
ALTER TABLE cards DISABLE TRIGGER USER;
DELETE FROM overrun_reasons WHERE card_id IN (SELECT id FROM cards WHERE clock_kind IN ('appointment', 'survey'));
DELETE FROM card_removals WHERE card_id IN (SELECT id FROM cards WHERE clock_kind IN ('appointment', 'survey'));
DELETE FROM cards WHERE clock_kind IN ('appointment', 'survey');
ALTER TABLE cards ENABLE TRIGGER USER;
DELETE FROM deadline_changes WHERE clock_id IN (SELECT id FROM clocks WHERE kind IN ('appointment', 'survey'));
DELETE FROM clock_events WHERE clock_id IN (SELECT id FROM clocks WHERE kind IN ('appointment', 'survey'));
DELETE FROM clocks WHERE kind IN ('appointment', 'survey');
ALTER TABLE clocks DROP CONSTRAINT clocks_kind_check;
ALTER TABLE clocks ADD CONSTRAINT clocks_kind_check CHECK (kind IN
  ('bundle', 'joint', 'committed', 'statutory', 'correction', 'answer', 'claim', 'delivery', 'tolerance',
   'verification', 'hearing'));
ALTER TABLE surveys
  DROP COLUMN visit_id, DROP COLUMN certificates, DROP COLUMN desk, DROP COLUMN rectify_by, DROP COLUMN limit_amount,
  DROP COLUMN limit_unit, DROP COLUMN limit_reason;
DROP TABLE survey_photos, survey_checks, visit_wishes, surveyors, visit_parts, visits, busy_times, survey_slots;
"""

forwards = sql(__name__, up=UP, down=DOWN)
