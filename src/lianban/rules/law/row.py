"""One rule of law."""

from __future__ import annotations

from dataclasses import dataclass

HOWS = ("执行", "标记", "印明", "目录", "暂缺")


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: its id (which scenario titles carry), its article, what it says, what the system does, and where.

    `code` are modules of the package, or templates and pages; a test holds that each of them exists. `why` explains
    what is not enforced.
    """

    id: str
    article: str
    says: str
    how: tuple[str, ...]
    code: tuple[str, ...]
    why: str = ""
