"""Printing: one door to WeasyPrint.

`render` has a paper printed in a printing process, whole and tagged (PDF/UA-1): the way of everything that is issued.
`kept` is for consultation sheets and blank forms, `fast` prints in two layers for previews, `render_now` prints in
this process for the command line. Templates are named as in `templates/` ("notices/sheet.html"); their data are plain
text, lists and mappings. The same input gives the same bytes on every machine that has the same font set.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from lianban.errors import Busy, Invalid
from lianban.outside import fonts
from lianban.outside.printing.jobs import UA, Job, MissingGlyph, replaced
from lianban.outside.printing.pool import Pool, Unprinted
from lianban.outside.settings import settings, shipped

if TYPE_CHECKING:
    from lianban.outside.printing.press import Press

__all__ = ["MissingGlyph", "check", "fast", "font_set", "kept", "render", "render_now", "replaced", "start", "stop"]

LIBRARIES = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

KEPT = 64
"""Sheets remembered in each server process, some 200 kB each."""

PEAK = 4
"""Jobs in line for each process from which on a sheet is printed in two layers: a second's wait."""

FULL = 40
"""Jobs in line for each process from which on nobody can add sheets: issued papers wait in the same line."""

log = logging.getLogger("lianban.printing")

_pool: Pool | None = None
_kept: OrderedDict[bytes, bytes] = OrderedDict()


def check() -> None:
    """Raises Invalid with the one line to run when a library or the fonts are missing."""
    try:
        from weasyprint.text.ffi import harfbuzz_subset
    except OSError:
        raise Invalid(f"打印文书需要的系统库不全：请运行 {LIBRARIES}。") from None
    if harfbuzz_subset is None:
        raise Invalid(f"缺少 libharfbuzz-subset，打印会慢几十倍：请运行 {LIBRARIES}。")
    fonts.current()


def font_set() -> str:
    """The hash of the prepared fonts: part of what decides the bytes of a paper. Raises Invalid without fonts."""
    return fonts.current().name


def _the_pool() -> Pool:
    global _pool
    if _pool is None:
        _pool = Pool(shipped("templates"), fonts.current(), settings().print_processes)
        atexit.register(stop)
    return _pool


def start() -> None:
    """Check the machine and start the printing processes. Raises Invalid with the one line to run."""
    check()
    _the_pool().start()


def stop() -> None:
    """End the printing processes."""
    global _pool
    if _pool is not None:
        _pool.stop()
        _pool = None


async def _print(job: Job) -> bytes:
    try:
        printed = await _the_pool().run(job)
    except Unprinted as error:
        log.error("%s", error)
        raise Busy("这份文件现在没有打印出来，内容没有丢失。请过一分钟再打开；仍不行时请告诉管理员。") from error
    if printed.missing:
        raise MissingGlyph(printed.missing)
    if printed.fault:
        raise RuntimeError(f"{job.template} could not be printed:\n{printed.fault}")
    return printed.pdf


async def render(template: str, data: Mapping[str, Any], *, variant: str | None = UA, later: bool = False) -> bytes:
    """The whole paper, printed in a printing process; `later` for what nobody waits for at the counter.

    Raises MissingGlyph.
    """
    return await _print(Job(template, dict(data), variant, later=later))


async def kept(template: str, data: Mapping[str, Any]) -> bytes:
    """As `render`, but the last ones are remembered, and in a peak new ones are printed in two layers.

    For what holds nothing personal: consultation sheets, blank forms. Raises MissingGlyph; Busy in a long line.
    """
    key = hashlib.sha256(msgspec.json.encode([template, data, font_set()], order="sorted")).digest()
    if key not in _kept:
        pool = _the_pool()
        if len(pool.waiting) >= FULL * pool.size:
            raise Busy("现在打印的人很多，请过一分钟再下载；页面上的内容和告知单一样，可以先看。")
        if len(pool.waiting) >= PEAK * pool.size:
            return await fast(template, data)
        _kept[key] = await render(template, data, later=True)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


async def fast(template: str, data: Mapping[str, Any]) -> bytes:
    """The paper in two layers, untagged, many times faster once a like one was printed. Raises MissingGlyph.

    For previews and peaks; an issued paper is printed by `render`.
    """
    return await _print(Job(template, dict(data), None, fast=True, later=True))


@lru_cache(maxsize=1)
def _own_press() -> Press:
    check()
    from lianban.outside.printing.press import Press

    return Press(shipped("templates"), fonts.current())


def render_now(template: str, data: Mapping[str, Any], *, variant: str | None = UA) -> bytes:
    """The whole paper, printed in this process: for the command line, never in a server. Raises MissingGlyph."""
    return _own_press().whole(template, data, variant)
