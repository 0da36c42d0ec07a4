"""A region's own words on its papers: published edition by edition, in force from a day on, kept for good.

A paper says what was in force on the day it is issued and keeps which edition that was; nothing that is published
later changes it. An item's own words come before those for all items, and these before the shipped ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lianban import journal
from lianban.casework import catalogue
from lianban.casework.languages import in_both
from lianban.casework.policies import policy
from lianban.errors import Conflict, Invalid
from lianban.outside import printing
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules.actors import Actor, Role
from lianban.rules.notices.specimens import specimen
from lianban.rules.notices.wording import WORDINGS, Sentence, shown, typed, worded
from lianban.tables.ids import new_id

# The edition of each part that is in force on a day: the one that came into force last, for this item and for all.
_IN_FORCE = """
SELECT DISTINCT ON (w.part, w.item) w.part, w.item, w.edition, w.text, s.text AS second FROM wordings w
LEFT JOIN wordings s ON s.region_code = w.region_code AND s.kind = w.kind AND s.item = w.item AND s.part = w.part
  AND s.edition = w.edition AND s.language <> ''
WHERE w.region_code = $1 AND w.kind = $2 AND w.item IN ('', $3) AND w.valid_from <= $4 AND w.language = ''
ORDER BY w.part, w.item, w.valid_from DESC, w.edition DESC
"""
_EDITIONS = """
SELECT w.*, s.text AS second FROM wordings w
LEFT JOIN wordings s ON s.region_code = w.region_code AND s.kind = w.kind AND s.item = w.item AND s.part = w.part
  AND s.edition = w.edition AND s.language <> ''
WHERE w.region_code = $1 AND w.language = '' AND ($2 = '' OR w.kind = $2) ORDER BY w.kind, w.part, w.item, w.edition
"""
_KEEP = """
INSERT INTO wordings (id, region_code, kind, item, part, language, text, edition, valid_from, by_id, by_name, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a sentence, as it was published. `text` "": from then on the general one holds again."""

    kind: str
    item: str
    part: str
    edition: int
    text: str
    second: str
    valid_from: date
    by_name: str
    at: datetime


async def current(region: str, kind: str, item: str, on: date) -> dict[str, Sentence]:
    """The region's own sentences for a paper of this kind about an item ("": about all of them), part by part."""
    async with transaction():
        rows = await connection().fetch(_IN_FORCE, region, kind, item, on)
    found: dict[str, Sentence] = {}
    # The general sentence of a part comes before that of the item and gives way to it.
    for row in rows:
        if row["text"] is not None:
            found[row["part"]] = Sentence(row["text"], row["edition"], row["item"], row["second"] or "")
    return found


async def in_force(on: date, *, by: Actor) -> dict[tuple[str, str], dict[str, Edition]]:
    """The region's own sentences in force on a day: (kind, part) → item ("" for all) → edition. Forbidden."""
    found: dict[tuple[str, str, str], Edition] = {}
    for one in await editions(by=by):
        key = (one.kind, one.part, one.item)
        if one.valid_from <= on and (key not in found or found[key].valid_from <= one.valid_from):
            found[key] = one
    own: dict[tuple[str, str], dict[str, Edition]] = {}
    for one in found.values():
        if one.text:
            own.setdefault((one.kind, one.part), {})[one.item] = one
    return own


async def items(region: str) -> dict[str, str]:
    """The items of the region's editions in force: id → name."""
    found: dict[str, str] = {}
    for entry in await catalogue.bundles(region):
        found |= {item.id: item.name for item in (await catalogue.edition(entry.hash)).items.values()}
    return found


async def preview(
    kind: str, part: str, text: str, *, item: str = "", second: str = "", by: Actor, at: datetime
) -> bytes:
    """A made-up paper with this sentence as PDF, marked as a preview and without a number; nothing is kept.

    Raises Forbidden, Invalid with the fields.
    """
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    said = Sentence(typed(kind, part, text), 0, item, typed(kind, part, second, field="second") if second else "")
    on = local(at).date()
    own = await current(by.region, kind, item, on) | {part: said}
    offered = await catalogue.bundles(by.region)
    content = specimen(kind, offered[0].region_name if offered else "", on)
    return await printing.render(f"notices/{kind}.html", await in_both(worded(content, own), by.region, own))


async def editions(kind: str = "", *, by: Actor) -> list[Edition]:
    """Every edition that the region has published, in order. Raises Forbidden."""
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    async with transaction():
        rows = await connection().fetch(_EDITIONS, by.region, kind)
    return [_edition(row) for row in rows]


async def publish(
    kind: str,
    part: str,
    text: str,
    *,
    valid_from: date,
    item: str = "",
    second: str = "",
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Publish a sentence as a new edition, for all items or for one; its number.

    `seen` is the last edition that the person had in front of them, `second` the sentence in the second language.

    Raises Forbidden, Invalid with the fields, Conflict when somebody else was faster.
    """
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    kept = typed(kind, part, text)
    language = (await policy(by.region)).second_language if second.strip() else ""
    if second.strip() and not language:
        sentence = "本地区的文书没有设置第二种文字，请先在本地设置中选择。"
        raise Invalid(sentence, {"second": sentence})
    also = typed(kind, part, second, field="second") if language else ""
    texts = {"": kept} | ({language: also} if language else {})
    if item and item not in await items(by.region):
        sentence = "本地区的目录里没有这个事项，请重新选择。"
        raise Invalid(sentence, {"item": sentence})
    return await _keep(kind, part, item, texts, valid_from, seen, by=by, at=at)


async def withdraw(
    kind: str, part: str, *, valid_from: date, item: str = "", seen: int | None = None, by: Actor, at: datetime
) -> int:
    """From a day on the region has no words of its own for this part any more: an edition without text; its number.

    Raises Forbidden, Invalid, Conflict.
    """
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    return await _keep(kind, part, item, {"": None}, valid_from, seen, by=by, at=at)


async def _keep(
    kind: str,
    part: str,
    item: str,
    texts: Mapping[str, str | None],
    valid_from: date,
    seen: int | None,
    *,
    by: Actor,
    at: datetime,
) -> int:
    if part not in WORDINGS.get(kind, {}):
        raise Invalid("没有这种文书或者这个部分，请刷新页面后再试。")
    if valid_from < local(at).date():
        sentence = "生效日期不能早于今天：已经出具的文书不会改变。"
        raise Invalid(sentence, {"valid_from": sentence})
    async with transaction():
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"wordings {by.region}")
        last = await connection().fetchrow(
            "SELECT edition, by_name FROM wordings WHERE region_code = $1 AND kind = $2 AND item = $3 AND part = $4"
            " ORDER BY edition DESC LIMIT 1",
            by.region,
            kind,
            item,
            part,
        )
        number = last["edition"] if last else 0
        if seen is not None and seen != number:
            raise Conflict(f"{last['by_name']}刚刚发布了第 {number} 版，请核对新的内容后再发布。")
        for language, text in texts.items():
            await connection().execute(
                _KEEP, new_id(at), by.region, kind, item, part, language, text, number + 1, valid_from, by.id,
                by.name, at,
            )  # fmt: skip
        await journal.record(
            "catalogue",
            f"{by.region}/wordings",
            "wording published",
            by=by,
            at=at,
            region=by.region,
            content={
                "kind": kind,
                "part": part,
                "item": item,
                "edition": number + 1,
                "valid_from": valid_from.isoformat(),
                "text": dict(texts),
            },
        )
    return int(number) + 1


def _edition(row: Mapping[str, Any]) -> Edition:
    return Edition(
        kind=row["kind"],
        item=row["item"],
        part=row["part"],
        edition=row["edition"],
        text=shown(row["text"] or ""),
        second=shown(row["second"] or ""),
        valid_from=row["valid_from"],
        by_name=row["by_name"],
        at=row["at"],
    )
