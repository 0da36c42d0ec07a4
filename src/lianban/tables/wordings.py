"""The words of papers."""

from __future__ import annotations

from piccolo.columns import UUID, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class WordingRow(Table, tablename="wordings"):
    """An edition of a fixed sentence of a region's papers; never changed. `text` None: the general one holds again.

    `item` is empty for all items; `language` is empty for Chinese. A second language has the edition of the Chinese
    sentence that it goes with.
    """

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    kind = Text(required=True)
    item = Text()
    part = Text(required=True)
    language = Text()
    text = Text(null=True, default=None)
    edition = Integer(required=True)
    valid_from = Date(required=True)
    by_id = Text(required=True)
    by_name = Text(required=True)
    at = Timestamptz(required=True)
