"""What is due: messages of the outbox go to the verbs that follow, and once a day the house is put in order.

At least once: a handler may see the same message again and must not mind. A message that fails waits, longer each
time, and holds up no other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from lianban import errors, journal, outbox
from lianban.casework import notices, retention
from lianban.outbox import LEASE, Message
from lianban.outside import clock
from lianban.outside.settings import settings

Handler = Callable[[Message, datetime], Awaitable[None]]

log = logging.getLogger(__name__)
BATCH = 20


async def _print(message: Message, at: datetime) -> None:
    await notices.print_now(UUID(message.payload["paper"]))


# Which verbs follow an event. An event without any is told for those who come to want it.
FOLLOWS: dict[str, tuple[Handler, ...]] = {
    notices.ISSUED: (_print,),
    "case accepted": (),
    "case decided": (),
    "case delivered": (),
    "case closed": (),
    "task dispatched": (),
    "task decided": (),
    "task lapsed": (),
}


async def round(at: datetime) -> int:
    """Hand on what is due at `at` and do the day's chores if nobody has; how many messages were handed on."""
    handled = 0
    for message in await outbox.claim(at, limit=BATCH):
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
        await retention.clear(at)
    return handled


async def run(stop: asyncio.Event) -> None:
    """Round after round, one each `worker_seconds`, until `stop` is set. A round that fails is told and tried again."""
    while not stop.is_set():
        try:
            while await round(clock.now()) == BATCH:
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
