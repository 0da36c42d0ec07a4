"""Whether an open case already is about the same newborn or premises: keyed hashes, no personal data."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from lianban.outside.database import connection
from lianban.outside.settings import settings
from lianban.rules.catalog.types import Edition

STATES = {
    "received": "已收件",
    "correcting": "待补正",
    "processing": "办理中",
    "decided": "统一出件",
    "delivered": "已送达",
}
_OPEN = """
SELECT DISTINCT c.number, c.status FROM duplicate_keys d JOIN cases c ON c.id = d.case_id
WHERE d.region_code = $1 AND d.bundle = $2 AND d.key = ANY($3) AND c.id <> $4
  AND c.status = ANY($5)
ORDER BY c.number
"""
_KEEP = """
INSERT INTO duplicate_keys (case_id, region_code, bundle, key) SELECT $1, $2, $3, key FROM unnest($4::text[]) AS key
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An open case that seems to be about the same subject; nothing personal."""

    number: str
    state: str


def normal(value: str) -> str:
    """Letters and digits only, half-width, lower case: 麓山南路 1 号 is 麓山南路1号."""
    text = unicodedata.normalize("NFKC", value).casefold()
    return "".join(c for c in text if unicodedata.category(c)[0] in "LMN")


def keys(edition: Edition, facts: Mapping[str, str]) -> list[str]:
    """A keyed hash for each group of elements that is known whole."""
    return list(_keys(edition, facts))


def _keys(edition: Edition, facts: Mapping[str, str]) -> Iterator[str]:
    bundle = edition.bundle
    for group in bundle.duplicate_keys:
        if group and all(facts.get(id) for id in group):
            parts = (bundle.region, bundle.id, *(f"{id}={normal(facts[id])}" for id in sorted(group)))
            yield hmac.new(settings().secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


async def serialise(keys: Sequence[str]) -> None:
    """Let two acceptances of the same subject come one after the other; the lock ends with the transaction."""
    for key in sorted(keys):
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"duplicate {key}")


async def open_cases(edition: Edition, keys: Sequence[str], *, but: UUID) -> tuple[Duplicate, ...]:
    """The open cases of the region that share a key, without the one in hand."""
    if not keys:
        return ()
    bundle = edition.bundle
    rows = await connection().fetch(_OPEN, bundle.region, bundle.id, list(keys), but, list(STATES))
    return tuple(Duplicate(row["number"], STATES[row["status"]]) for row in rows)


async def keep(case_id: UUID, edition: Edition, keys: Sequence[str]) -> None:
    """Remember what a received case is about, so that another window is told of it before the acceptance."""
    await connection().execute(_KEEP, case_id, edition.bundle.region, edition.bundle.id, list(keys))


async def forget(case_id: UUID) -> None:
    """What a received case was about may have been corrected: the acceptance says it anew."""
    await connection().execute("DELETE FROM duplicate_keys WHERE case_id = $1", case_id)
