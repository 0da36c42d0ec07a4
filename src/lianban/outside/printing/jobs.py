"""What goes to a printing process and what comes back. Imports nothing heavy."""

from __future__ import annotations

from typing import Any, NamedTuple

from lianban.errors import Invalid

UA = "pdf/ua-1"
READY = "ready"
UNKNOWN = "〓"
"""What stands in a copy for a character that none of the fonts has, as type-setters put it."""


class MissingGlyph(Invalid):
    """A character that none of the fonts can draw. Nothing is printed: a box in a name would be a wrong name."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        named = "、".join(f"“{c}”（U+{ord(c):04X}）" for c in characters)
        super().__init__(
            f"字体里没有{named}，文书没有打印。请核对这个字是否录错；确实要用的，请管理员安装包含它的字体"
            "（如 fonts-hanazono）并运行 make setup，再打印一次。"
        )


class Job(NamedTuple):
    """What to print: `fast` asks for two layers, otherwise `variant` names the kind of PDF (None: untagged).

    `later`: whatever somebody waits for at the counter goes before it.
    """

    template: str
    data: dict[str, Any]
    variant: str | None = UA
    fast: bool = False
    later: bool = False


class Printed(NamedTuple):
    """The answer: a PDF, or the characters that no font has, or what went wrong."""

    pdf: bytes = b""
    missing: str = ""
    fault: str = ""


def replaced(data: Any, missing: str) -> Any:
    """The same data with `missing` characters replaced. Only for copies: an issued paper is never printed like that."""
    if isinstance(data, str):
        return data.translate({ord(one): UNKNOWN for one in missing})
    if isinstance(data, dict):
        return {key: replaced(value, missing) for key, value in data.items()}
    return [replaced(value, missing) for value in data] if isinstance(data, list | tuple) else data
