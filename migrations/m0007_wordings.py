"""What a region's papers say in its own words, edition by edition."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Wordings of papers"

UP = """
CREATE TABLE wordings (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  kind text NOT NULL,
  item text NOT NULL DEFAULT '',
  part text NOT NULL,
  language text NOT NULL DEFAULT '',
  text text,
  edition integer NOT NULL CHECK (edition > 0),
  valid_from date NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  UNIQUE (region_code, kind, item, part, language, edition)
);
"""

DOWN = """
DROP TABLE wordings;
"""

forwards = sql(__name__, up=UP, down=DOWN)
