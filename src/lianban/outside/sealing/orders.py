"""What a paper asks of a seal, and what comes back. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

CENTRE = "centre"
"""The authority of papers that the service centre itself issues."""


class Place(NamedTuple):
    """A rectangle on a page (counted from 0), in points from the lower left corner."""

    page: int
    left: int
    bottom: int
    right: int
    top: int

    @property
    def width(self) -> int:
        """In points."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In points."""
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal of an installation: whose it is and of which kind (`authority`, `dedicated`, `window`)."""

    region: str
    authority: str
    kind: str

    @property
    def file(self) -> str:
        """Its name in the folder of seals and for a service: `222405/public_security-authority`."""
        return f"{self.region}/{self.authority}-{self.kind}"


@dataclass(frozen=True, slots=True)
class Order:
    """A paper to be sealed. `place` is where its seal box is; None: the seal is not shown."""

    seal: Seal
    document: bytes
    place: Place | None
    number: str
    title: str
    issuer: str
    """The authority as the paper names it."""
    words: str
    """The seal as the paper names it ("行政审批专用章")."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed file, which begins with the very bytes of the order's document, and what is kept about its seal."""

    document: bytes
    record: Mapping[str, Any]


class Unavailable(Exception):
    """The seal is wanted but cannot be had now. `sentence` tells staff why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Sealer(Protocol):
    """Whoever holds the seals."""

    async def seal(self, order: Order) -> Sealed | None:
        """The sealed paper; None when this seal is only ever put on by hand. Raises Unavailable."""
