"""One application for all tests of a process: to build it takes longer than many a test."""

from __future__ import annotations

from functools import cache

from litestar import Litestar

from lianban.app import create_app


@cache
def application() -> Litestar:
    """It holds nothing of a database but its pool, and opens that with each client anew."""
    return create_app()
