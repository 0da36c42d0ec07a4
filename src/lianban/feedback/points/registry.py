"""The list of points: what there is, where it hangs, whether it takes ratings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import journal
from lianban.casework.occasions import address_of
from lianban.errors import Invalid, NotFound
from lianban.feedback.points.entering import able
from lianban.journal import Line
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.people import posts
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings import PARENTS, POINTS

MANAGERS = (Role.ADMINISTRATOR,)
READERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
MISSING = "没有找到这个评价点。"
PAGE = 50

WORDS = {
    "point added": "登记评价点",
    "points added": "批量登记评价点",
    "point opened": "开通评价",
    "point closed": "暂停评价",
    "point renamed": "更改名称",
    "point token renewed": "更换二维码",
    "point terminal renewed": "更换评价器地址",
    "point retired": "撤销评价点",
}
"""What the journal calls the steps of a point, in the words of the page."""

_ABLE = "(p.open_since <= $2 AND (p.open_until IS NULL OR p.open_until > $2))"
_LIST = f"""
SELECT p.*, u.name AS parent_name FROM evaluation_points p LEFT JOIN evaluation_points u ON u.id = p.parent_id
WHERE p.region_code = $1 AND p.retired_at IS NULL AND ($3 = '' OR p.kind = $3)
  AND ($4 = '' OR strpos(p.name, $4) > 0 OR strpos(COALESCE(u.name, ''), $4) > 0)
  AND ($5 = '' OR ($5 = 'open') = COALESCE({_ABLE}, false))
"""
_ORDERED = " AND (p.kind, p.name, p.id) > ($6, $7, $8) ORDER BY p.kind, p.name, p.id LIMIT $9"
_ONE = """
SELECT p.*, u.name AS parent_name FROM evaluation_points p LEFT JOIN evaluation_points u ON u.id = p.parent_id
WHERE p.id = $1 AND p.region_code = $2
"""
_HALL = """
SELECT id FROM evaluation_points WHERE region_code = $1 AND name = $2 AND kind = ANY($3) AND retired_at IS NULL
"""
_NONE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class PointView:
    """A point as pages, stickers and screens need it. `terminal` is "" where no screen is set up."""

    id: UUID
    region: str
    kind: str
    kind_name: str
    name: str
    department: str
    window: str
    item: str
    parent_id: UUID | None
    parent_name: str
    token: str
    terminal: str
    open: bool
    since: datetime
    retired_at: datetime | None

    @property
    def url(self) -> str:
        """What its sticker opens; the whole address."""
        return address_of(self.token)

    @property
    def screen(self) -> str:
        """The whole address of its screen, "" without one."""
        return f"{settings().base_url}/terminal/{self.terminal}" if self.terminal else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of the list; `after` continues it, "" at the end. `found` is how many fit in all."""

    points: tuple[PointView, ...]
    found: int
    after: str


async def listed(
    *, kind: str = "", q: str = "", state: str = "", after: str = "", limit: int = PAGE, by: Actor, at: datetime
) -> Listed:
    """The points of the region by kind and name; `state` is open, closed or "" for all. Raises Forbidden."""
    posts.require(by, *READERS, region=by.region)
    asked = (by.region, at, kind if kind in POINTS else "", q.strip()[:100], state if state in STATES else "")
    async with transaction():
        found = await connection().fetchval(f"SELECT count(*) FROM ({_LIST}) AS found", *asked)
        rows = await connection().fetch(_LIST + _ORDERED, *asked, *_place(after), limit + 1)
    views = tuple(view(row, at) for row in rows[:limit])
    more = f"{views[-1].kind}~{views[-1].id}~{views[-1].name}" if len(rows) > limit else ""
    return Listed(views, found, more)


STATES = ("open", "closed")


async def point(id: UUID, *, by: Actor, at: datetime) -> PointView:
    """One point of the region. Raises Forbidden, NotFound."""
    posts.require(by, *READERS, region=by.region)
    async with transaction():
        return await held(id, by.region, at)


async def held(id: UUID, region: str, at: datetime) -> PointView:
    """One point of a region in the caller's transaction. Raises NotFound."""
    row = await connection().fetchrow(_ONE, id, region)
    if row is None:
        raise NotFound(MISSING)
    return view(row, at)


async def hall(name: str, *, by: Actor) -> UUID | None:
    """The hall or town of that name under which a point is to hang; None for no name. Raises Invalid."""
    if not name:
        return None
    kinds = sorted({kind for all in PARENTS.values() for kind in all})
    async with transaction():
        ids = await connection().fetch(_HALL, by.region, name.strip(), kinds)
    if len(ids) != 1:
        which = "有几个同名的上级，请用 CSV 导入" if ids else "没有找到这个上级，请先登记它"
        sentence = f"“{name}”：{which}。"
        raise Invalid(sentence, {"parent": sentence})
    found: UUID = ids[0]["id"]
    return found


async def within(region: str, kinds: tuple[str, ...], at: datetime) -> tuple[PointView, ...]:
    """All points of these kinds that are still there: what a form lets choose from, in the caller's transaction."""
    rows = await connection().fetch(
        "SELECT p.*, u.name AS parent_name FROM evaluation_points p LEFT JOIN evaluation_points u ON u.id = p.parent_id"
        " WHERE p.region_code = $1 AND p.retired_at IS NULL AND p.kind = ANY($2) ORDER BY p.kind, p.name, p.id",
        region,
        list(kinds),
    )
    return tuple(view(row, at) for row in rows)


async def story(id: UUID, *, by: Actor, at: datetime) -> list[tuple[Line, str]]:
    """What happened to a point, oldest first, each line with its words. Raises Forbidden, NotFound."""
    found = await point(id, by=by, at=at)
    return [(line, WORDS[line.event]) for line in await journal.lines("rating", found.id)]


def view(row: Mapping[str, Any], at: datetime) -> PointView:
    """A row of the registry, joined with the name of what it hangs under."""
    return PointView(
        id=row["id"],
        region=row["region_code"],
        kind=row["kind"],
        kind_name=POINTS[row["kind"]],
        name=row["name"],
        department=row["department"],
        window=row["window_name"],
        item=row["item"],
        parent_id=row["parent_id"],
        parent_name=row["parent_name"] or "",
        token=row["token"],
        terminal=row["terminal"],
        open=able(row, at),
        since=local(row["since"]),
        retired_at=local(row["retired_at"]) if row["retired_at"] else None,
    )


def _place(after: str) -> tuple[str, str, UUID]:
    """Where the list goes on; from its beginning for what is no place."""
    kind, _, rest = after.partition("~")
    id, _, name = rest.partition("~")
    try:
        return kind, name, UUID(id)
    except ValueError:
        return "", "", _NONE
