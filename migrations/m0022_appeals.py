"""Appeals against negative ratings: what is put forward, the evidence, the panel and its votes."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Appeals"

UP = """
CREATE TABLE appeals (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  number text NOT NULL,
  rectification_id uuid NOT NULL REFERENCES rectifications (id),
  rating_id uuid NOT NULL,
  department text NOT NULL DEFAULT '',
  ground text NOT NULL CHECK (ground IN ('mistaken', 'malicious', 'unrelated', 'duplicate')),
  statement text NOT NULL,
  status text NOT NULL,
  filed_by text NOT NULL,
  filed_by_name text NOT NULL,
  filed_at timestamptz NOT NULL,
  convened_by text NOT NULL DEFAULT '',
  convened_by_name text NOT NULL DEFAULT '',
  convened_at timestamptz,
  outcome_ground text NOT NULL DEFAULT '',
  told text NOT NULL DEFAULT '',
  closed_at timestamptz,
  UNIQUE (region_code, number)
);
CREATE UNIQUE INDEX appeals_rating ON appeals (rating_id) WHERE status <> 'withdrawn';
CREATE INDEX appeals_filed ON appeals (region_code, filed_at);
CREATE INDEX appeals_rectification ON appeals (rectification_id);

CREATE TABLE appeal_files (
  id uuid PRIMARY KEY,
  appeal_id uuid NOT NULL REFERENCES appeals (id),
  name text NOT NULL,
  media_type text NOT NULL,
  sha256 text NOT NULL,
  by_id text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX appeal_files_appeal ON appeal_files (appeal_id);

CREATE TABLE appeal_members (
  id uuid PRIMARY KEY,
  appeal_id uuid NOT NULL REFERENCES appeals (id),
  person text NOT NULL,
  name text NOT NULL,
  unit text NOT NULL DEFAULT '',
  added_at timestamptz NOT NULL,
  left_at timestamptz,
  left_reason text NOT NULL DEFAULT '',
  vote text NOT NULL DEFAULT '' CHECK (vote IN ('', 'valid', 'invalid')),
  ground text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  voted_at timestamptz,
  UNIQUE (appeal_id, person)
);
CREATE INDEX appeal_members_waiting ON appeal_members (person) WHERE voted_at IS NULL AND left_at IS NULL;
"""

DOWN = "DROP TABLE appeal_members, appeal_files, appeals;"

forwards = sql(__name__, up=UP, down=DOWN)
