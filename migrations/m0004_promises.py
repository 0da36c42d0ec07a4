"""Promises after the decision: every later check is kept, a revoked result stays as a row and says so."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Checks of promises and revocation"

UP = """
ALTER TABLE tolerances DROP CONSTRAINT tolerances_status_check;
ALTER TABLE tolerances ADD CONSTRAINT tolerances_status_check CHECK (status IN ('open', 'made_up', 'failed', 'void'));

ALTER TABLE verifications DROP CONSTRAINT verifications_status_check;
ALTER TABLE verifications ADD CONSTRAINT verifications_status_check CHECK (status IN
  ('pending', 'rectifying', 'proposed', 'passed', 'revoked'));
ALTER TABLE verifications
  ADD COLUMN reason text NOT NULL DEFAULT '',
  ADD COLUMN basis text NOT NULL DEFAULT '',
  ADD COLUMN remedy text NOT NULL DEFAULT '',
  ADD COLUMN decided_at timestamptz;
DROP INDEX verifications_open;
CREATE INDEX verifications_open ON verifications (region_code, department)
  WHERE status IN ('pending', 'rectifying', 'proposed');

CREATE TABLE verification_checks (
  id uuid PRIMARY KEY,
  verification_id uuid NOT NULL REFERENCES verifications (id),
  case_id uuid NOT NULL REFERENCES cases (id),
  outcome text NOT NULL CHECK (outcome IN ('passed', 'rectify', 'revoke', 'declined')),
  findings text NOT NULL,
  checkers text[] NOT NULL DEFAULT '{}',
  checked_on date NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);
CREATE INDEX verification_checks_of ON verification_checks (verification_id, at);

ALTER TABLE results
  ADD COLUMN revoked_at timestamptz,
  ADD COLUMN revoked_reason text NOT NULL DEFAULT '';

ALTER TABLE papers DROP CONSTRAINT papers_kind_check;
ALTER TABLE papers ADD CONSTRAINT papers_kind_check CHECK (kind IN
  ('receipt', 'acceptance', 'refusal', 'delivery_receipt', 'closure', 'correction', 'non_acceptance', 'tolerance',
   'special_procedure', 'extension', 'termination', 'turned', 'hearing', 'rectification', 'revocation'));
"""

DOWN = """
ALTER TABLE papers DROP CONSTRAINT papers_kind_check;
ALTER TABLE papers ADD CONSTRAINT papers_kind_check CHECK (kind IN
  ('receipt', 'acceptance', 'refusal', 'delivery_receipt', 'closure', 'correction', 'non_acceptance', 'tolerance',
   'special_procedure', 'extension', 'termination', 'turned', 'hearing'));
ALTER TABLE results DROP COLUMN revoked_at, DROP COLUMN revoked_reason;
DROP TABLE verification_checks;
DROP INDEX verifications_open;
CREATE INDEX verifications_open ON verifications (region_code, department) WHERE status IN ('pending', 'rectifying');
ALTER TABLE verifications DROP COLUMN reason, DROP COLUMN basis, DROP COLUMN remedy, DROP COLUMN decided_at;
ALTER TABLE verifications DROP CONSTRAINT verifications_status_check;
ALTER TABLE verifications ADD CONSTRAINT verifications_status_check CHECK (status IN
  ('pending', 'rectifying', 'passed', 'revoked'));
ALTER TABLE tolerances DROP CONSTRAINT tolerances_status_check;
ALTER TABLE tolerances ADD CONSTRAINT tolerances_status_check CHECK (status IN ('open', 'made_up', 'failed'));
"""

forwards = sql(__name__, up=UP, down=DOWN)
