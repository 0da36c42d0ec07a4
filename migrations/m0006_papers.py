"""More kinds of papers; a paper may be superseded, voided with its reason, sealed, and belong to no single case."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "More kinds of papers"

UP = """
ALTER TABLE papers DROP CONSTRAINT papers_kind_check;
ALTER TABLE papers ADD CONSTRAINT papers_kind_check CHECK (kind IN
  ('receipt', 'acceptance', 'refusal', 'delivery_receipt', 'closure', 'correction', 'non_acceptance', 'tolerance',
   'special_procedure', 'extension', 'termination', 'turned', 'hearing', 'rectification', 'revocation',
   'grant', 'amendment', 'hearing_call', 'hearing_record', 'hearing_answer', 'survey_notice', 'survey_record',
   'hand_over_list', 'public_notice'));
ALTER TABLE papers
  ALTER COLUMN case_id DROP NOT NULL,
  ADD COLUMN region_code text NOT NULL DEFAULT '',
  ADD COLUMN department text NOT NULL DEFAULT '',
  ADD COLUMN void_reason text NOT NULL DEFAULT '',
  ADD COLUMN void_by text NOT NULL DEFAULT '',
  ADD COLUMN void_by_name text NOT NULL DEFAULT '',
  ADD COLUMN superseded_by uuid REFERENCES papers (id),
  ADD COLUMN superseded_at timestamptz,
  ADD COLUMN unsigned_sha256 text NOT NULL DEFAULT '',
  ADD COLUMN seal jsonb;
UPDATE papers SET region_code = c.region_code FROM cases c WHERE c.id = papers.case_id;
UPDATE papers SET department = t.department FROM tasks t WHERE t.id = papers.task_id;
"""

DOWN = """
DELETE FROM papers WHERE case_id IS NULL;
ALTER TABLE papers
  ALTER COLUMN case_id SET NOT NULL,
  DROP COLUMN region_code, DROP COLUMN department, DROP COLUMN void_reason, DROP COLUMN void_by,
  DROP COLUMN void_by_name, DROP COLUMN superseded_by, DROP COLUMN superseded_at, DROP COLUMN unsigned_sha256,
  DROP COLUMN seal;
DELETE FROM papers WHERE kind IN ('grant', 'amendment', 'hearing_call', 'hearing_record', 'hearing_answer',
  'survey_notice', 'survey_record', 'hand_over_list', 'public_notice');
ALTER TABLE papers DROP CONSTRAINT papers_kind_check;
ALTER TABLE papers ADD CONSTRAINT papers_kind_check CHECK (kind IN
  ('receipt', 'acceptance', 'refusal', 'delivery_receipt', 'closure', 'correction', 'non_acceptance', 'tolerance',
   'special_procedure', 'extension', 'termination', 'turned', 'hearing', 'rectification', 'revocation'));
"""

forwards = sql(__name__, up=UP, down=DOWN)
