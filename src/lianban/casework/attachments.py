"""Files that departments attach to their results: examined like scans, kept beside the case's materials."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lianban.casework.scans import examine
from lianban.outside.settings import settings
from lianban.outside.storage import store


@dataclass(frozen=True)
class Attachment:
    """A file as uploaded."""

    name: str
    data: bytes

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the content."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store, under `<folder>/<sha256>`."""

    name: str
    media_type: str
    sha256: str


def folder(case_id: object) -> str:
    """Where the files of a case are kept."""
    return f"cases/{case_id}"


async def keep(case_id: object, files: Iterable[Attachment | None]) -> list[Kept | None]:
    """Examine all files, then store them write-once; in the places given, None where there was none.

    Raises Invalid, before anything is stored, for what is not a whole PDF, JPEG or PNG.
    """
    given, limit = list(files), settings().upload_mb * 1_048_576
    scans = [await asyncio.to_thread(examine, file.name, file.data, limit=limit) if file else None for file in given]
    kept: list[Kept | None] = []
    for file, scan in zip(given, scans, strict=True):
        if file is None or scan is None:
            kept.append(None)
        else:
            stored = await store().put(folder(case_id), file.data)
            kept.append(Kept(scan.name, scan.media_type, stored.sha256))
    return kept
