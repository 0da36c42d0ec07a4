"""Which message follows which event of the outbox, and what stands in it.

The handler may see an event again, late, or twice under two ids: what is told is named by the fact, not by the event.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from lianban import outbox
from lianban.casework import occasions
from lianban.casework.calendars import calendar_of
from lianban.casework.clocks import APPLICANTS, KINDS
from lianban.casework.messages.addressees import About, about
from lianban.casework.messages.writing import Told, write
from lianban.outbox import Message
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import messages as rules
from lianban.rules.lifecycles import CaseLife, stage_name
from lianban.rules.notices import METHODS

ENDING = "limit ending"
STALE = timedelta(days=2)
"""News that nobody needs is not told any more after a worker was away for so long."""
TOGETHER = timedelta(minutes=2)
"""Limits that a change of the calendar moves come one by one: what comes within this time is told in one message."""
OUTCOMES = {"granted": "全部办成", "partial": "部分办成", "refused": "均未办成"}
PAPERS = {
    "extension": "extended",
    "special_procedure": "extended",
    "hearing": "hearing",
    "hearing_call": "hearing",
    "hearing_answer": "hearing",
    "non_acceptance": "paper",
    "termination": "paper",
    "rectification": "paper",
    "revocation": "paper",
}
"""Papers of which the applicant is told when they are issued. Of the others the event that brings them tells."""
MOVING = ("bundle", "answer", "tolerance")
"""Limits that the applicant was told and counts on."""

_CLOCK = "SELECT id, kind, promised_due, stopped_at FROM clocks WHERE id = $1"
_OF_CASE = """
SELECT id, kind, promised_due FROM clocks WHERE case_id = $1 AND task_id IS NULL AND kind = ANY($2)
  AND stopped_at IS NULL ORDER BY promised_due
"""
_LAST_OF_CASE = """
SELECT promised_due FROM clocks WHERE case_id = $1 AND task_id IS NULL AND kind = $2 ORDER BY id DESC LIMIT 1
"""
_ROUND = "SELECT round, answer_by FROM corrections WHERE case_id = $1 AND round = $2"
_GAPS = """
SELECT count(DISTINCT (subject_kind, COALESCE(NULLIF(subject, ''), id::text))) FROM gaps
WHERE case_id = $1 AND round = $2 AND status IN ('notified', 'supplied')
"""
_PAPER = "SELECT kind, title FROM papers WHERE id = $1"
_DELIVERY = "SELECT box, carrier, tracking, until FROM deliveries WHERE id = $1"
_METHOD = "SELECT method FROM deliveries WHERE case_id = $1 ORDER BY at DESC, id DESC LIMIT 1"
_VISIT = "SELECT starts_at, version FROM visits WHERE id = $1"

# A message refers to its case: writing one waits for whoever has the case in hand.
_FREE = "SELECT 1 FROM cases WHERE id = $1 FOR KEY SHARE SKIP LOCKED"

Teller = Callable[[Message, About, datetime], Awaitable[Told | None]]


class InHand(RuntimeError):
    """Somebody has the case in hand: the outbox comes back to it, and nobody else waits meanwhile."""


async def follow(message: Message, at: datetime) -> None:
    """The handler of every event in `TELLERS`. Raises InHand."""
    async with transaction():
        case = await about(message.case_id)
        if case is None:
            return
        if not await connection().fetchval(_FREE, case.id):
            raise InHand(f"case {case.id} is in hand")
        what = await TELLERS[message.event](message, case, at)
        if what is not None:
            await write(case, what, at=at, stale=at - _made(message.id, at) > STALE)


async def _received(message: Message, case: About, at: datetime) -> Told | None:
    return Told("received", values={"期限": await _due(case, "correction", at)}, subject="intake")


async def _accepted(message: Message, case: About, at: datetime) -> Told | None:
    await _remind_of(case, ("tolerance",), message, at)
    values = {"期限": await _due(case, "bundle", at), "评价": await _rating(case, "acceptance", at)}
    return Told("accepted", values=values, subject="intake")


async def _notified(message: Message, case: About, at: datetime) -> Told | None:
    row = await connection().fetchrow(_ROUND, case.id, message.payload.get("round", 0))
    if row is None or row["answer_by"] is None:
        return None
    await _remind_of(case, ("answer",), message, at)
    values = {
        "项数": str(await connection().fetchval(_GAPS, case.id, row["round"])),
        "期限": moment(row["answer_by"], at),
    }
    return Told("correction", str(row["round"]), values)


async def _answered(message: Message, case: About, at: datetime) -> Told | None:
    return Told("corrected", str(message.payload.get("round", "")))


async def _decided(message: Message, case: About, at: datetime) -> Told | None:
    values = {"结果": OUTCOMES.get(case.outcome, "已作出决定"), "评价": await _rating(case, "review", at)}
    return Told("ready", values=values)


async def _delivered(message: Message, case: About, at: datetime) -> Told | None:
    method = await connection().fetchval(_METHOD, case.id)
    values = {"方式": METHODS.get(method, "送达"), "评价": await _rating(case, "closure", at)}
    return Told("delivered", values=values)


async def _ended(message: Message, case: About, at: datetime) -> Told | None:
    return Told("ended", values={"结果": stage_name(CaseLife, case.status)})


async def _paper(message: Message, case: About, at: datetime) -> Told | None:
    row = await connection().fetchrow(_PAPER, UUID(message.payload["paper"]))
    # What is issued at the end of a case is told by its end.
    if row is None or row["kind"] not in PAPERS or case.ended:
        return None
    return Told(PAPERS[row["kind"]], message.payload["paper"], {"文书": row["title"]})


async def _replaced(message: Message, case: About, at: datetime) -> Told | None:
    paper = message.payload.get("paper", "")
    title = await connection().fetchval("SELECT title FROM papers WHERE id = $1", UUID(paper)) if paper else ""
    return Told("replaced", paper or str(message.id), {"文书": title or "文书"})


async def _corrected(message: Message, case: About, at: datetime) -> Told | None:
    return Told("result_corrected", str(message.payload.get("result") or message.id))


async def _moved(message: Message, case: About, at: datetime) -> Told | None:
    kind, clock = message.payload["kind"], message.payload["clock"]
    row = await connection().fetchrow(_CLOCK, UUID(clock))
    if kind not in MOVING or row is None or row["stopped_at"] is not None:
        return None
    return Told(
        "recalculated",
        f"{clock} {message.payload['promised']}",
        subject="recalculated",
        phrases={clock: f"{KINDS[kind]}改为{moment(row['promised_due'], at)}"},
        together="变化",
        wait=TOGETHER,
    )


async def _ending(message: Message, case: About, at: datetime) -> Told | None:
    row = await connection().fetchrow(_CLOCK, UUID(message.payload["clock"]))
    if row is None or row["stopped_at"] is not None or at > row["promised_due"]:
        return None
    when = rules.reminder(local(row["promised_due"]), await calendar_of(case.region))
    if when > at:
        # The limit has moved meanwhile.
        await outbox.write(ENDING, case_id=case.id, payload=message.payload, at=at, due=when)
        return None
    occasion = "correction_ending" if row["kind"] == "answer" else "tolerance_ending"
    until = local(row["promised_due"])
    # Several papers that follow by the same day are one reminder.
    return Told(occasion, f"{until:%Y-%m-%d %H:%M}", {"期限": moment(until, at)})


def _visited(occasion: str) -> Teller:
    async def tell(message: Message, case: About, at: datetime) -> Told | None:
        id = message.payload["visit"]
        row = await connection().fetchrow(_VISIT, UUID(id))
        if row is None:
            return None
        values = {"时间": moment(row["starts_at"], at)}
        return Told(occasion, f"{id} {row['version']}", values, subject=f"visit {id}")

    return tell


def _sent(occasion: str) -> Teller:
    async def tell(message: Message, case: About, at: datetime) -> Told | None:
        id = message.payload["delivery"]
        row = await connection().fetchrow(_DELIVERY, UUID(id))
        if row is None:
            return None
        until = moment(row["until"], at) if row["until"] else ""
        return Told(occasion, id, {"柜号": row["box"], "期限": until, "承运": row["carrier"], "单号": row["tracking"]})

    return tell


TELLERS: dict[str, Teller] = {
    "case received": _received,
    "case accepted": _accepted,
    "correction notified": _notified,
    "correction answered": _answered,
    "case decided": _decided,
    "case delivered": _delivered,
    "case ended": _ended,
    "paper issued": _paper,
    "paper replaced": _replaced,
    "paper void": _replaced,
    "result corrected": _corrected,
    "deadline changed": _moved,
    ENDING: _ending,
    "visit set": _visited("visit_set"),
    "visit changed": _visited("visit_changed"),
    "visit missed": _visited("visit_missed"),
    "visit cancelled": _visited("visit_cancelled"),
    "parcel sent": _sent("parcel_sent"),
    "cabinet ready": _sent("cabinet_ready"),
    "notice published": _sent("notice_published"),
}
"""Event → what is told. `timers.FOLLOWS` has `follow` for each."""


async def _remind_of(case: About, kinds: tuple[str, ...], message: Message, at: datetime) -> None:
    """Have the applicant reminded one working day before each of these limits ends, unless it was that day already.

    Whoever comes late reminds at once.
    """
    assert set(kinds) <= APPLICANTS
    calendar = await calendar_of(case.region)
    for row in await connection().fetch(_OF_CASE, case.id, list(kinds)):
        when = rules.reminder(local(row["promised_due"]), calendar)
        if when > _made(message.id, at):
            await outbox.write(ENDING, case_id=case.id, payload={"clock": str(row["id"])}, at=at, due=max(when, at))


async def _rating(case: About, step: str, at: datetime) -> str:
    """Where the latest service of this kind is rated; once that is over, the page of the case."""
    found = [one for one in await occasions.of_case(case.id) if one.step == step and one.open(at)]
    return f"{found[-1].url}?via=sms" if found else case.common["链接"]


async def _due(case: About, kind: str, at: datetime) -> str:
    until = await connection().fetchval(_LAST_OF_CASE, case.id, kind)
    return moment(until, at) if until else "承诺的期限"


def moment(when: datetime, at: datetime) -> str:
    """An instant as messages tell it: 11月20日17:00, with the year when it is another one."""
    here = local(when)
    year = "" if here.year == local(at).year else f"{here.year}年"
    return f"{year}{here.month}月{here.day}日{here:%H:%M}"


def _made(id: UUID, at: datetime) -> datetime:
    """When an entry of the outbox was made: its id says so (RFC 9562)."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, at.tzinfo) if id.version == 7 else at
