"""The refusals. Each carries a Chinese sentence that tells the person what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Refusal(Exception):
    """Something was asked for that is not done; nothing has been changed by it."""

    code: ClassVar[str] = "refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Refusal):
    """It does not exist, or the person asking may not know that it does."""

    code = "not-found"


class Forbidden(Refusal):
    """The person may see it but may not do this."""

    code = "forbidden"


class Conflict(Refusal):
    """Not in this state, or somebody else was first."""

    code = "conflict"


class Busy(Conflict):
    """The machine cannot do it just now; a minute later it may."""

    code = "busy"


class Invalid(Refusal):
    """What was typed or uploaded cannot be taken; `fields` says why, field by field."""

    code = "invalid"

    def __init__(self, sentence: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.fields = dict(fields or {})
