"""People, their sessions, and the keys of departments' own systems."""

from __future__ import annotations

from piccolo.columns import UUID, Array, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class Person(Table, tablename="people"):
    """Somebody who signs in."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    login = Text(required=True, unique=True)
    name = Text(required=True)
    post = Text()
    password_hash = Text(required=True, secret=True)
    roles = Array(base_column=Text())
    department = Text()
    window_name = Text()
    active = Boolean(default=True)
    failures = Integer()
    locked_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(required=True)


class Session(Table, tablename="sessions"):
    """A signed-in seat. The token itself is nowhere kept, only its SHA-256."""

    token_hash = Text(primary_key=True, required=True)
    person = UUID(required=True)
    terminal = Text()
    created_at = Timestamptz(required=True)
    seen_at = Timestamptz(required=True)
    expires_at = Timestamptz(required=True)


class ClientKey(Table, tablename="client_keys"):
    """A department's own system; the key itself is nowhere kept, only its SHA-256."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    name = Text(required=True)
    department = Text()
    roles = Array(base_column=Text())
    key_hash = Text(required=True, unique=True, secret=True)
    active = Boolean(default=True)
    created_at = Timestamptz(required=True)
    point_id = UUID(null=True, default=None)


class Absence(Table, tablename="absences"):
    """A post is empty for some days and its substitute acts (AB 岗)."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    person = Text(required=True)
    person_name = Text()
    substitute = Text(required=True)
    substitute_name = Text()
    since = Date(required=True)
    until = Date(required=True)
    reason = Text()
    by_id = Text(required=True)
    at = Timestamptz(required=True)
    withdrawn_at = Timestamptz(null=True, default=None)
