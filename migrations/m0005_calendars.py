"""Notices of the middle of the year stand beside the yearly one; a recomputation remembers whom it passed over."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Amended calendars and resumable recomputation"

UP = """
ALTER TABLE calendar_notices
  ADD COLUMN title text NOT NULL DEFAULT '',
  ADD COLUMN status text NOT NULL DEFAULT 'yearly' CHECK (status IN ('yearly', 'amendment'));
DROP INDEX calendar_notices_current;
CREATE UNIQUE INDEX calendar_notices_current
  ON calendar_notices (year, status, (CASE status WHEN 'amendment' THEN title ELSE '' END))
  WHERE superseded_at IS NULL;
ALTER TABLE recomputations
  ADD COLUMN total integer NOT NULL DEFAULT 0,
  ADD COLUMN firmed integer NOT NULL DEFAULT 0,
  ADD COLUMN passed_over uuid[] NOT NULL DEFAULT '{}',
  ADD COLUMN by_name text NOT NULL DEFAULT '';
"""

DOWN = """
ALTER TABLE recomputations DROP COLUMN total, DROP COLUMN firmed, DROP COLUMN passed_over, DROP COLUMN by_name;
DROP INDEX calendar_notices_current;
CREATE UNIQUE INDEX calendar_notices_current ON calendar_notices (year)
  WHERE superseded_at IS NULL AND status = 'yearly';
ALTER TABLE calendar_notices DROP COLUMN title, DROP COLUMN status;
"""

forwards = sql(__name__, up=UP, down=DOWN)
