"""The first tables, one chapter after the other."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "The first tables"

UP = """
CREATE TABLE people (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  login text NOT NULL UNIQUE,
  name text NOT NULL,
  post text NOT NULL DEFAULT '',
  password_hash text NOT NULL,
  roles text[] NOT NULL,
  department text NOT NULL DEFAULT '',
  window_name text NOT NULL DEFAULT '',
  active boolean NOT NULL DEFAULT true,
  failures integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  created_at timestamptz NOT NULL
);

CREATE TABLE sessions (
  token_hash text PRIMARY KEY,
  person uuid NOT NULL REFERENCES people (id),
  terminal text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);

CREATE TABLE client_keys (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  name text NOT NULL,
  department text NOT NULL DEFAULT '',
  roles text[] NOT NULL,
  key_hash text NOT NULL UNIQUE,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL
);

CREATE TABLE editions (
  hash text PRIMARY KEY,
  bundle text NOT NULL,
  region_code text NOT NULL,
  version text NOT NULL,
  origin text NOT NULL CHECK (origin IN ('shipped', 'local')),
  content jsonb NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  published_at timestamptz NOT NULL,
  published_by text NOT NULL
);
CREATE UNIQUE INDEX editions_version ON editions (region_code, bundle, version);

CREATE TABLE cases (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  bundle text NOT NULL,
  bundle_name text NOT NULL,
  edition text NOT NULL REFERENCES editions (hash),
  status text NOT NULL CHECK (status IN ('draft', 'processing', 'decided', 'delivered', 'closed', 'discarded')),
  outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'granted', 'partial', 'refused')),
  number text,
  query_code text NOT NULL DEFAULT '',
  applicant text NOT NULL DEFAULT '',
  subject text NOT NULL DEFAULT '',
  draft jsonb NOT NULL DEFAULT '{}',
  draft_version integer NOT NULL DEFAULT 0,
  plan jsonb,
  opened_by text NOT NULL,
  opened_by_name text NOT NULL DEFAULT '',
  window_name text NOT NULL DEFAULT '',
  opened_at timestamptz NOT NULL,
  received_at timestamptz,
  accepted_at timestamptz,
  accepted_by text NOT NULL DEFAULT '',
  decided_at timestamptz,
  delivered_at timestamptz,
  closed_at timestamptz,
  updated_at timestamptz NOT NULL,
  UNIQUE (region_code, number)
);
CREATE INDEX cases_window ON cases (region_code, status, updated_at DESC, id);

CREATE TABLE parties (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  role text NOT NULL CHECK (role IN ('applicant', 'guardian', 'agent', 'operator')),
  name text NOT NULL,
  id_kind text NOT NULL DEFAULT '',
  id_number text NOT NULL DEFAULT '',
  phone text NOT NULL DEFAULT '',
  relation text NOT NULL DEFAULT '',
  mandate text NOT NULL DEFAULT ''
);
CREATE INDEX parties_case ON parties (case_id);

CREATE TABLE facts (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  element text NOT NULL,
  value text NOT NULL,
  source text NOT NULL CHECK (source IN ('answer', 'form', 'register', 'result', 'officer')),
  origin text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  at timestamptz NOT NULL,
  superseded_at timestamptz
);
CREATE UNIQUE INDEX facts_current ON facts (case_id, element) WHERE superseded_at IS NULL;

CREATE TABLE duplicate_keys (
  case_id uuid NOT NULL REFERENCES cases (id),
  region_code text NOT NULL,
  bundle text NOT NULL,
  key text NOT NULL,
  PRIMARY KEY (case_id, key)
);
CREATE INDEX duplicate_keys_key ON duplicate_keys (region_code, bundle, key);

CREATE TABLE material_files (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  material text NOT NULL,
  position integer NOT NULL,
  name text NOT NULL,
  media_type text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  pages integer NOT NULL DEFAULT 1,
  by_id text NOT NULL,
  at timestamptz NOT NULL,
  removed_at timestamptz
);
CREATE INDEX material_files_case ON material_files (case_id, material, position) WHERE removed_at IS NULL;

CREATE TABLE tasks (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  region_code text NOT NULL,
  item text NOT NULL,
  item_name text NOT NULL,
  department text NOT NULL,
  status text NOT NULL CHECK (status IN ('waiting', 'dispatched', 'reviewing', 'granted', 'refused', 'lapsed')),
  after text[] NOT NULL DEFAULT '{}',
  needs_survey boolean NOT NULL DEFAULT false,
  dispatched_at timestamptz,
  claimed_at timestamptz,
  claimed_by text NOT NULL DEFAULT '',
  claimed_by_name text NOT NULL DEFAULT '',
  decided_at timestamptz,
  decided_by text NOT NULL DEFAULT '',
  decided_by_name text NOT NULL DEFAULT '',
  opinion text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  legal_basis text NOT NULL DEFAULT '',
  remedy text NOT NULL DEFAULT '',
  due_at timestamptz,
  version integer NOT NULL DEFAULT 0,
  UNIQUE (case_id, item)
);
CREATE INDEX tasks_worklist ON tasks (region_code, department, due_at, id)
  WHERE status IN ('waiting', 'dispatched', 'reviewing');
CREATE INDEX tasks_department ON tasks (region_code, department, decided_at DESC) WHERE decided_at IS NOT NULL;

CREATE TABLE surveys (
  id uuid PRIMARY KEY,
  task_id uuid NOT NULL REFERENCES tasks (id),
  case_id uuid NOT NULL REFERENCES cases (id),
  surveyed_on date NOT NULL,
  surveyors text[] NOT NULL CHECK (cardinality(surveyors) >= 2),
  conclusion text NOT NULL CHECK (conclusion IN ('pass', 'pass_with_rectification', 'fail')),
  findings text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX surveys_task ON surveys (task_id);

CREATE TABLE results (
  id uuid PRIMARY KEY,
  task_id uuid NOT NULL REFERENCES tasks (id),
  case_id uuid NOT NULL REFERENCES cases (id),
  name text NOT NULL,
  number text NOT NULL DEFAULT '',
  issued_on date NOT NULL,
  valid_until date,
  file_name text NOT NULL DEFAULT '',
  media_type text NOT NULL DEFAULT '',
  sha256 text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  at timestamptz NOT NULL,
  delivered_at timestamptz
);
CREATE INDEX results_case ON results (case_id);

CREATE TABLE clocks (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  task_id uuid REFERENCES tasks (id),
  region_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('bundle', 'committed', 'statutory')),
  amount integer NOT NULL,
  unit text NOT NULL CHECK (unit IN ('wd', 'wh', 'h', 'd', 'm', '0')),
  basis text NOT NULL DEFAULT '',
  started_at timestamptz NOT NULL,
  computed_due timestamptz NOT NULL,
  promised_due timestamptz NOT NULL,
  provisional boolean NOT NULL,
  calendar text NOT NULL,
  stopped_at timestamptz
);
CREATE INDEX clocks_case ON clocks (case_id);
CREATE UNIQUE INDEX clocks_one_of_a_kind ON clocks (case_id, COALESCE(task_id, case_id), kind);

CREATE TABLE deliveries (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  method text NOT NULL CHECK (method IN
    ('window', 'mail', 'electronic', 'self_service_cabinet', 'agent', 'left', 'public_notice')),
  receiver text NOT NULL,
  relation text NOT NULL DEFAULT '',
  id_last_four text NOT NULL DEFAULT '',
  note text NOT NULL DEFAULT '',
  results uuid[] NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX deliveries_case ON deliveries (case_id);

CREATE TABLE papers (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  task_id uuid REFERENCES tasks (id),
  kind text NOT NULL CHECK (kind IN ('receipt', 'acceptance', 'refusal', 'delivery_receipt', 'closure')),
  number text NOT NULL UNIQUE,
  code text NOT NULL UNIQUE,
  title text NOT NULL,
  content jsonb NOT NULL,
  issued_at timestamptz NOT NULL,
  content_hash text NOT NULL DEFAULT '',
  sha256 text NOT NULL DEFAULT '',
  size bigint NOT NULL DEFAULT 0,
  void_at timestamptz
);
CREATE INDEX papers_case ON papers (case_id, issued_at);

CREATE TABLE number_series (
  authority text NOT NULL,
  kind text NOT NULL,
  year integer NOT NULL,
  last integer NOT NULL,
  PRIMARY KEY (authority, kind, year)
);

CREATE TABLE journal (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  stream text NOT NULL CHECK (stream IN ('case', 'rating', 'difficulty', 'catalogue', 'people')),
  subject text NOT NULL,
  seq integer NOT NULL,
  region_code text NOT NULL DEFAULT '',
  department text NOT NULL DEFAULT '',
  event text NOT NULL,
  by_id text NOT NULL,
  on_behalf_of text NOT NULL DEFAULT '',
  terminal text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  digest text NOT NULL,
  hash text NOT NULL,
  UNIQUE (stream, subject, seq)
);
CREATE INDEX journal_feed ON journal (region_code, department, txid, position);

CREATE TABLE journal_contents (
  position bigint PRIMARY KEY REFERENCES journal (position),
  salt text NOT NULL,
  content jsonb NOT NULL
);

CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '办件日志只能追加，不能修改或删除';
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
  FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON journal FROM PUBLIC;

CREATE TABLE access_log (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  department text NOT NULL DEFAULT '',
  case_id uuid,
  what text NOT NULL,
  purpose text NOT NULL,
  address text NOT NULL DEFAULT '',
  terminal text NOT NULL DEFAULT ''
);
CREATE INDEX access_log_case ON access_log (case_id, at);
CREATE INDEX access_log_at ON access_log (at);

CREATE TABLE access_grants (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  person text NOT NULL,
  person_name text NOT NULL DEFAULT '',
  purpose text NOT NULL,
  asked_at timestamptz NOT NULL,
  approved_by text NOT NULL DEFAULT '',
  approved_at timestamptz,
  expires_at timestamptz
);
CREATE INDEX access_grants_case ON access_grants (case_id, person);

CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  event text NOT NULL,
  case_id uuid,
  payload jsonb NOT NULL DEFAULT '{}',
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  last_error text NOT NULL DEFAULT ''
);
CREATE INDEX outbox_due ON outbox (due_at, id);

CREATE TABLE idempotency_keys (
  by_id text NOT NULL,
  key text NOT NULL,
  verb text NOT NULL,
  fingerprint text NOT NULL DEFAULT '',
  outcome jsonb,
  at timestamptz NOT NULL,
  PRIMARY KEY (by_id, key)
);

CREATE TABLE attempts (
  bucket text NOT NULL,
  slot timestamptz NOT NULL,
  count integer NOT NULL,
  PRIMARY KEY (bucket, slot)
);
"""

DOWN = """
DROP TABLE attempts, idempotency_keys, outbox, access_grants, access_log, journal_contents, journal, number_series,
  papers, deliveries, clocks, results, surveys, tasks, material_files, duplicate_keys, facts, parties, cases,
  editions, client_keys, sessions, people;
DROP FUNCTION journal_is_append_only;
"""

forwards = sql(__name__, up=UP, down=DOWN)
