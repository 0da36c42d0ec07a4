"""A visit remembers when it really began."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "When a visit began"

forwards = sql(
    __name__,
    up="ALTER TABLE visits ADD COLUMN began_at timestamptz",
    down="ALTER TABLE visits DROP COLUMN began_at",
)
