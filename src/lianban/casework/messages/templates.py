"""The wording of messages in editions: each region may word an occasion its own way, from a day on; none is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lianban import journal
from lianban.casework import catalogue
from lianban.errors import Conflict, Invalid, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules import messages as rules
from lianban.rules.actors import Actor, Role
from lianban.rules.messages import OCCASIONS, Occasion
from lianban.tables.ids import new_id

_IN_FORCE = """
SELECT text, edition FROM message_templates WHERE region_code = $1 AND occasion = $2 AND valid_from <= $3
ORDER BY valid_from DESC, edition DESC LIMIT 1
"""
_ALL = """
SELECT occasion, edition, text, valid_from, by_name, at FROM message_templates WHERE region_code = $1
  AND ($2 = '' OR occasion = $2) ORDER BY edition DESC
"""
_INSERT = """
INSERT INTO message_templates (id, region_code, occasion, edition, text, valid_from, by_id, by_name, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_LAST = "SELECT COALESCE(max(edition), 0) FROM message_templates WHERE region_code = $1 AND occasion = $2"


@dataclass(frozen=True, slots=True)
class Edition:
    """One published wording."""

    occasion: str
    edition: int
    text: str
    valid_from: date
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wording:
    """An occasion with the wording in force (edition 0: the shipped one) and every edition, the latest first."""

    id: str
    occasion: Occasion
    text: str
    edition: int
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a made-up applicant would get."""

    text: str
    length: int
    parts: int


async def in_force(region: str, occasion: str, on: date) -> tuple[str, int]:
    """The wording of an occasion on a day, and its edition; in the caller's transaction."""
    row = await connection().fetchrow(_IN_FORCE, region, occasion, on)
    return (row["text"], row["edition"]) if row else (OCCASIONS[occasion].text, 0)


async def wordings(*, by: Actor, at: datetime, occasion: str = "") -> list[Wording]:
    """All occasions with their wording, or one. Raises Forbidden, NotFound."""
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    _known(occasion or "accepted")
    async with transaction():
        rows = await connection().fetch(_ALL, by.region, occasion)
        found = []
        for id, each in OCCASIONS.items():
            if occasion in ("", id):
                text, edition = await in_force(by.region, id, local(at).date())
                own = tuple(Edition(**{**dict(row), "at": local(row["at"])}) for row in rows if row["occasion"] == id)
                found.append(Wording(id, each, text, edition, own))
    return found


async def preview(occasion: str, text: str, *, by: Actor) -> Preview:
    """What a made-up applicant would get by this text. Raises Forbidden, NotFound, Invalid with the field."""
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    known, sign = _known(occasion), await _sign(by.region)
    said = sign + rules.fill(rules.check(known, text, sign), known.sample)
    return Preview(said, len(said), rules.parts(said))


async def publish(occasion: str, text: str, *, valid_from: date, seen: int, by: Actor, at: datetime) -> int:
    """A new edition of an occasion's wording, from a day on (today at the earliest); its number.

    `seen` is the latest edition the person had in front of them. What changes nothing is no new edition. What was sent
    stays as it was. Raises Forbidden, NotFound, Invalid with the fields, Conflict when somebody else was faster.
    """
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    kept = rules.check(_known(occasion), text, await _sign(by.region))
    if valid_from < local(at).date():
        sentence = "启用日期不能早于今天：已经发出的短信不会改变。"
        raise Invalid(sentence, {"valid_from": sentence})
    async with transaction():
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"message {by.region} {occasion}"
        )
        last = int(await connection().fetchval(_LAST, by.region, occasion))
        if seen != last:
            raise Conflict(f"刚刚有人发布了第 {last} 版，请核对新的内容后再发布。")
        if (await in_force(by.region, occasion, valid_from))[0] == kept:
            return last
        await connection().execute(
            _INSERT, new_id(at), by.region, occasion, last + 1, kept, valid_from, by.id, by.name, at
        )
        await journal.record(
            "catalogue",
            f"{by.region}/messages",
            "message wording published",
            by=by,
            at=at,
            content={"occasion": occasion, "edition": last + 1, "text": kept, "valid_from": valid_from.isoformat()},
        )
    return last + 1


def _known(occasion: str) -> Occasion:
    if occasion not in OCCASIONS:
        raise NotFound("没有这条短信，请从短信模板列表里重新打开。")
    return OCCASIONS[occasion]


async def _sign(region: str) -> str:
    found = await catalogue.bundles(region)
    return rules.signature(f"{found[0].region_name if found else region}政务服务中心")
