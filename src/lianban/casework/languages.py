"""Whether a region prints a second language, and what of a paper its phrase book can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianban.casework.policies import policy
from lianban.outside.printing.labels import labels
from lianban.rules.languages import Book, book, both
from lianban.rules.notices.wording import Sentence, sentences


async def book_of(region: str) -> Book | None:
    """The phrase book of the second language that the region prints; None where it prints Chinese alone."""
    language = (await policy(region)).second_language
    return book(region, language) if language else None


async def in_both(content: Mapping[str, Any], region: str, own: Mapping[str, Sentence] | None = None) -> dict[str, Any]:
    """The content of a paper with the second language beside its words, if the region has one.

    `own` are the region's sentences that it was worded with. An issued paper keeps what is put in here.
    """
    kind = str(content["kind"])
    return both(content, await book_of(region), labels(f"notices/{kind}.html"), sentences(kind, own))


async def sheet_in_both(content: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The content of a consultation sheet with the second language, if the region has one."""
    return both(content, await book_of(region), labels("notices/sheet.html"))
