"""Problems are put right: how each one stands, what was done with it and by whom, and the proofs."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Rectifications"

UP = """
ALTER TABLE rectifications
  ADD COLUMN finding text NOT NULL DEFAULT '' CHECK (finding IN ('', 'simple', 'complex', 'unfounded')),
  ADD COLUMN owner text NOT NULL DEFAULT '',
  ADD COLUMN owner_name text NOT NULL DEFAULT '',
  ADD COLUMN hops smallint NOT NULL DEFAULT 0,
  ADD COLUMN assigned boolean NOT NULL DEFAULT false,
  ADD COLUMN extended boolean NOT NULL DEFAULT false,
  ADD COLUMN extension_by text NOT NULL DEFAULT '',
  ADD COLUMN extension_reason text NOT NULL DEFAULT '',
  ADD COLUMN reopened smallint NOT NULL DEFAULT 0,
  ADD COLUMN verdict text NOT NULL DEFAULT '' CHECK (verdict IN ('', 'satisfied', 'basically', 'not')),
  ADD COLUMN transferred_at timestamptz,
  ADD COLUMN rectified_at timestamptz,
  ADD COLUMN replied_at timestamptz,
  ADD COLUMN called_back_at timestamptz,
  ADD COLUMN reached boolean,
  ADD COLUMN appeal_open boolean NOT NULL DEFAULT false,
  ADD COLUMN paper_id uuid REFERENCES papers (id);

CREATE TABLE rectification_steps (
  id uuid PRIMARY KEY,
  rectification_id uuid NOT NULL REFERENCES rectifications (id),
  event text NOT NULL,
  was text NOT NULL,
  status text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  by_department text NOT NULL DEFAULT '',
  department text NOT NULL DEFAULT '',
  note text NOT NULL DEFAULT '',
  shown text NOT NULL CHECK (shown IN ('citizen', 'unit', 'centre')),
  verdict text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);
CREATE INDEX rectification_steps_of ON rectification_steps (rectification_id, id);

CREATE TABLE rectification_files (
  id uuid PRIMARY KEY,
  rectification_id uuid NOT NULL REFERENCES rectifications (id),
  step_id uuid NOT NULL REFERENCES rectification_steps (id),
  name text NOT NULL,
  media_type text NOT NULL,
  sha256 text NOT NULL
);
CREATE INDEX rectification_files_of ON rectification_files (rectification_id);

ALTER TABLE papers DROP CONSTRAINT papers_kind_check;
ALTER TABLE papers ADD CONSTRAINT papers_kind_check CHECK (kind IN
  ('receipt', 'acceptance', 'refusal', 'delivery_receipt', 'closure', 'correction', 'non_acceptance', 'tolerance',
   'special_procedure', 'extension', 'termination', 'turned', 'hearing', 'rectification', 'revocation',
   'grant', 'amendment', 'hearing_call', 'hearing_record', 'hearing_answer', 'survey_notice', 'survey_record',
   'hand_over_list', 'public_notice', 'handling_sheet'));
"""

DOWN = """
DROP TABLE rectification_files, rectification_steps;
ALTER TABLE rectifications DROP COLUMN finding, DROP COLUMN owner, DROP COLUMN owner_name, DROP COLUMN hops,
  DROP COLUMN assigned, DROP COLUMN extended, DROP COLUMN extension_by, DROP COLUMN extension_reason,
  DROP COLUMN reopened, DROP COLUMN verdict, DROP COLUMN transferred_at, DROP COLUMN rectified_at,
  DROP COLUMN replied_at, DROP COLUMN called_back_at, DROP COLUMN reached, DROP COLUMN appeal_open,
  DROP COLUMN paper_id;
DELETE FROM papers WHERE kind = 'handling_sheet';
ALTER TABLE papers DROP CONSTRAINT papers_kind_check;
ALTER TABLE papers ADD CONSTRAINT papers_kind_check CHECK (kind IN
  ('receipt', 'acceptance', 'refusal', 'delivery_receipt', 'closure', 'correction', 'non_acceptance', 'tolerance',
   'special_procedure', 'extension', 'termination', 'turned', 'hearing', 'rectification', 'revocation',
   'grant', 'amendment', 'hearing_call', 'hearing_record', 'hearing_answer', 'survey_notice', 'survey_record',
   'hand_over_list', 'public_notice'));
"""

forwards = sql(__name__, up=UP, down=DOWN)
