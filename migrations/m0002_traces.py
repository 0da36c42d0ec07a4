"""The access log is append-only like the journal, and a region's own system follows the whole region quickly."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Traces that stay, and a feed of the region"

UP = """
CREATE INDEX journal_feed_region ON journal (region_code, txid, position) WHERE stream = 'case';

CREATE FUNCTION access_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '查阅日志只能追加，不能修改或删除';
END $$;
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
  FOR EACH STATEMENT EXECUTE FUNCTION access_log_is_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON access_log FROM PUBLIC;
"""

DOWN = """
DROP TRIGGER access_log_append_only ON access_log;
DROP FUNCTION access_log_is_append_only;
DROP INDEX journal_feed_region;
"""

forwards = sql(__name__, up=UP, down=DOWN)
