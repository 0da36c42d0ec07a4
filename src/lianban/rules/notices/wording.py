"""The fixed sentences of papers: a default for each, with `{places}` that the content of the paper fills.

A builder's module has its own in `WORDING`: kind of paper → part → sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

from lianban.rules.notices.base import Content

WORDINGS: dict[str, dict[str, str]] = {}
"""All of them, by kind of paper."""


def worded(content: Mapping[str, object]) -> Content:
    """The content with its sentences under `say`: part → text."""
    places = {name: value for name, value in content.items() if isinstance(value, str)}
    said = WORDINGS.get(str(content["kind"]), {})
    return {**content, "say": {part: text.format_map(places) for part, text in said.items()}}
