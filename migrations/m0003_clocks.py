"""Lawful intake and time limits: received cases, one correction notice, clocks made of events, calendars, cards."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Lawful intake and time limits"

UP = """
ALTER TABLE cases DROP CONSTRAINT cases_status_check;
ALTER TABLE cases ADD CONSTRAINT cases_status_check CHECK (status IN
  ('draft', 'received', 'correcting', 'processing', 'decided', 'delivered', 'closed',
   'discarded', 'not_accepted', 'turned', 'withdrawn', 'given_up', 'returned'));
ALTER TABLE cases
  ADD COLUMN supplied_at timestamptz,
  ADD COLUMN deemed boolean NOT NULL DEFAULT false,
  ADD COLUMN ended_at timestamptz,
  ADD COLUMN ended_reason text NOT NULL DEFAULT '';

ALTER TABLE tasks DROP CONSTRAINT tasks_status_check;
ALTER TABLE tasks ADD CONSTRAINT tasks_status_check CHECK (status IN
  ('waiting', 'dispatched', 'reviewing', 'granted', 'refused', 'lapsed', 'withdrawn', 'terminated'));

ALTER TABLE clocks DROP CONSTRAINT clocks_kind_check;
ALTER TABLE clocks ADD CONSTRAINT clocks_kind_check CHECK (kind IN
  ('bundle', 'joint', 'committed', 'statutory', 'correction', 'answer', 'claim', 'delivery', 'tolerance',
   'verification', 'hearing'));
ALTER TABLE clocks
  ADD COLUMN subject text NOT NULL DEFAULT '',
  ADD COLUMN first_day_counts boolean NOT NULL DEFAULT false,
  ADD COLUMN wake_at timestamptz;
DROP INDEX clocks_one_of_a_kind;
CREATE UNIQUE INDEX clocks_one_of_a_kind ON clocks (case_id, COALESCE(task_id, case_id), kind, subject);
-- Clocks that run already are looked at by the next round of the timer.
UPDATE clocks SET wake_at = started_at WHERE stopped_at IS NULL;
CREATE INDEX clocks_wake ON clocks (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX clocks_open ON clocks (case_id, id) WHERE stopped_at IS NULL;

CREATE TABLE clock_events (
  id uuid PRIMARY KEY,
  clock_id uuid NOT NULL REFERENCES clocks (id),
  case_id uuid NOT NULL REFERENCES cases (id),
  kind text NOT NULL CHECK (kind IN ('pause', 'pause_ended', 'extension')),
  adjustment uuid,
  since timestamptz,
  until timestamptz,
  amount integer,
  unit text CHECK (unit IN ('wd', 'wh', 'h', 'd', 'm')),
  reason text NOT NULL DEFAULT '',
  basis text NOT NULL DEFAULT '',
  paper text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  at timestamptz NOT NULL,
  CHECK (kind <> 'pause' OR (since IS NOT NULL AND until IS NOT NULL AND since < until)),
  CHECK (kind <> 'pause_ended' OR (adjustment IS NOT NULL AND until IS NOT NULL)),
  CHECK (kind <> 'extension' OR (amount > 0 AND unit IS NOT NULL))
);
CREATE INDEX clock_events_clock ON clock_events (clock_id, at, id);
CREATE INDEX clock_events_case ON clock_events (case_id);

CREATE TABLE screenings (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  region_code text NOT NULL,
  item text NOT NULL,
  item_name text NOT NULL,
  department text NOT NULL,
  round integer NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'clear', 'gaps', 'over')),
  by_id text NOT NULL DEFAULT '',
  by_name text NOT NULL DEFAULT '',
  asked_at timestamptz NOT NULL,
  at timestamptz,
  UNIQUE (case_id, item, round)
);
CREATE INDEX screenings_worklist ON screenings (region_code, department, asked_at) WHERE status = 'pending';

CREATE TABLE gaps (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  item text NOT NULL DEFAULT '',
  department text NOT NULL DEFAULT '',
  subject_kind text NOT NULL CHECK (subject_kind IN ('material', 'field', 'other')),
  subject text NOT NULL DEFAULT '',
  problem text NOT NULL,
  remedy text NOT NULL DEFAULT '',
  basis text NOT NULL DEFAULT '',
  round integer NOT NULL,
  status text NOT NULL CHECK (status IN ('reported', 'dropped', 'notified', 'supplied')),
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  supplied_at timestamptz,
  supplied_by text NOT NULL DEFAULT ''
);
CREATE INDEX gaps_case ON gaps (case_id, round);

CREATE TABLE corrections (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  round integer NOT NULL,
  notified_at timestamptz NOT NULL,
  paper_id uuid,
  answer_by timestamptz,
  supplied_at timestamptz,
  channel text NOT NULL DEFAULT '' CHECK (channel IN ('', 'window', 'online', 'mail')),
  by_id text NOT NULL,
  UNIQUE (case_id, round)
);

CREATE TABLE spot_corrections (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  element text NOT NULL,
  old_value text NOT NULL,
  new_value text NOT NULL,
  reason text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);
CREATE INDEX spot_corrections_case ON spot_corrections (case_id, at);

CREATE TABLE non_acceptances (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  item text NOT NULL,
  item_name text NOT NULL,
  department text NOT NULL,
  ground text NOT NULL CHECK (ground IN ('not_required', 'not_competent', 'barred')),
  reason text NOT NULL,
  basis text NOT NULL,
  competent text NOT NULL DEFAULT '',
  remedy text NOT NULL,
  paper_id uuid,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  UNIQUE (case_id, item)
);

CREATE TABLE tolerances (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  material text NOT NULL,
  material_name text NOT NULL,
  items text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'made_up', 'failed')),
  promised_at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  made_up_at timestamptz,
  channel text NOT NULL DEFAULT '' CHECK (channel IN ('', 'window', 'online', 'mail')),
  by_id text NOT NULL,
  UNIQUE (case_id, material)
);

CREATE TABLE bars (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  person_key text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('tolerance', 'false_promise', 'concealment', 'fraud')),
  item text NOT NULL DEFAULT '',
  case_id uuid REFERENCES cases (id),
  reason text NOT NULL,
  basis text NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz,
  proposed_by text NOT NULL DEFAULT '',
  proposed_by_name text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  lifted_at timestamptz,
  lifted_by text NOT NULL DEFAULT '',
  lifted_reason text NOT NULL DEFAULT ''
);
CREATE INDEX bars_person ON bars (region_code, person_key) WHERE lifted_at IS NULL;

CREATE TABLE verifications (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  task_id uuid NOT NULL UNIQUE REFERENCES tasks (id),
  region_code text NOT NULL,
  department text NOT NULL,
  item text NOT NULL,
  item_name text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'rectifying', 'passed', 'revoked')),
  findings text NOT NULL DEFAULT '',
  checkers text[] NOT NULL DEFAULT '{}',
  rectify_by date,
  by_id text NOT NULL DEFAULT '',
  by_name text NOT NULL DEFAULT '',
  approved_by text NOT NULL DEFAULT '',
  approved_by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);
CREATE INDEX verifications_open ON verifications (region_code, department) WHERE status IN ('pending', 'rectifying');

CREATE TABLE adjustments (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  task_id uuid REFERENCES tasks (id),
  region_code text NOT NULL,
  department text NOT NULL DEFAULT '',
  kind text NOT NULL CHECK (kind IN ('extension', 'special_procedure')),
  cause text NOT NULL DEFAULT '',
  name text NOT NULL,
  stops_statutory boolean NOT NULL DEFAULT true,
  amount integer NOT NULL,
  unit text NOT NULL,
  since timestamptz,
  until timestamptz,
  reason text NOT NULL,
  basis text NOT NULL,
  rank text NOT NULL,
  status text NOT NULL CHECK (status IN ('asked', 'approved', 'declined', 'ended', 'void')),
  asked_by text NOT NULL,
  asked_by_name text NOT NULL DEFAULT '',
  asked_for text NOT NULL DEFAULT '',
  asked_at timestamptz NOT NULL,
  decided_by text NOT NULL DEFAULT '',
  decided_by_name text NOT NULL DEFAULT '',
  decided_for text NOT NULL DEFAULT '',
  decided_at timestamptz,
  decision_note text NOT NULL DEFAULT '',
  paper_id uuid,
  ended_at timestamptz
);
CREATE INDEX adjustments_case ON adjustments (case_id, asked_at);
CREATE INDEX adjustments_asked ON adjustments (region_code, rank, department) WHERE status = 'asked';

CREATE TABLE hearings (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  task_id uuid NOT NULL UNIQUE REFERENCES tasks (id),
  interested text NOT NULL DEFAULT '',
  reason text NOT NULL,
  status text NOT NULL CHECK (status IN ('told', 'applied', 'waived', 'held')),
  told_at timestamptz NOT NULL,
  apply_by timestamptz NOT NULL,
  applied_at timestamptz,
  hold_by timestamptz,
  held_on date,
  record text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  presider text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);

CREATE TABLE cards (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  department text NOT NULL DEFAULT '',
  case_id uuid NOT NULL REFERENCES cases (id),
  task_id uuid REFERENCES tasks (id),
  clock_id uuid NOT NULL REFERENCES clocks (id),
  clock_kind text NOT NULL,
  clock_since timestamptz NOT NULL,
  colour text NOT NULL CHECK (colour IN ('blue', 'yellow', 'red', 'black')),
  owner text NOT NULL DEFAULT '',
  owner_name text NOT NULL DEFAULT '',
  reason text NOT NULL,
  explanation jsonb NOT NULL DEFAULT '{}',
  due_at timestamptz NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (clock_id, clock_since, colour)
);
CREATE INDEX cards_region ON cards (region_code, at DESC, id);
CREATE INDEX cards_case ON cards (case_id);
CREATE TABLE card_removals (
  id uuid PRIMARY KEY,
  card_id uuid NOT NULL REFERENCES cards (id),
  reason text NOT NULL,
  asked_by text NOT NULL,
  asked_by_name text NOT NULL DEFAULT '',
  asked_at timestamptz NOT NULL,
  approved boolean,
  decided_by text NOT NULL DEFAULT '',
  decided_by_name text NOT NULL DEFAULT '',
  decided_at timestamptz,
  decision_note text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX card_removals_open ON card_removals (card_id) WHERE approved IS DISTINCT FROM false;
CREATE TABLE overrun_reasons (
  id uuid PRIMARY KEY,
  card_id uuid NOT NULL REFERENCES cards (id),
  reason text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);
CREATE INDEX overrun_reasons_card ON overrun_reasons (card_id);
CREATE FUNCTION cards_are_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '预警牌是事实，只能追加，不能修改或删除';
END $$;
CREATE TRIGGER cards_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cards
  FOR EACH STATEMENT EXECUTE FUNCTION cards_are_facts();
REVOKE UPDATE, DELETE, TRUNCATE ON cards FROM PUBLIC;

CREATE TABLE absences (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  person text NOT NULL,
  person_name text NOT NULL DEFAULT '',
  substitute text NOT NULL,
  substitute_name text NOT NULL DEFAULT '',
  since date NOT NULL,
  until date NOT NULL,
  reason text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  CHECK (person <> substitute AND since <= until)
);
CREATE INDEX absences_substitute ON absences (substitute, until) WHERE withdrawn_at IS NULL;

CREATE TABLE handovers (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  item text NOT NULL DEFAULT '',
  from_id text NOT NULL DEFAULT '',
  from_name text NOT NULL DEFAULT '',
  to_id text NOT NULL DEFAULT '',
  to_name text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX handovers_case ON handovers (case_id, at, id);

CREATE TABLE policies (
  region_code text NOT NULL,
  version integer NOT NULL,
  content jsonb NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  PRIMARY KEY (region_code, version)
);

CREATE TABLE calendar_state (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  version integer NOT NULL
);
INSERT INTO calendar_state (version) VALUES (0);
CREATE TABLE calendar_notices (
  id uuid PRIMARY KEY,
  year integer NOT NULL,
  number text NOT NULL,
  published date,
  file_name text NOT NULL,
  sha256 text NOT NULL,
  content jsonb NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  superseded_at timestamptz
);
CREATE UNIQUE INDEX calendar_notices_current ON calendar_notices (year) WHERE superseded_at IS NULL;
CREATE TABLE calendar_overlays (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  name text NOT NULL,
  basis text NOT NULL,
  days_off jsonb NOT NULL DEFAULT '{}',
  days_on jsonb NOT NULL DEFAULT '{}',
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  withdrawn_by text NOT NULL DEFAULT ''
);
CREATE TABLE recomputations (
  id uuid PRIMARY KEY,
  version integer NOT NULL UNIQUE,
  reason text NOT NULL,
  region_code text NOT NULL DEFAULT '',
  cursor uuid,
  looked integer NOT NULL DEFAULT 0,
  changed integer NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE TABLE deadline_changes (
  id uuid PRIMARY KEY,
  recomputation uuid NOT NULL REFERENCES recomputations (id),
  clock_id uuid NOT NULL REFERENCES clocks (id),
  case_id uuid NOT NULL REFERENCES cases (id),
  region_code text NOT NULL,
  old_computed timestamptz NOT NULL,
  new_computed timestamptz NOT NULL,
  old_promised timestamptz NOT NULL,
  new_promised timestamptz NOT NULL,
  at timestamptz NOT NULL,
  UNIQUE (recomputation, clock_id)
);

ALTER TABLE papers DROP CONSTRAINT papers_kind_check;
ALTER TABLE papers ADD CONSTRAINT papers_kind_check CHECK (kind IN
  ('receipt', 'acceptance', 'refusal', 'delivery_receipt', 'closure', 'correction', 'non_acceptance', 'tolerance',
   'special_procedure', 'extension', 'termination', 'turned', 'hearing'));
"""

DOWN = """
ALTER TABLE papers DROP CONSTRAINT papers_kind_check;
ALTER TABLE papers ADD CONSTRAINT papers_kind_check
  CHECK (kind IN ('receipt', 'acceptance', 'refusal', 'delivery_receipt', 'closure'));
DROP TABLE deadline_changes, recomputations, calendar_overlays, calendar_notices, calendar_state, policies, handovers,
  absences, overrun_reasons, card_removals, cards, hearings, adjustments, verifications, bars, tolerances,
  non_acceptances, spot_corrections, corrections, gaps, screenings, clock_events;
DROP FUNCTION cards_are_facts;
DROP INDEX clocks_one_of_a_kind, clocks_wake, clocks_open;
ALTER TABLE clocks DROP COLUMN subject, DROP COLUMN first_day_counts, DROP COLUMN wake_at;
ALTER TABLE clocks DROP CONSTRAINT clocks_kind_check;
ALTER TABLE clocks ADD CONSTRAINT clocks_kind_check CHECK (kind IN ('bundle', 'committed', 'statutory'));
CREATE UNIQUE INDEX clocks_one_of_a_kind ON clocks (case_id, COALESCE(task_id, case_id), kind);
ALTER TABLE tasks DROP CONSTRAINT tasks_status_check;
ALTER TABLE tasks ADD CONSTRAINT tasks_status_check
  CHECK (status IN ('waiting', 'dispatched', 'reviewing', 'granted', 'refused', 'lapsed'));
ALTER TABLE cases DROP COLUMN supplied_at, DROP COLUMN deemed, DROP COLUMN ended_at, DROP COLUMN ended_reason;
ALTER TABLE cases DROP CONSTRAINT cases_status_check;
ALTER TABLE cases ADD CONSTRAINT cases_status_check
  CHECK (status IN ('draft', 'processing', 'decided', 'delivered', 'closed', 'discarded'));
"""

forwards = sql(__name__, up=UP, down=DOWN)
