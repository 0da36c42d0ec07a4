"""Which seal a paper wants, by the words printed in its seal box.

行政许可法 32(2): acceptance and its refusal carry the dedicated seal of the authority; 39: certificates and decisions
carry its own seal; what the window hands out the seal of the window (F1). Papers without such words carry none.
"""

from __future__ import annotations

AUTHORITY, DEDICATED, WINDOW = "authority", "dedicated", "window"
KINDS = {AUTHORITY: "机关印章", DEDICATED: "行政审批专用章", WINDOW: "窗口专用章"}
"""Seals by kind, as people call them."""

PLACE = "（盖章处）"


def seal_kind(words: str) -> str:
    """The kind of seal that goes where `words` stand ("行政审批专用章（盖章处）"); empty for none."""
    if "窗口" in words:
        return WINDOW
    if "专用章" in words:
        return DEDICATED
    return AUTHORITY if PLACE in words or "机关" in words else ""


def seal_name(words: str) -> str:
    """The seal itself, without the note that this is its place."""
    return words.replace(PLACE, "").strip()
