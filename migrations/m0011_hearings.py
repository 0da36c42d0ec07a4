"""Hearings in full: who was told and came, on whose authority, when and where, what was said, who signed."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Hearings in full"

UP = """
-- Which kinds there are stands in casework.clocks.kinds alone from here on; a test compares.
ALTER TABLE clocks DROP CONSTRAINT clocks_kind_check;
ALTER TABLE clocks ADD CONSTRAINT clocks_kind_check CHECK (kind ~ '^[a-z_]+$');

ALTER TABLE hearings DROP CONSTRAINT hearings_status_check;
ALTER TABLE hearings ADD CONSTRAINT hearings_status_check
  CHECK (status IN ('told', 'applied', 'announced', 'called', 'waived', 'held', 'recorded'));
ALTER TABLE hearings
  ADD COLUMN ground text NOT NULL DEFAULT 'interest' CHECK (ground IN ('interest', 'law', 'public_interest')),
  ADD COLUMN hour text NOT NULL DEFAULT '',
  ADD COLUMN place text NOT NULL DEFAULT '',
  ADD COLUMN closed_reason text NOT NULL DEFAULT '',
  ADD COLUMN recorder text NOT NULL DEFAULT '',
  ADD COLUMN called_at timestamptz,
  ADD COLUMN adjustment uuid,
  ADD COLUMN proceedings jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN record_paper uuid REFERENCES papers (id),
  ADD COLUMN signed_name text NOT NULL DEFAULT '',
  ADD COLUMN signed_type text NOT NULL DEFAULT '',
  ADD COLUMN signed_sha256 text NOT NULL DEFAULT '';
UPDATE hearings SET status = 'called', called_at = at WHERE status = 'applied' AND held_on IS NOT NULL;
-- What was put on record before was not asked to be signed in the system.
UPDATE hearings SET status = 'recorded' WHERE status = 'held';

CREATE TABLE hearing_parties (
  id uuid PRIMARY KEY,
  hearing_id uuid NOT NULL REFERENCES hearings (id),
  kind text NOT NULL CHECK (kind IN ('applicant', 'interested')),
  name text NOT NULL,
  contact text NOT NULL DEFAULT '',
  asked text NOT NULL DEFAULT '' CHECK (asked IN ('', 'applied', 'waived', 'withdrawn')),
  asked_at timestamptz,
  channel text NOT NULL DEFAULT '' CHECK (channel IN ('', 'window', 'online', 'mail', 'department')),
  attended text NOT NULL DEFAULT '' CHECK (attended IN ('', 'in_person', 'agent', 'absent')),
  signed text NOT NULL DEFAULT '' CHECK (signed IN ('', 'signed', 'refused')),
  UNIQUE (hearing_id, kind, name)
);
INSERT INTO hearing_parties (id, hearing_id, kind, name, asked, asked_at)
  SELECT gen_random_uuid(), h.id, 'applicant', c.applicant,
    CASE WHEN h.applied_at IS NULL THEN '' ELSE 'applied' END, h.applied_at
  FROM hearings h JOIN cases c ON c.id = h.case_id;
INSERT INTO hearing_parties (id, hearing_id, kind, name)
  SELECT gen_random_uuid(), id, 'interested', interested FROM hearings WHERE interested <> '';

CREATE TABLE hearing_recusals (
  id uuid PRIMARY KEY,
  hearing_id uuid NOT NULL REFERENCES hearings (id),
  against text NOT NULL,
  against_name text NOT NULL,
  asked_by text NOT NULL,
  reason text NOT NULL,
  asked_at timestamptz NOT NULL,
  taken_by text NOT NULL,
  granted boolean,
  decision text NOT NULL DEFAULT '',
  decided_by text NOT NULL DEFAULT '',
  decided_by_name text NOT NULL DEFAULT '',
  decided_at timestamptz
);
CREATE INDEX hearing_recusals_hearing ON hearing_recusals (hearing_id, asked_at);
CREATE UNIQUE INDEX hearing_recusals_open ON hearing_recusals (hearing_id) WHERE granted IS NULL;
"""

DOWN = """
DROP TABLE hearing_recusals, hearing_parties;
ALTER TABLE hearings DROP CONSTRAINT hearings_status_check;
UPDATE hearings SET status = 'applied', applied_at = COALESCE(applied_at, told_at)
  WHERE status IN ('called', 'announced');
UPDATE hearings SET status = 'held' WHERE status = 'recorded';
ALTER TABLE hearings ADD CONSTRAINT hearings_status_check CHECK (status IN ('told', 'applied', 'waived', 'held'));
ALTER TABLE hearings DROP COLUMN ground, DROP COLUMN hour, DROP COLUMN place, DROP COLUMN closed_reason,
  DROP COLUMN recorder, DROP COLUMN called_at, DROP COLUMN adjustment, DROP COLUMN proceedings,
  DROP COLUMN record_paper, DROP COLUMN signed_name, DROP COLUMN signed_type, DROP COLUMN signed_sha256;
ALTER TABLE cards DISABLE TRIGGER USER;
DELETE FROM overrun_reasons WHERE card_id IN (SELECT id FROM cards WHERE clock_kind = 'hearing_held');
DELETE FROM card_removals WHERE card_id IN (SELECT id FROM cards WHERE clock_kind = 'hearing_held');
DELETE FROM cards WHERE clock_kind = 'hearing_held';
ALTER TABLE cards ENABLE TRIGGER USER;
DELETE FROM deadline_changes WHERE clock_id IN (SELECT id FROM clocks WHERE kind = 'hearing_held');
DELETE FROM clock_events WHERE clock_id IN (SELECT id FROM clocks WHERE kind = 'hearing_held');
DELETE FROM clocks WHERE kind = 'hearing_held';
"""

forwards = sql(__name__, up=UP, down=DOWN)
