"""What is due: clocks that reach a mark or their end, messages of the outbox, and once a day the house's chores.

At least once: a handler may see the same message again and must not mind. What fails, a message or a case, waits,
longer each time, and holds up no other. The worker may be late, double or dead: what it does is asked of the clocks,
never remembered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from lianban import errors, journal, outbox, oversight
from lianban.casework import clocks, hearings, messages, notices, recomputing, retention
from lianban.casework.calendars import CHANGED
from lianban.feedback import (
    appeals,
    callbacks,
    campaigns,
    difficulties,
    matters,
    points,
    publication,
    ratings,
    rectification,
    upward,
)
from lianban.outbox import FIRST_WAIT, LEASE, LONGEST_WAIT, Message
from lianban.outside import clock
from lianban.outside.database import transaction
from lianban.outside.settings import settings
from lianban.oversight import indicators

Handler = Callable[[Message, datetime], Awaitable[None]]

log = logging.getLogger(__name__)
BATCH = 20
CASES = 200
PATIENCE = 60.0
"""Seconds after which a case that does not come to an end is given up for this time."""


async def _print(message: Message, at: datetime) -> None:
    await notices.print_now(UUID(message.payload["paper"]))


async def _seal(message: Message, at: datetime) -> None:
    await notices.seal_paper(UUID(message.payload["paper"]))


# Which verbs follow an event. An event without any is told for those who come to want it.
FOLLOWS: dict[str, tuple[Handler, ...]] = {
    notices.ISSUED: (),
    notices.PRINTABLE: (_print,),
    notices.OWED: (_seal,),
    "case received": (),
    "screening asked": (),
    "correction notified": (),
    "correction answered": (),
    "case accepted": (),
    "case decided": (),
    "case delivered": (),
    "case closed": (),
    "case ended": (),
    "task dispatched": (),
    "task decided": (),
    "task lapsed": (),
    "task withdrawn": (),
    "task terminated": (),
    "tolerance made up": (),
    "result revoked": (),
    "paper replaced": (),
    "paper void": (),
    hearings.TOLD: (),
    hearings.CALLED: (),
    "parcel sent": (),
    "cabinet ready": (),
    "notice published": (),
    "result corrected": (),
    "card raised": (),
    matters.MARKED: (difficulties.follow,),
    difficulties.REPLIED: (callbacks.request_answered,),
    rectification.OPENED: (callbacks.problem_opened,),
    appeals.FILED: (),
    appeals.DECIDED: (),
    rectification.TRANSFERRED: (campaigns.follow,),
    rectification.REPLIED: (callbacks.problem_answered,),
    rectification.CLOSED: (callbacks.problem_over,),
    CHANGED: (recomputing.follow, matters.recompute),
    recomputing.MOVED: (),
    messages.SEND: (messages.send,),
}
# Whatever else follows, the applicant is told last: of a paper that can be opened.
FOLLOWS |= {event: (*FOLLOWS.get(event, ()), messages.follow) for event in messages.TELLERS}

LOOKS: tuple[Callable[[datetime], Awaitable[int]], ...] = (
    matters.look,
    indicators.look,
    upward.sweep,
    upward.send_due,
)
"""What each round looks at besides the cases: how much was done. One look-up in an index when there is nothing."""

CHORES: tuple[Callable[[datetime], Awaitable[object]], ...] = (
    retention.clear,
    indicators.prepare,
    indicators.forget,
    callbacks.draw_all,
    ratings.fill_defaults,
    ratings.tidy,
    points.forget,
    publication.issue_due,
    upward.complete,
    upward.nightly,
)
"""What one worker does once a day. Each may be repeated."""

_ailing: dict[UUID, tuple[int, datetime]] = {}
"""Cases on which this process has failed: how often, and when to try again. The clocks themselves stay as they are, so
that nothing that has fallen due is lost on the way."""


async def round(at: datetime) -> int:
    """Look at the clocks that are due at `at`, hand on messages, do the day's chores if nobody has.

    One batch of each; how many cases and messages were dealt with.
    """
    cases, waiting = await _asked(at)
    handled = sum([await _look(case_id, at) for case_id in cases])
    for looks in LOOKS:
        handled += await _try(looks, at)
    # What has just been done to the cases may have left messages.
    for message in await outbox.claim(at, limit=BATCH) if waiting or handled else ():
        try:
            # Within the lease, so that nobody else has begun with it meanwhile.
            await asyncio.wait_for(_hand_on(message, at), LEASE.total_seconds())
        except Exception as error:
            log.warning("%s %s failed the %d. time: %r", message.event, message.id, message.attempts, error)
            await outbox.failed(message, repr(error), at)
        else:
            await outbox.done(message)
            handled += 1
    if await journal.anchor(at):
        for chore in CHORES:
            await _try(chore, at)
    return handled


async def _try(work: Callable[[datetime], Awaitable[object]], at: datetime) -> int:
    """What it has done; one that fails holds up no other and is tried again."""
    try:
        done = await work(at)
    except Exception:
        log.exception("%s failed", getattr(work, "__qualname__", work))
        return 0
    return done if isinstance(done, int) else 0


async def _asked(at: datetime) -> tuple[list[UUID], bool]:
    """The cases of which a clock has reached something, the longest due first, and whether messages are due.

    One look-up each in one index when there is nothing. A case that somebody else has in hand is met again next time.
    """
    due = [id for id, (_, again) in _ailing.items() if again <= at]
    async with transaction():
        # An ailing case stays in the index with all its clocks: it must not fill the batch.
        found = await clocks.due_cases(at, CASES + 20 * len(_ailing))
        waiting = await outbox.waiting(at)
    return due + [id for id in found if id not in _ailing], waiting


async def _look(case_id: UUID, at: datetime) -> bool:
    try:
        done = await asyncio.wait_for(oversight.look(case_id, at), PATIENCE)
    except Exception:
        failures = _ailing.get(case_id, (0, at))[0] + 1
        _ailing[case_id] = failures, at + min(FIRST_WAIT * 2 ** min(failures - 1, 20), LONGEST_WAIT)
        log.exception("the clocks of case %s failed the %d. time", case_id, failures)
        return False
    _ailing.pop(case_id, None)
    return done


async def run(stop: asyncio.Event) -> None:
    """Round after round, one each `worker_seconds`, until `stop` is set. A round that fails is told and tried again."""
    while not stop.is_set():
        try:
            while await round(clock.now()) >= BATCH and not stop.is_set():
                pass
        except Exception:
            log.exception("a round failed")
        try:
            await asyncio.wait_for(stop.wait(), settings().worker_seconds)
        except TimeoutError:
            continue


async def _hand_on(message: Message, at: datetime) -> None:
    if message.event not in FOLLOWS:
        raise errors.Invalid(f"没有哪个动作处理事件“{message.event}”。")
    for handler in FOLLOWS[message.event]:
        await handler(message, at)
