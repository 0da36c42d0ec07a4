"""Published editions. They never change."""

from __future__ import annotations

from piccolo.columns import JSONB, Date, Text, Timestamptz
from piccolo.table import Table


class EditionRow(Table, tablename="editions"):
    """One edition of one bundle in one region; `content` is its canonical form."""

    hash = Text(primary_key=True, required=True)
    bundle = Text(required=True)
    region_code = Text(required=True)
    version = Text(required=True)
    origin = Text(required=True)
    content = JSONB(required=True)
    valid_from = Date(required=True)
    valid_to = Date(null=True, default=None)
    published_at = Timestamptz(required=True)
    published_by = Text(required=True)
