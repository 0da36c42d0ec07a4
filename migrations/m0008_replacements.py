"""Which papers went along with which delivery; papers made void or replaced by corrected ones, by two persons."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Papers delivered, made void and replaced"

UP = """
ALTER TABLE papers ADD COLUMN delivery_id uuid REFERENCES deliveries (id);
UPDATE papers p SET delivery_id = d.id FROM deliveries d
WHERE d.case_id = p.case_id AND p.kind IN ('refusal', 'revocation') AND d.id > p.id
  AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.case_id = p.case_id AND e.id > p.id AND e.id < d.id);

CREATE TABLE replacements (
  id uuid PRIMARY KEY,
  paper_id uuid NOT NULL REFERENCES papers (id),
  case_id uuid REFERENCES cases (id),
  region_code text NOT NULL,
  department text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('void', 'correct')),
  reason text NOT NULL,
  changes jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('proposed', 'done', 'declined')),
  proposed_by text NOT NULL,
  proposed_by_name text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by text NOT NULL DEFAULT '',
  decided_by_name text NOT NULL DEFAULT '',
  decided_at timestamptz,
  remark text NOT NULL DEFAULT '',
  new_paper uuid REFERENCES papers (id),
  amendment uuid REFERENCES papers (id)
);
CREATE UNIQUE INDEX replacements_open ON replacements (paper_id) WHERE status = 'proposed';
CREATE INDEX replacements_waiting ON replacements (region_code, department) WHERE status = 'proposed';
CREATE INDEX replacements_case ON replacements (case_id);
"""

DOWN = """
DROP TABLE replacements;
ALTER TABLE papers DROP COLUMN delivery_id;
"""

forwards = sql(__name__, up=UP, down=DOWN)
