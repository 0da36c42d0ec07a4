"""Editions of the catalogue: published once, never changed, found by hash or by day."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lianban import journal
from lianban.errors import Conflict, Forbidden, NotFound
from lianban.outside import clock
from lianban.outside.database import connection, transaction
from lianban.rules import lint
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.catalog import loading
from lianban.rules.catalog.loading import CatalogueFaults
from lianban.rules.catalog.types import Edition

# On one day one edition is in force: a region's own before a shipped one, then the one that came into force last.
_IN_FORCE = """
SELECT DISTINCT ON (region_code, bundle) hash, bundle, region_code, version, origin, valid_from, valid_to, published_at,
  content -> 'bundle' ->> 'name' AS name, content -> 'bundle' ->> 'region_name' AS region_name
FROM editions WHERE valid_from <= $1 AND (valid_to IS NULL OR valid_to >= $1)
  AND ($2 = '' OR region_code = $2) AND ($3 = '' OR bundle = $3)
ORDER BY region_code, bundle, origin = 'local' DESC, valid_from DESC, published_at DESC
"""
_ALL = """
SELECT hash, bundle, region_code, version, origin, valid_from, valid_to, published_at,
  content -> 'bundle' ->> 'name' AS name, content -> 'bundle' ->> 'region_name' AS region_name
FROM editions WHERE region_code = $1 ORDER BY bundle, published_at DESC
"""


@dataclass(frozen=True, slots=True)
class EditionEntry:
    """An edition as lists show it."""

    hash: str
    bundle: str
    name: str
    region: str
    region_name: str
    version: str
    origin: str
    valid_from: date
    valid_to: date | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """What was published; `findings` are the sentences worth reading that did not stand in the way."""

    hash: str
    bundle: str
    region: str
    version: str
    findings: tuple[str, ...]

    def __str__(self) -> str:
        return "\n  提示 ".join([f"{self.region} {self.bundle} {self.version}（{self.hash[:12]}）", *self.findings])


_editions: dict[str, Edition] = {}


async def edition(hash: str) -> Edition:
    """The edition with this hash. Read from the database once in each process. Raises NotFound."""
    known = _editions.get(hash)
    if known is None:
        async with transaction():
            content = await connection().fetchval("SELECT content FROM editions WHERE hash = $1", hash)
        if content is None:
            raise NotFound("没有找到这个目录版本。")
        known = dataclasses.replace(loading.from_canonical(json.loads(content)), content_hash=hash)
        _editions[hash] = known
    return known


async def edition_for(bundle: str, region: str, on: date) -> Edition:
    """The edition of a bundle that is in force on a day. Raises NotFound."""
    async with transaction():
        row = await connection().fetchrow(_IN_FORCE, on, region, bundle) if region and bundle else None
    if row is None:
        raise NotFound("没有找到这件事，或者它目前没有有效的办事指南。")
    return await edition(row["hash"])


async def bundles(region: str | None = None, on: date | None = None) -> list[EditionEntry]:
    """What can be done on a day (default today): in one region, or everywhere."""
    async with transaction():
        rows = await connection().fetch(_IN_FORCE, on or clock.today(), region or "", "")
    return [_entry(row) for row in rows]


async def departments(region: str) -> dict[str, str]:
    """The departments that a region's editions in force speak of: id → name."""
    known: dict[str, str] = {}
    for entry in await bundles(region):
        known |= {d.id: d.name for d in (await edition(entry.hash)).departments.values()}
    return known


async def editions(region: str) -> list[EditionEntry]:
    """Every edition of a region that was ever published, newest first within each bundle."""
    async with transaction():
        rows = await connection().fetch(_ALL, region)
    return [_entry(row) for row in rows]


async def publish(path: Path, *, by: Actor, at: datetime) -> Published:
    """Publish an edition of the region's own. What the lint calls an error stops it, a finding does not.

    Raises CatalogueFaults (Invalid) with every error, Forbidden, Conflict when it or its version is published already.
    """
    new = loading.load_edition(path)
    if by.id != SYSTEM.id and not (by.may(Role.ADMINISTRATOR) and by.region == new.bundle.region):
        raise Forbidden("目录版本只能由本地区的系统管理员发布。")
    report = lint.check(new)
    if report.errors:
        raise CatalogueFaults(list(report.errors))
    async with transaction():
        await _one_at_a_time()
        same = await connection().fetchval(
            "SELECT version FROM editions WHERE hash = $1 OR (region_code = $2 AND bundle = $3 AND version = $4)",
            new.content_hash,
            new.bundle.region,
            new.bundle.id,
            new.bundle.version,
        )
        if same is not None:
            raise Conflict(f"版本 {same} 已经发布，发布后不能改变。内容有变化时，请换一个版本号再发布。")
        await _insert(new, new.bundle.version, "local", by=by, at=at)
    return Published(
        new.content_hash,
        new.bundle.id,
        new.bundle.region,
        new.bundle.version,
        tuple(finding.sentence for finding in report.findings),
    )


async def ship(at: datetime) -> list[str]:
    """Publish the editions that come with the program and are not there yet; their hashes.

    A region's own edition stays the one in force, whatever is shipped after it.
    """
    shipped = [loading.load_edition(path) for path in loading.shipped().values()]
    new: list[str] = []
    async with transaction():
        await _one_at_a_time()
        known = {(r["region_code"], r["bundle"], r["version"]): r["hash"] for r in await connection().fetch(_KNOWN)}
        for each in shipped:
            if each.content_hash in known.values():
                continue
            version = each.bundle.version
            if (each.bundle.region, each.bundle.id, version) in known:
                # A later program corrects an edition without giving it a new number: both stay, told apart.
                version = f"{version}-{each.content_hash[:8]}"
            await _insert(each, version, "shipped", by=SYSTEM, at=at)
            new.append(each.content_hash)
    return new


_KNOWN = "SELECT region_code, bundle, version, hash FROM editions"


async def _one_at_a_time() -> None:
    await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended('catalogue', 0))")


async def _insert(new: Edition, version: str, origin: str, *, by: Actor, at: datetime) -> None:
    bundle = new.bundle
    await connection().execute(
        "INSERT INTO editions (hash, bundle, region_code, version, origin, content, valid_from, valid_to, published_at,"
        " published_by) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10)",
        new.content_hash,
        bundle.id,
        bundle.region,
        version,
        origin,
        json.dumps(loading.canonical(new), ensure_ascii=False),
        bundle.valid_from,
        bundle.valid_to,
        at,
        by.id,
    )
    await journal.record(
        "catalogue",
        f"{bundle.region}/{bundle.id}",
        "edition published",
        by=by,
        at=at,
        region=bundle.region,
        content={"version": version, "hash": new.content_hash, "origin": origin},
    )


def _entry(row: Mapping[str, Any]) -> EditionEntry:
    return EditionEntry(
        hash=row["hash"],
        bundle=row["bundle"],
        name=row["name"],
        region=row["region_code"],
        region_name=row["region_name"],
        version=row["version"],
        origin=row["origin"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        published_at=row["published_at"],
    )
