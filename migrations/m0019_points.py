"""A point's own screen (terminal), invitations shown there, when a point could be rated at, and no place twice."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Points and invitations"

forwards = sql(
    __name__,
    up="""
    ALTER TABLE evaluation_points ADD COLUMN terminal text NOT NULL DEFAULT '';
    CREATE UNIQUE INDEX evaluation_points_terminal ON evaluation_points (terminal) WHERE terminal <> '';
    CREATE UNIQUE INDEX evaluation_points_place ON evaluation_points
      (region_code, kind, name, COALESCE(parent_id, '00000000-0000-0000-0000-000000000000'))
      WHERE retired_at IS NULL;
    CREATE INDEX evaluation_points_parent ON evaluation_points (parent_id);
    CREATE TABLE point_spans (
      id uuid PRIMARY KEY,
      region_code text NOT NULL,
      point_id uuid NOT NULL REFERENCES evaluation_points (id),
      since timestamptz NOT NULL,
      until timestamptz
    );
    CREATE UNIQUE INDEX point_spans_open ON point_spans (point_id) WHERE until IS NULL;
    CREATE INDEX point_spans_region ON point_spans (region_code, since);
    CREATE TABLE invitations (
      id uuid PRIMARY KEY,
      region_code text NOT NULL,
      point_id uuid,
      window_name text NOT NULL DEFAULT '',
      case_id uuid,
      token text NOT NULL,
      matter text NOT NULL,
      at timestamptz NOT NULL,
      until timestamptz NOT NULL,
      by_id text NOT NULL
    );
    CREATE INDEX invitations_point ON invitations (point_id, at);
    CREATE INDEX invitations_person ON invitations (by_id, at)
    """,
    down="""
    DROP TABLE invitations, point_spans;
    DROP INDEX evaluation_points_parent, evaluation_points_place, evaluation_points_terminal;
    ALTER TABLE evaluation_points DROP COLUMN terminal
    """,
)
