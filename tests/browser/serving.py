"""The whole demonstration site in a process of its own, for real browsers.

It is Monday, 2 November 2026, 09:30 in Shanghai when the process starts, and time goes on from there.
Everything else comes from the environment, as in `lianban serve`.
"""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from granian.constants import Interfaces
from granian.server.embed import Server

from lianban import seed
from lianban.app import create_app
from lianban.outside import clock, printing
from lianban.outside.settings import settings
from lianban.people import passwords

START = datetime(2026, 11, 2, 9, 30, tzinfo=clock.SHANGHAI)


async def serve() -> None:
    """Tell the town and answer until SIGTERM."""
    await seed.run()
    config = settings()
    server = Server(create_app(), address=config.host, port=config.port, interface=Interfaces.ASGI)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    began = clock.elapsed()
    clock.set_clock(lambda: START + timedelta(seconds=clock.elapsed() - began))
    # What a password costs to check is no matter of these scenarios.
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    printing.start()
    asyncio.run(serve())
    # The printing processes hold nothing that must be ended in order.
    os._exit(0)
