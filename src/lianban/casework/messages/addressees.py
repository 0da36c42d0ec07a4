"""The case a message is about, as far as a message needs it, and the people who are told."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import catalogue
from lianban.casework.intake.record import record_of
from lianban.casework.intake.standing import standing
from lianban.outside.database import connection
from lianban.outside.settings import settings
from lianban.rules.catalog.loading import contacts
from lianban.rules.messages import Receiver, receivers, signature
from lianban.rules.parties import TakingPart
from lianban.tables.cases import Case

_PARTIES = "SELECT role, name, id_kind, id_number, phone, relation, mandate FROM parties WHERE case_id = $1 ORDER BY id"
_NUMBERS = "SELECT role, phone FROM message_numbers WHERE case_id = $1"
_WANTED = "SELECT optional FROM message_choices WHERE case_id = $1"
NO = "no"
"""What the draft holds under "messages" when the applicant wants only what is necessary."""


@dataclass(frozen=True, slots=True)
class About:
    """A case that may be told of. `wanted`: also what the applicant could do without."""

    id: UUID
    region: str
    number: str
    status: str
    outcome: str
    ended: bool
    sign: str
    phone: str
    wanted: bool
    row: Case

    @property
    def common(self) -> dict[str, str]:
        """The places that every message may use, except how somebody is addressed.

        The link carries no query code: the gateway is a third party, and the code opens the papers.
        """
        return {
            "办件编号": self.number,
            "链接": f"{settings().base_url}/c/{self.number}",
            "电话": self.phone,
        }


async def about(case_id: UUID | None) -> About | None:
    """The case, in the caller's transaction; None for one without a number, of which nobody can be told."""
    row = await Case.objects().get(Case.id == case_id) if case_id else None
    if row is None or not row.number or row.status in ("draft", "discarded"):
        return None
    chosen = await connection().fetchval(_WANTED, case_id)
    return About(
        id=row.id,
        region=row.region_code,
        number=row.number,
        status=row.status,
        outcome=row.outcome,
        ended=row.ended_at is not None,
        sign=await sign_of(row.edition),
        phone=re.sub(r"（.*?）", "", contacts(row.region_code).centre.phone).strip(),
        wanted=json.loads(row.draft).get("messages") != NO if chosen is None else bool(chosen),
        row=row,
    )


async def sign_of(edition: str) -> str:
    """The signature of the centre of an edition's region."""
    return signature(f"{(await catalogue.edition(edition)).bundle.region_name}政务服务中心")


async def told(case: About, *, at: datetime) -> list[Receiver]:
    """Whom to tell. Before acceptance the people stand only on the form; a number the window corrected goes first."""
    rows: list[Mapping[str, Any]] = await connection().fetch(_PARTIES, case.id)
    parties = [TakingPart(**dict(row)) for row in rows]
    if not parties:
        edition = await catalogue.edition(case.row.edition)
        parties = (await standing(record_of(case.row), edition, at=at)).parties
    numbers = {row["role"]: row["phone"] for row in await connection().fetch(_NUMBERS, case.id)}
    return receivers([replace(p, phone=numbers.get(p.role, p.phone)) for p in parties])
