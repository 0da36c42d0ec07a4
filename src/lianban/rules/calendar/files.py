"""The calendar as it is shipped: notices by year, office hours by region, and further files somebody brings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lianban.errors import Invalid
from lianban.rules.calendar.notices import mapping, parse_notice
from lianban.rules.calendar.values import Calendar, Notice, Season, Span

CATALOG = Path(__file__).parents[2] / "catalog"


def calendar_for(region: str = "", notices: Iterable[Path] = (), catalog: Path = CATALOG) -> Calendar:
    """The calendar of a region ("" is the national one): shipped notices, its office hours, and further notice files.

    Raises Invalid, naming the file, when one of them cannot be read.
    """
    found = _shipped(region, catalog)
    extra = [read_notice(path) for path in notices]
    return found.with_notices(extra) if extra else found


@lru_cache(maxsize=64)
def _shipped(region: str, catalog: Path) -> Calendar:
    hours = catalog / region / "hours.yaml"
    seasons = read_hours(hours) if region and hours.is_file() else ()
    return Calendar(region, seasons=seasons).with_notices(one.notice for one in shipped(catalog))


class Shipped(NamedTuple):
    """A notice that comes with the product, and its file: name and SHA-256."""

    notice: Notice
    file: str
    sha256: str


@lru_cache(maxsize=8)
def shipped(catalog: Path = CATALOG) -> tuple[Shipped, ...]:
    """The notices that come with the product, in the order in which they were issued."""
    paths = (catalog / "calendars").glob("*.yaml")
    found = [Shipped(read_notice(path), path.name, hashlib.sha256(_bytes(path)).hexdigest()) for path in paths]
    return tuple(sorted(found, key=lambda one: (one.notice.issued, one.notice.status == "amendment")))


def read_notice(path: Path) -> Notice:
    """A notice file. Raises Invalid, naming the file, when it cannot be read or makes no sense."""
    return parse_notice(_bytes(path), str(path))[0]


def read_hours(path: Path) -> tuple[Season, ...]:
    """Office hours by season: `hours`, a list of `from` and `to` (MM-DD) with `open` (9:00-12:00, …)."""
    content = mapping(_bytes(path).decode("utf-8", "replace"), str(path))
    try:
        return tuple(
            Season(
                _month_day(entry.get("from", "01-01")),
                _month_day(entry.get("to", "12-31")),
                tuple(_span(text) for text in entry["open"]),
            )
            for entry in content["hours"]
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(f"{path}：办公时间的内容不完整（{error}），请写成 9:00-12:00 这样的时段。") from error


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _span(text: str) -> Span:
    found = re.fullmatch(r"(\d{1,2}):(\d\d)\s*[-–—]\s*(\d{1,2}):(\d\d)", text.strip())
    if not found:
        raise ValueError(text)
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start >= end:
        raise ValueError(text)
    return start, end


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(f"{path}：文件读不出来，请检查路径和 YAML 格式。") from error
