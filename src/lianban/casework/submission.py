"""An application handed in whole by another system: draft, papers and acceptance as one step, all or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import materials
from lianban.casework.idempotency import once
from lianban.casework.intake.acceptance import Accepted, accept
from lianban.casework.intake.drafts import open_draft, save
from lianban.errors import Invalid
from lianban.outside.database import transaction
from lianban.rules.actors import Actor

NO_KEY = "请在 Idempotency-Key 请求头里带上幂等键，重复提交时用同一个键，系统保证只受理一次。"


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan of a material."""

    material: str
    name: str
    data: bytes


async def submit(
    bundle: str,
    region: str,
    *,
    answers: Mapping[str, str],
    values: Mapping[str, str],
    scans: Sequence[Scan],
    key: str,
    by: Actor,
    at: datetime,
) -> Accepted:
    """Accept a whole application. `values` are named as in `drafts.save`.

    The same `key` with the same content gives the first case again, with other content it is a Conflict. A refusal
    (Forbidden, NotFound, Incomplete, Invalid) leaves nothing behind.
    """
    if not key:
        raise Invalid(NO_KEY, {"Idempotency-Key": NO_KEY})
    said = [
        bundle,
        region,
        dict(answers),
        dict(values),
        [[s.material, s.name, hashlib.sha256(s.data).hexdigest()] for s in scans],
    ]

    async def run() -> dict[str, Any]:
        draft = await open_draft(bundle, region, answers, by=by, at=at)
        await save(draft.case_id, values, by=by, at=at)
        for scan in scans:
            await materials.add(draft.case_id, scan.material, scan.name, scan.data, by=by, at=at)
        accepted = await accept(draft.case_id, by=by, at=at)
        return {"case_id": str(accepted.case_id), "number": accepted.number, "query_code": accepted.query_code}

    async with transaction():
        first = await once(key, "submit", by=by, at=at, fingerprint=said, run=run)
    return Accepted(UUID(first["case_id"]), first["number"], first["query_code"])
