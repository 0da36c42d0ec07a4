"""Binding: one door to the process that makes one PDF of many files.

Other people's scans are opened here, some of them damaged: so each book is made by a process of its own, which may
fail or be ended without anything else noticing, and which never takes a turn from the papers at the counter.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from lianban.errors import Busy
from lianban.outside import fonts
from lianban.outside.binding.jobs import BOOK, ORDER, RESULT, Bound, Fault, Order, Piece
from lianban.outside.settings import shipped

__all__ = ["BOOK", "Bound", "Fault", "Order", "Piece", "bind"]

PATIENCE = 240.0
"""Seconds after which a book that does not come to an end is given up."""

UNBOUND = "这一册没有装订出来，原件没有受影响。请过几分钟再试，或者改用压缩包；仍不行时请告诉管理员。"

log = logging.getLogger("lianban.binding")


async def bind(order: Order, folder: Path) -> Bound:
    """Make `folder`/book.pdf of the files in `folder` that the order names. Raises Busy when it does not succeed."""
    (folder / ORDER).write_bytes(msgspec.json.encode(order))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "lianban.outside.binding.worker",
        str(folder),
        str(shipped("templates")),
        str(fonts.current()),
        stdin=asyncio.subprocess.DEVNULL,
    )
    try:
        code = await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        code = -1
    finally:
        # Also when whoever asked has gone away.
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if code != 0 or not (folder / RESULT).is_file():
        log.error("a book of %d files was not bound, the process ended with %d", len(order.pieces), code)
        raise Busy(UNBOUND)
    return msgspec.json.decode((folder / RESULT).read_bytes(), type=Bound)
