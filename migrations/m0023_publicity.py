"""What is published of ratings and problems after screening, month by month in figures; campaigns; repeated faults."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Publication and campaigns"

UP = """
CREATE INDEX ratings_texts ON ratings (region_code, at, id) WHERE comment <> '';
CREATE INDEX rectifications_ended ON rectifications (region_code, closed_at, id) WHERE closed_at IS NOT NULL;

CREATE TABLE publications (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('rating', 'problem')),
  subject_id uuid NOT NULL,
  subject_day date NOT NULL,
  department text NOT NULL DEFAULT '',
  grade smallint,
  text text NOT NULL,
  result text NOT NULL DEFAULT '',
  status text NOT NULL CHECK (status IN ('published', 'withheld', 'withdrawn')),
  reason text NOT NULL DEFAULT '',
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  published_at timestamptz,
  UNIQUE (kind, subject_id)
);
CREATE INDEX publications_public ON publications (region_code, kind, published_at, id) WHERE status = 'published';
CREATE INDEX publications_decided ON publications (region_code, at, id);

CREATE TABLE public_months (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  month date NOT NULL,
  content jsonb NOT NULL,
  by_id text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX public_months_latest ON public_months (region_code, month, at);

CREATE TABLE campaigns (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  number text NOT NULL,
  title text NOT NULL,
  cause text NOT NULL,
  problem text NOT NULL,
  goal text NOT NULL,
  department text NOT NULL DEFAULT '',
  owner_name text NOT NULL,
  public boolean NOT NULL,
  status text NOT NULL,
  result text NOT NULL DEFAULT '',
  opened_by text NOT NULL,
  opened_by_name text NOT NULL DEFAULT '',
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  UNIQUE (region_code, number)
);
CREATE INDEX campaigns_region ON campaigns (region_code, opened_at);
CREATE UNIQUE INDEX campaigns_cause ON campaigns (region_code, cause) WHERE closed_at IS NULL;

CREATE TABLE campaign_problems (
  campaign_id uuid NOT NULL REFERENCES campaigns (id),
  rectification_id uuid NOT NULL REFERENCES rectifications (id),
  at timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, rectification_id)
);
CREATE INDEX campaign_problems_rectification ON campaign_problems (rectification_id);

CREATE TABLE campaign_measures (
  id uuid PRIMARY KEY,
  campaign_id uuid NOT NULL REFERENCES campaigns (id),
  measure text NOT NULL,
  department text NOT NULL DEFAULT '',
  owner_name text NOT NULL,
  due_on date NOT NULL,
  done text NOT NULL DEFAULT '',
  done_by text NOT NULL DEFAULT '',
  done_by_name text NOT NULL DEFAULT '',
  done_at timestamptz
);
CREATE INDEX campaign_measures_campaign ON campaign_measures (campaign_id, id);

CREATE TABLE campaign_files (
  id uuid PRIMARY KEY,
  campaign_id uuid NOT NULL REFERENCES campaigns (id),
  measure_id uuid NOT NULL REFERENCES campaign_measures (id),
  name text NOT NULL,
  media_type text NOT NULL,
  sha256 text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX campaign_files_campaign ON campaign_files (campaign_id, id);

CREATE TABLE declined_causes (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  cause text NOT NULL,
  reason text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);
CREATE INDEX declined_causes_region ON declined_causes (region_code, cause, at);

CREATE TABLE repeated_faults (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('person', 'window', 'department')),
  subject text NOT NULL,
  name text NOT NULL,
  department text NOT NULL DEFAULT '',
  problems uuid[] NOT NULL,
  level text NOT NULL CHECK (level IN ('department_head', 'supervisor', 'government_head')),
  at timestamptz NOT NULL,
  talked_at timestamptz,
  talked_by text NOT NULL DEFAULT '',
  talked_by_name text NOT NULL DEFAULT '',
  talk text NOT NULL DEFAULT ''
);
CREATE INDEX repeated_faults_region ON repeated_faults (region_code, at);
"""

DOWN = """
DROP TABLE repeated_faults, declined_causes, campaign_files, campaign_measures, campaign_problems, campaigns,
  public_months, publications;
DROP INDEX rectifications_ended;
DROP INDEX ratings_texts;
"""

forwards = sql(__name__, up=UP, down=DOWN)
