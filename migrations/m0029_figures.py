"""Figures of past days: which windows and items lacked a point, and when; reports of changes by their answer."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Figures of past days"

UP = """
CREATE TABLE point_gaps (
  id uuid PRIMARY KEY,
  region_code text NOT NULL,
  kind text NOT NULL,
  what text NOT NULL,
  name text NOT NULL,
  department text NOT NULL DEFAULT '',
  since timestamptz NOT NULL,
  until timestamptz
);
CREATE UNIQUE INDEX point_gaps_open ON point_gaps (region_code, kind, what) WHERE until IS NULL;
CREATE INDEX point_gaps_region ON point_gaps (region_code, since);
-- A day is counted and looked at as a whole, for all regions.
DROP INDEX upward_reports_day;
CREATE INDEX upward_reports_day ON upward_reports (day, region_code, id);
CREATE INDEX upward_reports_changes ON upward_reports (accepted_at) WHERE cause <> 'rating';
"""

DOWN = """
DROP INDEX upward_reports_changes, upward_reports_day;
CREATE INDEX upward_reports_day ON upward_reports (region_code, day, id);
DROP TABLE point_gaps;
"""

forwards = sql(__name__, up=UP, down=DOWN)
