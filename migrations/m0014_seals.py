"""Papers are found by what is in their file, and those that wait for their seal are found at once."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Papers by their files; papers that wait for a seal"

UP = """
CREATE INDEX papers_sha256 ON papers (sha256) WHERE sha256 <> '';
CREATE INDEX papers_unsigned_sha256 ON papers (unsigned_sha256) WHERE unsigned_sha256 <> '';
CREATE INDEX papers_awaiting_seal ON papers (region_code, issued_at, id) WHERE sha256 = '' AND seal IS NOT NULL;
"""

DOWN = "DROP INDEX papers_sha256, papers_unsigned_sha256, papers_awaiting_seal;"

forwards = sql(__name__, up=UP, down=DOWN)
