"""Indicators: counts by day, sheets of a period, bulletins as issued, proposed talks, seals of days.

The counts are made anew from the ratings, never added to. Several of these tables have keys of many columns, of which
Piccolo knows one: they are written by statements, never with `save()`.
"""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, BigInt, Date, SmallInt, Text, Timestamptz
from piccolo.table import Table


class RollupDay(Table, tablename="rollup_days"):
    """A day whose ratings and occasions have been counted; `seen` tells what was there then."""

    day = Date(primary_key=True, required=True)
    seen = Text(required=True)
    rolled_at = Timestamptz(required=True)


class RatingRollup(Table, tablename="rating_rollups"):
    """Ratings of a day by what they are; `known` is the day from which on `n` more (or fewer) stood so.

    A rating counts from its own day with its first standing; each mark takes it from one standing to another. What
    was known on a past day is the sum up to that day.
    """

    region_code = Text(required=True)
    day = Date(primary_key=True, required=True)
    known = Date(required=True)
    department = Text(required=True)
    kind = Text(required=True)
    step = Text(required=True)
    channel = Text(required=True)
    source = Text(required=True)
    grade = SmallInt(required=True)
    standing = Text(required=True)
    n = BigInt(required=True)


class OccasionRollup(Table, tablename="occasion_rollups"):
    """Occasions of a day: minted, and those rated by citizens; `counted` is the day whose rows it was counted from."""

    region_code = Text(required=True)
    day = Date(primary_key=True, required=True)
    known = Date(required=True)
    counted = Date(required=True)
    what = Text(required=True)
    department = Text(required=True)
    kind = Text(required=True)
    step = Text(required=True)
    n = BigInt(required=True)


class ReportRollup(Table, tablename="report_rollups"):
    """Upward reports of a day: made, and of those accepted in time; `known` is the day from which on it was so."""

    region_code = Text(required=True)
    day = Date(primary_key=True, required=True)
    known = Date(required=True)
    what = Text(required=True)
    n = BigInt(required=True)


class IndicatorSheet(Table, tablename="indicator_sheets"):
    """The counts of a period as known at the end of a day, one row a department, "*" for the whole region."""

    region_code = Text(required=True)
    since = Date(primary_key=True, required=True)
    until = Date(required=True)
    known = Date(required=True)
    department = Text(required=True)
    figures = JSONB(required=True)
    seen = Text(required=True)
    counted_at = Timestamptz(required=True)


class Bulletin(Table, tablename="bulletins"):
    """A bulletin as it was issued: nothing in it changes any more."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    kind = Text(required=True)
    since = Date(required=True)
    until = Date(required=True)
    number = Text(required=True)
    content = JSONB(required=True)
    laggards = Array(base_column=Text())
    sha256 = Text()
    issued_at = Timestamptz(required=True)
    issued_by = Text(required=True)
    issued_by_name = Text(required=True)


class Talk(Table, tablename="talks"):
    """A talk (约谈) with the head of a unit that was last in two bulletins running; what became of it."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    department = Text(required=True)
    bulletin_id = UUID(required=True)
    before_id = UUID(required=True)
    proposed_at = Timestamptz(required=True)
    outcome = Text()
    note = Text()
    decided_at = Timestamptz(null=True, default=None)
    decided_by = Text()
    decided_by_name = Text()


class RatingSeal(Table, tablename="rating_seals"):
    """What a region's ratings of a day were when the day was over: their number and a keyed digest, in a chain."""

    region_code = Text(required=True)
    day = Date(primary_key=True, required=True)
    ratings = BigInt(required=True)
    digest = Text(required=True)
    previous = Text(required=True)
    sealed_at = Timestamptz(required=True)
