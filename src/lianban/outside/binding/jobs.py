"""What goes to the binding process and what comes back. Imports nothing heavy."""

from __future__ import annotations

from typing import Any

import msgspec

ORDER, BOOK, RESULT = "order.json", "book.pdf", "result.json"
"""The files of a book in its folder, beside the pieces."""

PDF = "application/pdf"


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a book. `ours`: a tagged PDF of our own press, bound page by page as it is; anything else is a scan,
    which is fitted to A4. Without `file` nothing was found to bind, and `why` says so.
    A `caption` (two lines at most) stands below each page of a scan."""

    part: str
    title: str
    file: str = ""
    media_type: str = PDF
    ours: bool = False
    number: str = ""
    by: str = ""
    date: str = ""
    remark: str = ""
    sha256: str = ""
    why: str = ""
    caption: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A book to be made. `cover` and `contents` are for the templates of those names; the rows of the contents, the
    number of files and pages are added by the binder. `label` stands at the head of every page."""

    title: str
    author: str
    label: str
    made: str
    cover: dict[str, Any]
    contents: dict[str, Any]
    pieces: list[Piece]


class Fault(msgspec.Struct, frozen=True):
    """A piece that could not be bound: its place in the order and why."""

    piece: int
    why: str


class Bound(msgspec.Struct, frozen=True):
    """What became of it: pages without cover and contents, and the pieces in whose place a page says what is wrong."""

    pages: int
    faults: list[Fault]
