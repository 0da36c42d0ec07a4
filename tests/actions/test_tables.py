"""The data model in Python is the schema in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from piccolo.columns import Array, Column

from lianban.outside import clock, database
from lianban.piccolo_app import APP_CONFIG
from lianban.tables.ids import new_id
from lianban.tables.traces import Attempt

ELEMENTS = {"TEXT": "_text", "UUID": "_uuid", "SMALLINT": "_int2"}
# A partitioned table stands in the schema once for each of its parts.
PARTS = r"^(ratings|occasions)_(default|\d{4}_\d{2})$"
TYPES = {"SMALLINT": "int2", "BOOLEAN": "bool", "INTEGER": "int4", "BIGINT": "int8"}


def described(column: Column) -> tuple[str, bool]:
    if isinstance(column, Array):
        return ELEMENTS[column.base_column.column_type], column._meta.null
    return TYPES.get(column.column_type, column.column_type.lower()), column._meta.null


async def test_every_column_is_the_same_on_both_sides(pool: None) -> None:
    async with database.transaction():
        rows = await database.connection().fetch(
            "SELECT table_name, column_name, udt_name, is_nullable = 'YES' AS nullable FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'migration' AND table_name !~ $1",
            PARTS,
        )
    there: dict[str, dict[str, Any]] = {}
    for row in rows:
        there.setdefault(row["table_name"], {})[row["column_name"]] = (row["udt_name"], row["nullable"])
    here = {
        table._meta.tablename: {c._meta.db_column_name: described(c) for c in table._meta.columns}
        for table in APP_CONFIG.table_classes
    }
    assert here == there


async def test_piccolo_writes_and_reads_a_renamed_column(pool: None) -> None:
    await Attempt.insert(Attempt(bucket="track", slot=clock.now(), tries=3))
    found = await Attempt.objects().first()
    assert found is not None and found.tries == 3


def test_ids_follow_time_and_the_order_of_making() -> None:
    at = clock.now()
    many = [new_id(at) for _ in range(10_000)]
    later = new_id(at + timedelta(milliseconds=50))
    assert len(set(many)) == len(many)
    assert sorted([*many, later])[-1] == later
    assert many == sorted(many)
    assert {(i.version, i.variant) for i in many} == {(7, "specified in RFC 4122")}
