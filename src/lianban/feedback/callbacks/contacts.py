"""Whom to call: read only when a caller opens the number, never kept with the call-back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lianban.feedback.difficulties.registering import PURPOSE as REQUESTER
from lianban.feedback.ratings.giving import PERSON
from lianban.outside import vault
from lianban.outside.database import connection
from lianban.rules.parties import ROLES

_PARTIES = """
SELECT p.role, p.name, COALESCE(n.phone, p.phone) AS phone FROM parties p
LEFT JOIN message_numbers n ON n.case_id = p.case_id AND n.role = p.role WHERE p.case_id = $1 ORDER BY p.id
"""
_RATER = "SELECT sealed FROM rating_people WHERE rating_id = $1"
_PROBLEM = "SELECT source, source_id, rating_id, case_id FROM rectifications WHERE id = $1"
_REQUEST = "SELECT sealed FROM difficulties WHERE id = $1"
_CALLBACK = "SELECT source, source_id, case_id FROM callbacks WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be called, and in which capacity."""

    name: str
    role: str
    phone: str


async def contacts_of(row: Mapping[str, Any]) -> list[Contact]:
    """Everybody with a number behind a call-back, in the caller's transaction.

    Who spoke up is called, and nobody else learns of it: of the parties of the case only the one of the same name.
    """
    if row["source"] == "draw":
        found = await _parties(row["case_id"])
    else:
        spoke = await _who_spoke(row["source"], row["source_id"])
        found = [spoke] if spoke else []
        if spoke and not spoke.phone and row["case_id"]:
            found = [one for one in await _parties(row["case_id"]) if one.name == spoke.name]
    # The same number once: the applicant of an infant mostly is the guardian too.
    return list({one.phone: one for one in reversed(found) if one.phone}.values())[::-1]


async def _parties(case_id: UUID) -> list[Contact]:
    rows = await connection().fetch(_PARTIES, case_id)
    return [Contact(each["name"], ROLES.get(each["role"], "当事人"), each["phone"]) for each in rows]


async def _who_spoke(source: str, id: UUID) -> Contact | None:
    """Whoever rated, asked, or was called before; None when the problem was found by the supervision itself."""
    sealed, role, purpose = None, "评价人", PERSON
    if source == "difficulty":
        sealed, role, purpose = await connection().fetchval(_REQUEST, id), "诉求人", REQUESTER
    elif source == "rectification":
        problem = await connection().fetchrow(_PROBLEM, id)
        if problem["source"] == "rating":
            sealed = await connection().fetchval(_RATER, problem["rating_id"])
        elif problem["source"] == "difficulty":
            return await _who_spoke("difficulty", problem["source_id"])
        elif problem["source"] == "callback":
            first = await connection().fetchrow(_CALLBACK, problem["source_id"])
            if first["source"] == "draw":
                return next(iter(await contacts_of(first)), None)
            return await _who_spoke(first["source"], first["source_id"])
    if not sealed:
        return None
    person = vault.unseal(sealed, purpose)
    return Contact(person.get("name", ""), role, person.get("phone", ""))
