"""有事您说话: requests with their parts, what was said to whom, tickets of the hotline, what they were turned into."""

from __future__ import annotations

from piccolo.columns import UUID, Array, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class Difficulty(Table, tablename="difficulties"):
    """A request; who made it is sealed, `person` is a keyed digest of the phone that finds duplicates."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    number = Text(required=True)
    query_code = Text(required=True)
    source = Text(required=True)
    sealed = Bytea(required=True)
    person = Text(required=True)
    confidential = Boolean(default=False)
    case_id = UUID(null=True, default=None)
    case_number = Text()
    item = Text()
    kind = Text(required=True)
    problem = Text(required=True)
    wish = Text()
    about_department = Text()
    about_person = Text()
    status = Text(required=True)
    category = Text()
    cause = Text()
    lead = Text()
    valid = Boolean(null=True, default=None)
    finding = Text()
    result = Text()
    reply = Text()
    replier = Text()
    replier_name = Text()
    confirmed = Boolean(default=False)
    delays = Integer(default=0)
    reopened = Integer(default=0)
    reached = Boolean(null=True, default=None)
    satisfied = Boolean(null=True, default=None)
    exclusion = Text()
    repeats_id = UUID(null=True, default=None)
    paper_id = UUID(null=True, default=None)
    received_by = Text()
    received_by_name = Text()
    first_asked = Text()
    first_asked_name = Text()
    registered_at = Timestamptz(required=True)
    replied_at = Timestamptz(null=True, default=None)
    called_back_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)


class DifficultyPart(Table, tablename="difficulty_parts"):
    """What one unit has in a request; `named` by a supervisor or the government, so that it cannot be given back."""

    id = UUID(primary_key=True, required=True)
    difficulty_id = UUID(required=True)
    department = Text(required=True)
    lead = Boolean(required=True)
    named = Boolean(default=False)
    task = Text()
    status = Text(required=True)
    sent_at = Timestamptz(required=True)
    accepted_at = Timestamptz(null=True, default=None)
    accepted_by_name = Text()
    reported_at = Timestamptz(null=True, default=None)
    report = Text()
    reported_by_name = Text()
    returned_at = Timestamptz(null=True, default=None)
    return_reason = Text()


class DifficultyNote(Table, tablename="difficulty_notes"):
    """What was said about a request, by whom and when; `told` to whoever made it, with a `due` that was named then."""

    id = UUID(primary_key=True, required=True)
    difficulty_id = UUID(required=True)
    kind = Text(required=True)
    text = Text(required=True)
    told = Boolean(required=True)
    due = Timestamptz(null=True, default=None)
    department = Text()
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)


class DifficultyTicket(Table, tablename="difficulty_tickets"):
    """A ticket of the hotline that belongs to a request, and when its answer went back."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    difficulty_id = UUID(required=True)
    number = Text(required=True)
    came_at = Timestamptz(required=True)
    returned_at = Timestamptz(null=True, default=None)
    returned_by = Text()
    returned_by_name = Text()


class SupervisionRecord(Table, tablename="supervision_records"):
    """督办问责: what became of a blame that was found to be true; for the supervisors only."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    number = Text(required=True)
    difficulty_id = UUID(required=True, unique=True)
    department = Text()
    person = Text()
    finding = Text(required=True)
    opened_by = Text(required=True)
    opened_by_name = Text()
    opened_at = Timestamptz(required=True)
    measures = Text()
    concluded_by = Text()
    concluded_by_name = Text()
    concluded_at = Timestamptz(null=True, default=None)


class CatalogueProposal(Table, tablename="catalogue_proposals"):
    """A cause that shows a fault of the catalogue: what should be changed in it, and what the administrator said."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    cause = Text(required=True)
    difficulties = Array(base_column=UUID())
    item = Text()
    text = Text(required=True)
    by_id = Text(required=True)
    by_name = Text()
    at = Timestamptz(required=True)
    adopted = Boolean(null=True, default=None)
    answer = Text()
    answered_by = Text()
    answered_by_name = Text()
    answered_at = Timestamptz(null=True, default=None)


class DifficultyDuty(Table, tablename="difficulty_duties"):
    """Who sits at the window of requests from `since` to `until`, both included: post A and post B."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    since = Date(required=True)
    until = Date(required=True)
    a_id = Text(required=True)
    a_name = Text()
    b_id = Text(required=True)
    b_name = Text()
    by_id = Text(required=True)
    at = Timestamptz(required=True)
    withdrawn_at = Timestamptz(null=True, default=None)
