"""The door to the superior platform (数据汇聚): batches of reports, and what it has of a day. Contract: docs/upward.md.

A report goes up at least once, always under the same id; the platform dedupes by it.
"""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban.outside.messages import plain_reason
from lianban.outside.settings import Settings
from lianban.outside.signed import RETRIED, headers, post

LONGEST_ANSWER = 4_000_000
STATUSES = ("accepted", "rejected", "taken")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One report as the platform gets it. `id` is the same at every attempt."""

    id: str
    cause: str
    region: str
    schema: str
    rated_on: str
    occurred_at: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform said to a batch: id → (status, reason). `refused`: the batch itself is wrong, for good;
    `away`: nobody answered. `reason` says why there are no results."""

    results: Mapping[str, tuple[str, str]]
    reason: str = ""
    refused: bool = False
    away: bool = False


async def send(config: Settings, reports: Sequence[Outgoing]) -> Answer:
    """One attempt with a batch. Never raises for what the platform or the network does."""
    shown = [
        {
            "id": one.id,
            "cause": one.cause,
            "region": one.region,
            "schema": one.schema,
            "rated_on": one.rated_on,
            "occurred_at": one.occurred_at,
            "content": one.content,
        }
        for one in reports
    ]
    status, told, reason = await _ask(config, "", {"reports": shown}, key=reports[0].id)
    if status == 0:
        return Answer({}, reason, away=True)
    if not 200 <= status < 300:
        return Answer({}, reason, refused=400 <= status < 500 and status not in RETRIED)
    results = told.get("results")
    found = {
        str(one.get("id")): (str(one["status"]), plain_reason(str(one.get("reason") or "")))
        for one in (results if isinstance(results, list) else [])
        if isinstance(one, dict) and one.get("status") in STATUSES
    }
    return Answer(found, "" if found else "上级平台的回答里没有处理结果")


async def held(config: Settings, region: str, day: date) -> dict[str, str] | None:
    """What the platform has of a day: report id → digest of its content; None when it does not say."""
    found: dict[str, str] = {}
    after = ""
    while True:
        asked = {"region": region, "day": day.isoformat(), "after": after}
        status, told, _ = await _ask(config, "/reconciliation", asked, key=f"{region}-{day}-{after}")
        records = told.get("records")
        if not 200 <= status < 300 or not isinstance(records, list):
            return None
        found |= {str(one.get("id")): str(one.get("digest")) for one in records if isinstance(one, dict)}
        following = str(told.get("next") or "")
        if not following or following <= after:
            return found
        after = following


async def _ask(config: Settings, path: str, content: object, *, key: str) -> tuple[int, dict[str, Any], str]:
    """Status (0: nobody there), the answer as an object, and why it did not work."""
    body = json.dumps(content, ensure_ascii=False).encode()
    try:
        status, answer = await asyncio.wait_for(
            asyncio.to_thread(_post, config, path, key, body), config.upward_timeout_seconds * 2
        )
    except (OSError, http.client.HTTPException, TimeoutError) as error:
        return 0, {}, f"上级平台没有回答（{type(error).__name__}）"
    try:
        told = json.loads(answer)
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    said = plain_reason(str(told.get("reason") or ""))
    return status, told, "" if 200 <= status < 300 else f"上级平台没有接收（HTTP {status} {said}".rstrip() + "）"


def _post(config: Settings, path: str, key: str, body: bytes) -> tuple[int, bytes]:
    sent = headers(config.upward_secret, key, body)
    url = config.upward_url.rstrip("/") + path
    return post(url, config.upward_timeout_seconds, sent, body, LONGEST_ANSWER)
