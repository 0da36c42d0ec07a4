"""Joint on-site surveys: appointments, their parts per item, surveyors, checks, photos, slots and busy times."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Date, Integer, Text, Time, Timestamptz
from piccolo.table import Table


class Visit(Table, tablename="visits"):
    """One appointment on site (联合勘验) for one or several items of a case."""

    id = UUID(primary_key=True, required=True)
    case_id = UUID(required=True)
    region_code = Text(required=True)
    status = Text(required=True)
    slot_id = UUID(null=True, default=None)
    starts_at = Timestamptz(required=True)
    ends_at = Timestamptz(required=True)
    place = Text(required=True)
    contact = Text()
    contact_phone = Text()
    note = Text()
    asked_by = Text(required=True)
    by_id = Text(required=True)
    by_name = Text()
    made_at = Timestamptz(required=True)
    version = Integer(default=1)
    changes = Integer(default=0)
    changes_asked = Integer(default=0)
    paper_id = UUID(null=True, default=None)
    record_id = UUID(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    reason = Text()
    missed_by = Text()
    signed_by = Text()
    signed_at = Timestamptz(null=True, default=None)
    refused_reason = Text()
    witness = Text()
    signed_sha256 = Text()
    signed_media_type = Text()
    began_at = Timestamptz(null=True, default=None)


class VisitPart(Table, tablename="visit_parts"):
    """One item in a visit. The key in the database is (visit_id, task_id): insert and update by SQL, never `save()`."""

    visit_id = UUID(required=True)
    task_id = UUID(primary_key=True, required=True)
    item = Text(required=True)
    department = Text(required=True)
    status = Text(required=True)
    reason = Text()
    by_name = Text()
    at = Timestamptz(required=True)


class Surveyor(Table, tablename="surveyors"):
    """Who goes there for an item, with the number of the law-enforcement certificate (执法证号).

    The key in the database is (visit_id, task_id, name): insert and delete, never `save()`.
    """

    visit_id = UUID(required=True)
    task_id = UUID(required=True)
    person = Text()
    name = Text(primary_key=True, required=True)
    certificate = Text(required=True)


class VisitWish(Table, tablename="visit_wishes"):
    """The applicant wishes another time, and what was answered."""

    id = UUID(primary_key=True, required=True)
    visit_id = UUID(required=True)
    wished_on = Date(required=True)
    half = Text(required=True)
    reason = Text(required=True)
    at = Timestamptz(required=True)
    answer = Text()
    answered_at = Timestamptz(null=True, default=None)
    answered_by = Text()


class SurveyCheck(Table, tablename="survey_checks"):
    """One line of the acceptance standard, looked at on site."""

    id = UUID(primary_key=True, required=True)
    visit_id = UUID(required=True)
    task_id = UUID(required=True)
    position = Integer(required=True)
    text = Text(required=True)
    basis = Text()
    answer = Text()
    remark = Text()
    by_id = Text()
    by_name = Text()
    at = Timestamptz(null=True, default=None)
    version = Integer(default=0)


class SurveyPhoto(Table, tablename="survey_photos"):
    """A photo from the place. The id comes from the phone, so that the same photo sent twice is one."""

    id = UUID(primary_key=True, required=True)
    visit_id = UUID(required=True)
    case_id = UUID(required=True)
    task_id = UUID(required=True)
    position = Integer(null=True, default=None)
    name = Text()
    media_type = Text(required=True)
    size = BigInt(required=True)
    sha256 = Text(required=True)
    sent_sha256 = Text()
    small_sha256 = Text()
    width = Integer(default=0)
    height = Integer(default=0)
    taken_at = Timestamptz(null=True, default=None)
    received_at = Timestamptz(required=True)
    by_id = Text(required=True)
    by_name = Text()
    removed_at = Timestamptz(null=True, default=None)


class SurveySlot(Table, tablename="survey_slots"):
    """A time of the week at which a region's departments go out together, and how many places they visit then."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    weekday = Integer(required=True)
    starts_at = Time(required=True)
    ends_at = Time(required=True)
    quota = Integer(required=True)


class BusyTime(Table, tablename="busy_times"):
    """A department has nobody to send."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    department = Text(required=True)
    since = Timestamptz(required=True)
    until = Timestamptz(required=True)
    reason = Text()
    by_id = Text(required=True)
    at = Timestamptz(required=True)
