"""Papers and results go from hand to hand on lists: what lies where, and nothing is on two open lists."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Hand-over lists between window and departments"

UP = """
CREATE TABLE transfers (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  department text NOT NULL,
  department_name text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('to_department', 'to_window')),
  status text NOT NULL CHECK (status IN ('under_way', 'received', 'cancelled')),
  paper_id uuid REFERENCES papers (id),
  window_name text NOT NULL DEFAULT '',
  given_by text NOT NULL,
  given_by_name text NOT NULL,
  given_at timestamptz NOT NULL,
  received_by text NOT NULL DEFAULT '',
  received_by_name text NOT NULL DEFAULT '',
  received_at timestamptz,
  remark text NOT NULL DEFAULT '',
  cancelled_at timestamptz,
  cancelled_by_name text NOT NULL DEFAULT '',
  cancelled_reason text NOT NULL DEFAULT ''
);
CREATE INDEX transfers_side ON transfers (region_code, department, status, given_at DESC);

CREATE TABLE transfer_lines (
  transfer_id uuid NOT NULL REFERENCES transfers (id),
  position integer NOT NULL,
  thing text NOT NULL,
  open boolean NOT NULL DEFAULT true,
  case_id uuid NOT NULL REFERENCES cases (id),
  number text NOT NULL,
  material text NOT NULL DEFAULT '',
  result_id uuid REFERENCES results (id),
  name text NOT NULL,
  form text NOT NULL,
  copies integer NOT NULL,
  arrived boolean,
  difference text NOT NULL DEFAULT '',
  PRIMARY KEY (transfer_id, position)
);
CREATE UNIQUE INDEX transfer_lines_open ON transfer_lines (thing) WHERE open;
CREATE INDEX transfer_lines_case ON transfer_lines (case_id);
"""

DOWN = "DROP TABLE transfer_lines, transfers;"

forwards = sql(__name__, up=UP, down=DOWN)
