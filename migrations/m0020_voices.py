"""What belongs to ratings: supplements, pictures, refused tries, where staff sign in, default ratings' mark."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Rating additions"

UP = """
CREATE TABLE rating_additions (
  id uuid PRIMARY KEY,
  rating_day date NOT NULL,
  rating_id uuid NOT NULL,
  comment text NOT NULL DEFAULT '',
  at timestamptz NOT NULL
);
CREATE INDEX rating_additions_rating ON rating_additions (rating_id, at);

CREATE TABLE rating_pictures (
  id uuid PRIMARY KEY,
  rating_day date NOT NULL,
  rating_id uuid NOT NULL,
  addition_id uuid REFERENCES rating_additions (id),
  name text NOT NULL,
  media_type text NOT NULL,
  sha256 text NOT NULL,
  size integer NOT NULL,
  at timestamptz NOT NULL,
  UNIQUE (rating_id, sha256)
);

CREATE TABLE rating_tries (
  day date NOT NULL,
  region_code text NOT NULL,
  department text NOT NULL,
  point text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('used', 'expired', 'unknown')),
  tries integer NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (day, region_code, department, point, reason)
);

CREATE TABLE staff_sources (
  person uuid NOT NULL REFERENCES people (id),
  source text NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (person, source)
);
CREATE INDEX staff_sources_source ON staff_sources (source);

ALTER TABLE occasions ADD defaulted_at timestamptz;
"""

DOWN = """
ALTER TABLE occasions DROP defaulted_at;
DROP TABLE staff_sources, rating_tries, rating_pictures, rating_additions;
"""

forwards = sql(__name__, up=UP, down=DOWN)
