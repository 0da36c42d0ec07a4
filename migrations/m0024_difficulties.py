"""有事您说话: requests, parts of units, what was told, tickets of the hotline, supervision records, proposals, duty."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Requests"

UP = """
CREATE TABLE difficulties (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  number text NOT NULL,
  query_code text NOT NULL,
  source text NOT NULL CHECK (source IN ('window', 'online', 'hotline')),
  sealed bytea NOT NULL,
  person text NOT NULL,
  confidential boolean NOT NULL DEFAULT false,
  case_id uuid REFERENCES cases (id),
  case_number text NOT NULL DEFAULT '',
  item text NOT NULL DEFAULT '',
  kind text NOT NULL,
  problem text NOT NULL,
  wish text NOT NULL DEFAULT '',
  about_department text NOT NULL DEFAULT '',
  about_person text NOT NULL DEFAULT '',
  status text NOT NULL CHECK (status IN ('registered', 'triaged', 'dispatched', 'handling', 'escalated', 'replied',
    'called_back', 'closed', 'out_of_scope')),
  category text NOT NULL DEFAULT '',
  cause text NOT NULL DEFAULT '',
  lead text NOT NULL DEFAULT '',
  valid boolean,
  finding text NOT NULL DEFAULT '',
  result text NOT NULL DEFAULT '' CHECK (result IN ('', 'solved', 'explained', 'unsolved')),
  reply text NOT NULL DEFAULT '',
  replier text NOT NULL DEFAULT '',
  replier_name text NOT NULL DEFAULT '',
  confirmed boolean NOT NULL DEFAULT false,
  delays integer NOT NULL DEFAULT 0,
  reopened integer NOT NULL DEFAULT 0,
  reached boolean,
  satisfied boolean,
  exclusion text NOT NULL DEFAULT '',
  repeats_id uuid REFERENCES difficulties (id),
  paper_id uuid REFERENCES papers (id),
  received_by text NOT NULL DEFAULT '',
  received_by_name text NOT NULL DEFAULT '',
  first_asked text NOT NULL DEFAULT '',
  first_asked_name text NOT NULL DEFAULT '',
  registered_at timestamptz NOT NULL,
  replied_at timestamptz,
  called_back_at timestamptz,
  closed_at timestamptz,
  UNIQUE (region_code, number)
);
CREATE INDEX difficulties_open ON difficulties (region_code, id) WHERE closed_at IS NULL;
CREATE INDEX difficulties_registered ON difficulties (region_code, registered_at);
CREATE INDEX difficulties_person ON difficulties (region_code, person, registered_at);
CREATE INDEX difficulties_case ON difficulties (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE difficulty_parts (
  id uuid PRIMARY KEY,
  difficulty_id uuid NOT NULL REFERENCES difficulties (id),
  department text NOT NULL,
  lead boolean NOT NULL,
  named boolean NOT NULL DEFAULT false,
  task text NOT NULL DEFAULT '',
  status text NOT NULL CHECK (status IN ('waiting', 'accepted', 'reported', 'returned', 'ended')),
  sent_at timestamptz NOT NULL,
  accepted_at timestamptz,
  accepted_by_name text NOT NULL DEFAULT '',
  reported_at timestamptz,
  report text NOT NULL DEFAULT '',
  reported_by_name text NOT NULL DEFAULT '',
  returned_at timestamptz,
  return_reason text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX difficulty_parts_one ON difficulty_parts (difficulty_id, department)
  WHERE status NOT IN ('returned', 'ended');
CREATE INDEX difficulty_parts_department ON difficulty_parts (department, difficulty_id);

CREATE TABLE difficulty_notes (
  id uuid PRIMARY KEY,
  difficulty_id uuid NOT NULL REFERENCES difficulties (id),
  kind text NOT NULL,
  text text NOT NULL,
  told boolean NOT NULL,
  due timestamptz,
  department text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);
CREATE INDEX difficulty_notes_of ON difficulty_notes (difficulty_id, at, id);

CREATE TABLE difficulty_tickets (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  difficulty_id uuid NOT NULL REFERENCES difficulties (id),
  number text NOT NULL,
  came_at timestamptz NOT NULL,
  returned_at timestamptz,
  returned_by text NOT NULL DEFAULT '',
  returned_by_name text NOT NULL DEFAULT '',
  UNIQUE (region_code, number)
);
CREATE INDEX difficulty_tickets_of ON difficulty_tickets (difficulty_id);

CREATE TABLE supervision_records (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  number text NOT NULL,
  difficulty_id uuid NOT NULL UNIQUE REFERENCES difficulties (id),
  department text NOT NULL DEFAULT '',
  person text NOT NULL DEFAULT '',
  finding text NOT NULL,
  opened_by text NOT NULL,
  opened_by_name text NOT NULL DEFAULT '',
  opened_at timestamptz NOT NULL,
  measures text NOT NULL DEFAULT '',
  concluded_by text NOT NULL DEFAULT '',
  concluded_by_name text NOT NULL DEFAULT '',
  concluded_at timestamptz,
  UNIQUE (region_code, number)
);

CREATE TABLE catalogue_proposals (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  cause text NOT NULL,
  difficulties uuid[] NOT NULL DEFAULT '{}',
  item text NOT NULL DEFAULT '',
  text text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  adopted boolean,
  answer text NOT NULL DEFAULT '',
  answered_by text NOT NULL DEFAULT '',
  answered_by_name text NOT NULL DEFAULT '',
  answered_at timestamptz
);
CREATE INDEX catalogue_proposals_region ON catalogue_proposals (region_code, at);

CREATE TABLE difficulty_duties (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  since date NOT NULL,
  until date NOT NULL,
  a_id text NOT NULL,
  a_name text NOT NULL DEFAULT '',
  b_id text NOT NULL CHECK (b_id <> a_id),
  b_name text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  at timestamptz NOT NULL,
  withdrawn_at timestamptz
);
CREATE INDEX difficulty_duties_region ON difficulty_duties (region_code, until) WHERE withdrawn_at IS NULL;
"""

DOWN = """
DROP TABLE difficulty_duties, catalogue_proposals, supervision_records, difficulty_tickets, difficulty_notes,
  difficulty_parts, difficulties;
"""

forwards = sql(__name__, up=UP, down=DOWN)
