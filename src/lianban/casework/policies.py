"""What a region has decided where the law leaves it open: the policy in force, and every version there ever was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from lianban import journal
from lianban.errors import Conflict
from lianban.outside.database import connection, memory, transaction
from lianban.people import posts
from lianban.rules import policy as rules
from lianban.rules.actors import Actor, Role
from lianban.rules.policy import Policy

_LATEST = "SELECT content FROM policies WHERE region_code = $1 ORDER BY version DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a region's policy: `content` is what differed from the defaults, as it was written then."""

    version: int
    content: dict[str, Any]
    by_name: str
    at: datetime


async def policy(region: str) -> Policy:
    """The policy of a region: its latest version, or what was shipped for it where it never decided anything."""
    async with transaction():
        # One verb starts many clocks: it asks once, and decides all of them by the same policy.
        known = memory()
        if ("policy", region) not in known:
            known["policy", region] = await connection().fetchval(_LATEST, region)
        content = known["policy", region]
    return _read(region, content) if content else rules.shipped(region)


@lru_cache(maxsize=512)
def _read(region: str, content: str) -> Policy:
    # The text itself is the key: however many processes write, none of them ever reads an old policy.
    return rules.read(json.loads(content), rules.shipped(region))


async def versions(*, by: Actor) -> list[Version]:
    """Every version of the region's policy, the latest first. Raises Forbidden."""
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    async with transaction():
        rows = await connection().fetch(
            "SELECT * FROM policies WHERE region_code = $1 ORDER BY version DESC", by.region
        )
    return [Version(r["version"], json.loads(r["content"]), r["by_name"], r["at"]) for r in rows]


async def set_policy(content: Mapping[str, Any], *, seen: int | None = None, by: Actor, at: datetime) -> int:
    """Decide the region's policy anew: field → what was typed; fields left out go back to their default. Its version.

    `seen` is the version the person had in front of them. What does not change anything is no new version.
    Running clocks keep what was told: a policy holds for what starts after it. Raises Forbidden, Invalid with the
    fields, Conflict when somebody else was faster.
    """
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    shipped = rules.shipped(by.region)
    kept = rules.content(rules.read(content, shipped), shipped)
    async with transaction():
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"policy {by.region}")
        last = await connection().fetchrow(
            "SELECT version, content, by_name FROM policies WHERE region_code = $1 ORDER BY version DESC LIMIT 1",
            by.region,
        )
        version, before = (last["version"], json.loads(last["content"])) if last else (0, {})
        if seen is not None and seen != version:
            raise Conflict(f"{last['by_name']}刚刚改过本地设置（第 {version} 版），请核对新的内容后再保存。")
        if before == kept:
            return int(version)
        await connection().execute(
            "INSERT INTO policies (region_code, version, content, by_id, by_name, at)"
            " VALUES ($1, $2, $3::jsonb, $4, $5, $6)",
            by.region,
            version + 1,
            json.dumps(kept, ensure_ascii=False),
            by.id,
            by.name,
            at,
        )
        memory().pop(("policy", by.region), None)
        await journal.record(
            "catalogue",
            f"{by.region}/policy",
            "policy decided",
            by=by,
            at=at,
            content={"version": version + 1, "before": before, "after": kept},
        )
    return int(version) + 1


def filled(policy: Policy) -> dict[str, str]:
    """The policy as its form shows it: field → text."""
    return {name: _text(value) for name, value in asdict(policy).items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
