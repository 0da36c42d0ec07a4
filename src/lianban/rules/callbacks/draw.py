"""The daily sample of closed cases (安康: 每日不低于 10%): random, by window, and derivable again by anyone.

Every case closed on a day has a mark. Within each window the marks are put in the order of
SHA-256(seed + ":" + mark) and the first ceil(share x n) are called. Nothing else is involved: no random generator, no
state, no order of rows. The seed was made and committed to (SHA-256(seed)) before; docs/callbacks.md says it in full.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Member(NamedTuple):
    """A closed case in the population: its window and the mark that stands for it."""

    window: str
    mark: str


class Stratum(NamedTuple):
    """One window on that day: how many cases were closed, and which marks are called, in the order of the draw."""

    window: str
    size: int
    chosen: tuple[str, ...]


class Draw(NamedTuple):
    """A whole draw, windows in order of their names."""

    strata: tuple[Stratum, ...]

    @property
    def size(self) -> int:
        """How many cases were closed."""
        return sum(s.size for s in self.strata)

    @property
    def chosen(self) -> frozenset[str]:
        """The marks that are called."""
        return frozenset(mark for s in self.strata for mark in s.chosen)


def needed(size: int, share: int) -> int:
    """How many of `size` are called at `share` per cent: rounded up, so one of one; none of none."""
    return -(-size * share // 100)


def rank(seed: str, mark: str) -> str:
    """What the marks are ordered by: hex SHA-256 of seed, colon, mark in UTF-8."""
    return hashlib.sha256(f"{seed}:{mark}".encode()).hexdigest()


def derive(population: Iterable[Member], seed: str, share: int) -> Draw:
    """The one draw of this population under this seed. `share` in per cent, 1 to 100. The total is never below
    ceil(share x N): windows that each round up cannot sum to less."""
    windows: dict[str, set[str]] = defaultdict(set)
    for window, mark in population:
        windows[window].add(mark)
    return Draw(
        tuple(
            Stratum(
                window,
                len(marks),
                tuple(sorted(marks, key=lambda mark: (rank(seed, mark), mark))[: needed(len(marks), share)]),
            )
            for window, marks in sorted(windows.items())
        )
    )


def commitment_of(seed: str) -> str:
    """What is shown of a seed before it is used: hex SHA-256 of it."""
    return hashlib.sha256(seed.encode()).hexdigest()


def digest_of(population: Iterable[Member]) -> str:
    """A population in one line: hex SHA-256 of the sorted lines window, tab, mark, each ended by a line feed."""
    lines = sorted(f"{window}\t{mark}\n" for window, mark in population)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
