"""What a region decides for itself."""

from __future__ import annotations

from piccolo.columns import JSONB, Integer, Text, Timestamptz
from piccolo.table import Table


class PolicyRow(Table, tablename="policies"):
    """What a region has decided where the law leaves it open; each version is kept."""

    region_code = Text(primary_key=True, required=True)
    version = Integer(required=True)
    content = JSONB(required=True)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)
