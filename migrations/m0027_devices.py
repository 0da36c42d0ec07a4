"""Keys of rating devices belong to a point; what was written or said elsewhere is entered with its proof."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Device keys and entered ratings"

forwards = sql(
    __name__,
    up="""
    ALTER TABLE client_keys ADD COLUMN point_id uuid REFERENCES evaluation_points (id);
    CREATE TABLE rating_entries (
      rating_id uuid PRIMARY KEY,
      rating_day date NOT NULL,
      region_code text NOT NULL,
      channel text NOT NULL,
      reference text NOT NULL DEFAULT '',
      file_name text NOT NULL DEFAULT '',
      media_type text NOT NULL DEFAULT '',
      sha256 text NOT NULL DEFAULT '',
      by_id text NOT NULL,
      by_name text NOT NULL,
      at timestamptz NOT NULL
    );
    CREATE UNIQUE INDEX rating_entries_reference ON rating_entries (region_code, channel, reference)
      WHERE reference <> '';
    CREATE INDEX rating_entries_region ON rating_entries (region_code, at)
    """,
    down="""
    DROP TABLE rating_entries;
    UPDATE client_keys SET active = false WHERE point_id IS NOT NULL;
    ALTER TABLE client_keys DROP COLUMN point_id
    """,
)
