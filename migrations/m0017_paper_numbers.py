"""Two regions whose names begin alike number their papers each for itself."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Numbers of papers by region"

forwards = sql(
    __name__,
    up="""
    ALTER TABLE papers DROP CONSTRAINT papers_number_key;
    CREATE UNIQUE INDEX papers_number ON papers (region_code, number)
    """,
    down="""
    DROP INDEX papers_number;
    ALTER TABLE papers ADD CONSTRAINT papers_number_key UNIQUE (number)
    """,
)
