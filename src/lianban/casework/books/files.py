"""One file of a book, wherever it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a book. It is kept under `key`, or is the paper `paper_id`, or is printed from `template` and `data`,
    or is the text of `text`. A `caption` stands below a picture where it is bound."""

    part: str
    title: str
    name: str
    folder: str = ""
    media_type: str = PDF
    number: str = ""
    code: str = ""
    by: str = ""
    date: str = ""
    standing: str = ""
    size: int = 0
    sha256: str = ""
    key: str = ""
    paper_id: UUID | None = None
    template: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    caption: str = ""
