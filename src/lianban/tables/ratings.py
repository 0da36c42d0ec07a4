"""好差评: points, occasions, ratings by month, changes of their standing, who gave them, what is to be rectified.

Occasions and ratings are partitioned by the month of `day`, the legal day on which they were entered. It lies in the
time-ordered id too (`tables.ids.day_of`), so that a look-up by id goes to one month.
"""

from __future__ import annotations

from piccolo.columns import UUID, Array, Boolean, Bytea, Date, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table


class EvaluationPoint(Table, tablename="evaluation_points"):
    """A place or channel that should be able to receive ratings; able from `open_since` until `open_until`."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    kind = Text(required=True)
    name = Text(required=True)
    department = Text()
    window_name = Text()
    item = Text()
    parent_id = UUID(null=True, default=None)
    token = Text(required=True, unique=True)
    since = Timestamptz(required=True)
    open_since = Timestamptz(null=True, default=None)
    open_until = Timestamptz(null=True, default=None)
    retired_at = Timestamptz(null=True, default=None)
    by_id = Text(required=True)
    by_name = Text()
    terminal = Text()


class PointSpan(Table, tablename="point_spans"):
    """From when until when a point was able to receive ratings: what a past day's coverage is told from."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    point_id = UUID(required=True)
    since = Timestamptz(required=True)
    until = Timestamptz(null=True, default=None)


class PointGap(Table, tablename="point_gaps"):
    """From when until when a window or an item (`what`) was seen to have no point although it should have one."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    kind = Text(required=True)
    what = Text(required=True)
    name = Text(required=True)
    department = Text()
    since = Timestamptz(required=True)
    until = Timestamptz(null=True, default=None)


class Invitation(Table, tablename="invitations"):
    """A clerk has asked somebody to rate; until `until` the screen of the point shows it (主动邀评)."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    point_id = UUID(null=True, default=None)
    window_name = Text()
    case_id = UUID(null=True, default=None)
    token = Text(required=True)
    matter = Text(required=True)
    at = Timestamptz(required=True)
    until = Timestamptz(required=True)
    by_id = Text(required=True)


class Occasion(Table, tablename="occasions"):
    """A service that may be rated once, by whoever holds its token."""

    day = Date(required=True)
    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    token = Text(required=True)
    kind = Text(required=True)
    step = Text(required=True)
    case_id = UUID(null=True, default=None)
    task_id = UUID(null=True, default=None)
    point_id = UUID(null=True, default=None)
    item = Text()
    matter = Text()
    department = Text()
    window_name = Text()
    served_by = Text()
    opened_at = Timestamptz(required=True)
    expires_at = Timestamptz(required=True)
    rated_at = Timestamptz(null=True, default=None)
    rating_id = UUID(null=True, default=None)
    defaulted_at = Timestamptz(null=True, default=None)


class Rating(Table, tablename="ratings"):
    """One rating as it was given; only its standing changes, and each change leaves a mark.

    `at` is when it was entered, `given_at` when the citizen gave it (paper is entered later).
    """

    day = Date(required=True)
    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    at = Timestamptz(required=True)
    given_at = Timestamptz(required=True)
    kind = Text(required=True)
    step = Text(required=True)
    channel = Text(required=True)
    source = Text(required=True)
    grade = SmallInt(required=True)
    options = Array(base_column=SmallInt())
    comment = Text()
    standing = Text(required=True)
    reason = Text()
    occasion_id = UUID(required=True)
    case_id = UUID(null=True, default=None)
    task_id = UUID(null=True, default=None)
    point_id = UUID(null=True, default=None)
    item = Text()
    department = Text()
    window_name = Text()
    served_by = Text()
    named = Boolean(default=False)
    entered_by = Text()


class RatingMark(Table, tablename="rating_marks"):
    """The standing of a rating changed. Append-only by custom: what was known on a past day is told from here."""

    id = UUID(primary_key=True, required=True)
    rating_day = Date(required=True)
    rating_id = UUID(required=True)
    region_code = Text(required=True)
    was = Text(required=True)
    standing = Text(required=True)
    reason = Text(required=True)
    by_id = Text(required=True)
    at = Timestamptz(required=True)


class RatingPerson(Table, tablename="rating_people"):
    """Who gave a named rating: sealed, for the centre only (R-HCP-5)."""

    rating_id = UUID(primary_key=True, required=True)
    rating_day = Date(required=True)
    sealed = Bytea(required=True)


class RatingAddition(Table, tablename="rating_additions"):
    """What a citizen has added to a rating later; the grade stays."""

    id = UUID(primary_key=True, required=True)
    rating_day = Date(required=True)
    rating_id = UUID(required=True)
    comment = Text()
    at = Timestamptz(required=True)


class RatingPicture(Table, tablename="rating_pictures"):
    """A picture with a rating or an addition; the file lies under `ratings/<rating id>/<sha256>`."""

    id = UUID(primary_key=True, required=True)
    rating_day = Date(required=True)
    rating_id = UUID(required=True)
    addition_id = UUID(null=True, default=None)
    name = Text(required=True)
    media_type = Text(required=True)
    sha256 = Text(required=True)
    size = Integer()
    at = Timestamptz(required=True)


class RatingTry(Table, tablename="rating_tries"):
    """How often a rating was tried and refused: by day, place and reason. `point` is "" without a sticker."""

    day = Date(primary_key=True, required=True)
    region_code = Text(required=True)
    department = Text(required=True)
    point = Text(required=True)
    reason = Text(required=True)
    tries = Integer()
    last_at = Timestamptz(required=True)


class StaffSource(Table, tablename="staff_sources"):
    """From which network address, as a keyed digest, somebody of the staff has signed in."""

    person = UUID(primary_key=True, required=True)
    source = Text(required=True)
    seen_at = Timestamptz(required=True)


class RatingEntry(Table, tablename="rating_entries"):
    """A rating that somebody of the house has entered for a citizen (代录): where it comes from, and its paper."""

    rating_id = UUID(primary_key=True, required=True)
    rating_day = Date(required=True)
    region_code = Text(required=True)
    channel = Text(required=True)
    reference = Text()
    file_name = Text()
    media_type = Text()
    sha256 = Text()
    by_id = Text(required=True)
    by_name = Text(required=True)
    at = Timestamptz(required=True)
