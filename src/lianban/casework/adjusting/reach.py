"""Which clocks a request concerns, where it would take them, and when it comes too late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from lianban.casework import clocks
from lianban.casework.clocks import Moved, Owner
from lianban.casework.clocks.rows import calendar_of, events_of, history, open_clocks
from lianban.casework.policies import policy
from lianban.casework.progress import Held
from lianban.casework.voiding import DECIDED
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Unit
from lianban.rules.clock import Extension, Pause

if TYPE_CHECKING:
    from lianban.casework.adjusting.requests import Request

OVER = "{}已经在 {:%Y年%m月%d日 %H:%M} 届满，期限届满后不能再批准"
PAST = "特别程序的开始日期已经过去，请按新的日期重新提出"


class Reach(NamedTuple):
    """The running clocks that a request moves, by owner; the `leading` one decides whether it comes in time."""

    leading: Mapping[str, Any] | None
    parts: tuple[tuple[Owner, tuple[str, ...]], ...]


async def of(held: Held, request: Request, *, at: datetime) -> Reach:
    """The clocks of a request at `at`.

    A promise that is broken already is not healed, so it is not moved; the law's own limit leads. Where the law sets
    none, the commitment does.
    """
    task, case = Owner(held.id, request.task_id, held.region), Owner(held.id, None, held.region)
    chosen = await policy(held.region)
    moves = chosen.extension_moves_commitment if request.stop is None else True
    laws, own = {"joint"} if request.joint else {"statutory"}, {"bundle"} if request.joint else {"committed", "bundle"}
    if request.stop is not None:
        laws = {"statutory", "joint"} if request.stops_statutory else set()
    rows = [*await open_clocks(task, ("statutory", "committed")), *await open_clocks(case, ("joint", "bundle"))]
    lead = next((r for k in ("joint",) if request.joint for r in rows if r["kind"] == k), None)
    if not request.joint:
        order = ("statutory", "committed") if laws else ("committed",)
        lead = next((r for k in order for r in rows if r["kind"] == k), None)
    kinds = laws | (own if moves else set()) | ({lead["kind"]} if lead else set())
    live = [r for r in rows if r["kind"] in kinds and at <= local(r["promised_due"])]
    parts = tuple(
        (owner, found)
        for owner in (task, case)
        if (found := tuple(r["kind"] for r in live if r["task_id"] == owner.task))
    )
    return Reach(lead, parts)


def why_late(reach: Reach, *, at: datetime) -> str:
    """Why nothing can be moved any more, "" while it can. The due instant itself is still in time."""
    if reach.leading is None:
        return "这个事项没有正在计算的期限"
    due = max(local(reach.leading["promised_due"]), local(reach.leading["computed_due"]))
    if reach.leading["kind"] in ("committed", "bundle"):
        due = local(reach.leading["promised_due"])
    return OVER.format(clocks.KINDS[reach.leading["kind"]], due) if at > due else ""


async def why_void(held: Held, request: Request, *, at: datetime) -> str:
    """Why a request that waits cannot be approved any more, "" while it can."""
    if held.lives[request.task_id].stage.final:
        return DECIDED
    if request.stop is not None and request.stop.since.date() < local(at).date():
        return PAST
    return why_late(await of(held, request, at=at), at=at)


def begun(stop: Pause, at: datetime) -> Pause:
    """The pause as it is granted at `at`: from that moment where it begins today, never backwards."""
    return Pause(max(stop.since, local(at)), stop.until, stop.reason, stop.basis, stop.paper)


async def apply(held: Held, request: Request, reach: Reach, *, by: Actor, at: datetime) -> tuple[Moved, ...]:
    """Move the clocks. In the caller's transaction, the case locked; what was promised before and what is now."""
    moved: list[Moved] = []
    for owner, kinds in reach.parts:
        if request.stop is None:
            more = Extension(request.limit, at, request.reason, request.basis)
            moved += await clocks.extend(owner, kinds, more, adjustment=request.id, by=by, at=at)
        else:
            stop = begun(request.stop, at)
            moved += await clocks.pause(owner, kinds, stop, adjustment=request.id, by=by, at=at)
    capped = await _capped(held, request, moved)
    for each in capped:
        if each.kind in ("committed", "bundle"):
            owner = Owner(held.id, each.task, held.region)
            await clocks.cap(owner, each.kind, each.new, at=at)
        if each.kind == "committed":
            await connection().execute("UPDATE tasks SET due_at = $2 WHERE id = $1", each.task, each.new)
    return capped


async def _capped(held: Held, request: Request, moved: Sequence[Moved]) -> tuple[Moved, ...]:
    """No promise goes beyond the law's own limit of the same task or case. In the order in which limits are shown."""
    found = list(moved)
    owners = (Owner(held.id, request.task_id, held.region), Owner(held.id, None, held.region))
    for owner, law, promise in zip(owners, ("statutory", "joint"), ("committed", "bundle"), strict=True):
        latest = next((m.new for m in found if m.kind == law), None)
        if latest is None and (limits := await open_clocks(owner, (law,))):
            latest = local(limits[0]["promised_due"])
        if latest is not None:
            found = [m._replace(new=min(m.new, latest)) if m.kind == promise else m for m in found]
    return tuple(sorted(found, key=lambda m: list(clocks.KINDS).index(m.kind)))


async def foreseen(held: Held, request: Request, *, at: datetime) -> tuple[Moved, ...]:
    """Where `apply` would take the clocks if the request were approved at `at`; nothing is changed."""
    reach, calendar = await of(held, request, at=at), await calendar_of(held.region)
    found: list[Moved] = []
    for owner, kinds in reach.parts:
        for row in await open_clocks(owner, kinds):
            told = history(row, (await events_of([row["id"]])).get(row["id"], []))
            if request.stop is None:
                since, more = at, Extension(request.limit, at)
                after = clock.History(
                    told.start, told.limit, told.pauses, (*told.extensions, more), None, told.first_day_counts
                )
            else:
                stop = begun(request.stop, at)
                since = stop.since
                after = clock.History(
                    told.start, told.limit, (*told.pauses, stop), told.extensions, None, told.first_day_counts
                )
            old, new = clock.reckon(told, calendar, explain=False), clock.reckon(after, calendar, explain=False)
            was = local(row["promised_due"])
            now = clock.promise(was, old, new, calendar, Unit(row["unit"]), moved=True, since=since)
            found.append(Moved(row["id"], row["kind"], row["task_id"], was, now, new.provisional))
    return await _capped(held, request, found)
