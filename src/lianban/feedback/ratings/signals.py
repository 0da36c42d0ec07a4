"""What is noticed about how a rating comes: who sits at the device, how many come from there (R-HCP-3).

Nothing is kept of a citizen's address: only a keyed digest, for a day, to count by.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban.casework.policies import policy
from lianban.outside import vault
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules.actors import Actor
from lianban.rules.ratings.signals import AT_POINT, OWN_DEVICES, SHARED_DEVICES, Seen, doubt

REMEMBERED = timedelta(days=30)
"""How long the address of a sign-in counts as a staff member's."""
_DEVICE, _SOURCE = "staff device", "rating source"

_COUNT = """
INSERT INTO attempts (bucket, slot, count)
SELECT bucket, slot, 1 FROM unnest($1::text[], $2::timestamptz[]) AS said (bucket, slot) ORDER BY bucket
ON CONFLICT (bucket, slot) DO UPDATE SET count = attempts.count + 1 RETURNING bucket, count
"""
# The evaluated side: the very person, the department, or for the centre its windows.
_STAFF = """
SELECT p.id::text = ANY($2) AS device FROM people p
LEFT JOIN staff_sources s ON s.person = p.id AND s.source = $1 AND s.seen_at > $3
WHERE (p.id::text = ANY($2) OR s.person IS NOT NULL) AND p.region_code = $4
  AND (p.id::text = $5 OR (p.department = $6 AND ($6 <> '' OR 'clerk' = ANY(p.roles))))
ORDER BY device DESC LIMIT 1
"""
_REMEMBER = """
INSERT INTO staff_sources (person, source, seen_at) VALUES ($1, $2, $3)
ON CONFLICT (person, source) DO UPDATE SET seen_at = excluded.seen_at
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """The other end: network address, who is signed in there, and the marks of staff who once were."""

    address: str = ""
    person: Actor | None = None
    marks: tuple[str, ...] = ()


UNKNOWN_SENDER = Sender()


def mark_of(person: str) -> str:
    """What a browser keeps after somebody of the staff has signed in there; it can be neither guessed nor made."""
    return f"{person}.{vault.fingerprint(person, _DEVICE)}"


def _marked(marks: tuple[str, ...]) -> list[str]:
    people = [(mark, mark.partition(".")[0]) for mark in marks]
    return [person for mark, person in people if hmac.compare_digest(mark_of(person).encode(), mark.encode())]


def source_of(address: str) -> str:
    """The keyed digest of an address that can tell one place from another; "" for one that many share."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    networks = [ipaddress.ip_network(one.strip()) for one in settings().shared_networks.split(",") if one.strip()]
    if found.is_loopback or any(found in network for network in networks):
        return ""
    # An IPv6 household changes the lower half at will.
    place = ipaddress.ip_network((found, 64), strict=False) if found.version == 6 else found
    return vault.fingerprint(str(place), _SOURCE)


async def remember(person: UUID, address: str, *, at: datetime) -> None:
    """Somebody of the staff has signed in from here."""
    if source := source_of(address):
        async with transaction():
            await connection().execute(_REMEMBER, person, source, at)


async def doubts(occasion: Mapping[str, Any], channel: str, sender: Sender, *, at: datetime) -> str:
    """Why a rating of this occasion is set apart, "" if it is not, in the caller's transaction. Counts this one."""
    source = source_of(sender.address) if channel in OWN_DEVICES else ""
    point = str(occasion["point_id"] or "")
    hour, minute = at.replace(minute=0, second=0, microsecond=0), at.replace(second=0, microsecond=0)
    buckets = {}
    if source:
        buckets["source"] = (f"rating source {source}", hour)
    if point and channel in AT_POINT:
        buckets["point"] = (f"rating point {point}", hour)
    if point and channel in SHARED_DEVICES:
        buckets["minute"] = (f"rating terminal {point}", minute)
    counts: dict[str, int] = {}
    if buckets:
        rows = await connection().fetch(_COUNT, [b for b, _ in buckets.values()], [s for _, s in buckets.values()])
        counts = {row["bucket"]: row["count"] for row in rows}
    found = {kind: counts.get(bucket, 0) for kind, (bucket, _) in buckets.items()}
    seen = Seen(
        await _staff(occasion, source, sender, at) if channel in OWN_DEVICES else "",
        *(found.get(kind, 0) for kind in ("source", "point", "minute")),
    )
    return doubt(seen, (await policy(occasion["region_code"])).rating_flood)


async def _staff(occasion: Mapping[str, Any], source: str, sender: Sender, at: datetime) -> str:
    session, devices = [sender.person.id] if sender.person else [], _marked(sender.marks)
    if not (source or session or devices):
        return ""
    row = await connection().fetchrow(
        _STAFF,
        source,
        [*session, *devices],
        at - REMEMBERED,
        occasion["region_code"],
        occasion["served_by"],
        occasion["department"],
    )
    if row is None:
        return ""
    if not row["device"]:
        return "address"
    return "session" if session else "device"
