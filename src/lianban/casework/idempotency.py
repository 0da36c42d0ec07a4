"""The same request twice has one effect and one answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from lianban.errors import Conflict, Invalid
from lianban.outside.database import connection
from lianban.rules.actors import Actor

LONGEST_KEY = 200


async def once(
    key: str,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    fingerprint: object,
    run: Callable[[], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    """The outcome of `run`, or that of the first request with this key. First thing in the caller's transaction.

    `fingerprint` is what was asked for, JSON-able: the same key for something else is a Conflict. A request that comes
    while the first is still at work waits for it. Without a key `run` just runs. Outcomes are JSON-able.
    """
    if not key:
        return await run()
    if len(key) > LONGEST_KEY:
        raise Invalid(f"幂等键最长 {LONGEST_KEY} 个字符。", {"key": "幂等键太长。"})
    asked = hashlib.sha256(
        json.dumps(fingerprint, ensure_ascii=False, sort_keys=True, default=str).encode()
    ).hexdigest()
    conn = connection()
    # A second one with the same key waits here until the first has committed or failed.
    if not await conn.fetchval(
        "INSERT INTO idempotency_keys (by_id, key, verb, fingerprint, at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING RETURNING true",
        by.id,
        key,
        verb,
        asked,
        at,
    ):
        first = await conn.fetchrow(
            "SELECT verb, fingerprint, outcome FROM idempotency_keys WHERE by_id = $1 AND key = $2", by.id, key
        )
        if (first["verb"], first["fingerprint"]) != (verb, asked):
            raise Conflict("这个幂等键已经用于另一项请求，请换一个新的键后重新提交。")
        outcome: dict[str, Any] = json.loads(first["outcome"])
        return outcome
    outcome = await run()
    await conn.execute(
        "UPDATE idempotency_keys SET outcome = $3::jsonb WHERE by_id = $1 AND key = $2",
        by.id,
        key,
        json.dumps(outcome, ensure_ascii=False),
    )
    return outcome
