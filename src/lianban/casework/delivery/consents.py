"""Consent to electronic delivery: recorded with channel and time, taken back at any time before it (民事诉讼法 90)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import progress
from lianban.casework.delivery.standing import at_window
from lianban.casework.progress import Held
from lianban.casework.tasks.checking import unprintable
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.tables.ids import new_id
from lianban.tables.papers import DeliveryConsent

CHANNELS = {"window": "在窗口当面", "written": "以书面方式", "online": "在查询页面"}
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent that stands."""

    id: UUID
    person: str
    channel: str
    at: datetime

    @property
    def channel_name(self) -> str:
        """How it was given, in words."""
        return CHANNELS[self.channel]


async def standing(case_id: UUID) -> Consent | None:
    """The consent of a case that has not been taken back."""
    row = await connection().fetchrow(
        "SELECT id, person, channel, at FROM delivery_consents WHERE case_id = $1 AND revoked_at IS NULL", case_id
    )
    return Consent(row["id"], row["person"], row["channel"], local(row["at"])) if row else None


async def consent(case_id: UUID, *, person: str, channel: str, by: Actor, at: datetime) -> Consent:
    """Record at the window that `person` agrees. Twice changes nothing. Raises NotFound, Invalid with the fields."""
    person = " ".join(person.split())
    fields = {}
    if channel not in ("window", "written"):
        fields["channel"] = "请选择同意的方式：当面，或者书面。"
    if not 2 <= len(person) <= LONGEST_NAME:
        fields["person"] = "请写明同意电子送达的人的姓名。"
    fields |= unprintable({"person": person})
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)
    async with at_window(case_id, by) as held:
        return await given(held, person, channel, by=by, at=at)


async def revoke_consent(case_id: UUID, *, by: Actor, at: datetime) -> None:
    """Record at the window that the consent is taken back; what was delivered stays delivered. Raises NotFound."""
    async with at_window(case_id, by) as held:
        await taken_back(held, "window", by=by, at=at)


async def given(held: Held, person: str, channel: str, *, by: Actor, at: datetime) -> Consent:
    """The consent, in the caller's transaction with the case locked."""
    known = await standing(held.id)
    if known is not None:
        return known
    id = new_id(at)
    row: dict[str, Any] = {"case_id": held.id, "channel": channel, "person": person, "at": at}
    await DeliveryConsent.insert(DeliveryConsent(id=id, **row, by_id=by.id, by_name=by.name))
    await progress.note(held, "electronic delivery agreed", by=by, at=at, channel=channel)
    return Consent(id, person, channel, local(at))


async def taken_back(held: Held, channel: str, *, by: Actor, at: datetime) -> None:
    """No consent stands any more, in the caller's transaction with the case locked."""
    revoked = await connection().fetchval(
        "UPDATE delivery_consents SET revoked_at = $2, revoked_by = $3, revoked_channel = $4"
        " WHERE case_id = $1 AND revoked_at IS NULL RETURNING id",
        held.id,
        at,
        by.id,
        channel,
    )
    if revoked:
        await progress.note(held, "electronic delivery no longer agreed", by=by, at=at, channel=channel)
