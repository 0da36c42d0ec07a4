"""Answers on the spot have a version of their own; photos know what was sent and have a small picture."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Answers and photos on the spot"

UP = """
ALTER TABLE survey_checks ADD COLUMN version integer NOT NULL DEFAULT 0;
ALTER TABLE survey_photos
  ADD COLUMN sent_sha256 text NOT NULL DEFAULT '',
  ADD COLUMN small_sha256 text NOT NULL DEFAULT '',
  ADD COLUMN width integer NOT NULL DEFAULT 0,
  ADD COLUMN height integer NOT NULL DEFAULT 0;
"""

DOWN = """
ALTER TABLE survey_photos DROP COLUMN sent_sha256, DROP COLUMN small_sha256, DROP COLUMN width, DROP COLUMN height;
ALTER TABLE survey_checks DROP COLUMN version;
"""

forwards = sql(__name__, up=UP, down=DOWN)
