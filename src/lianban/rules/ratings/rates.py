"""Rates and small numbers in what is published (R-HCP-11, R-HCP-12).

A rate is truncated, never rounded: 100% stands only where nothing is missing, and nothing out of nothing is "—".
A count of one to four people would tell who they are, so it is hidden, and with it as many others as it takes so that
nobody can work it out from the totals.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NOTHING = "—"
HIDDEN = "*"

_MARGIN = 10**9
_ZERO = 50
Cell = tuple[int, int]


def percent(numerator: int, denominator: int, digits: int = 2) -> str:
    """A share as it is printed, cut off after `digits` places: "99.99%", "100%" only if exact, "—" without a base.

    Raises ValueError for what is no share of the denominator.
    """
    if denominator == 0 and numerator == 0:
        return NOTHING
    if not 0 <= numerator <= denominator:
        raise ValueError(f"{numerator} of {denominator} is no share")
    if numerator == denominator:
        return "100%"
    whole, rest = divmod(numerator * 10 ** (digits + 2) // denominator, 10**digits)
    return f"{whole}.{rest:0{digits}d}%" if digits else f"{whole}%"


@dataclass(frozen=True, slots=True)
class Published:
    """A table of counts as the public may see it: None is hidden."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None

    @property
    def hides(self) -> bool:
        """Whether anything is hidden."""
        lines = (*self.cells, self.rows, self.columns, (self.total,))
        return any(value is None for line in lines for value in line)


def published(counts: Sequence[Sequence[int]], small: int) -> Published:
    """The table with its totals, without the counts above zero and below `small`, nor what would give them away.

    Each hidden small count could, as far as anybody can tell from what is shown, be anything from zero to at least
    itself plus `small`.
    """
    table = _Table(counts)
    secret = [cell for cell, value in table.values.items() if 0 < value < small]
    table.hidden.update(secret)
    for cell in sorted(secret, key=table.weight):
        table.blur(cell, +1, small)
        table.blur(cell, -1, table.values[cell])
    rows, columns = range(table.height), range(table.width)
    return Published(
        tuple(tuple(table.shown((row, column)) for column in columns) for row in rows),
        tuple(table.shown((row, table.width)) for row in rows),
        tuple(table.shown((table.height, column)) for column in columns),
        table.shown((table.height, table.width)),
    )


class _Table:
    """Counts with their totals as one more row and column: in every line the cells less the total are zero.

    Changes that leave every line in balance run in circles through the cells, from line to line.
    """

    def __init__(self, counts: Sequence[Sequence[int]]) -> None:
        self.height, self.width = len(counts), len(counts[0]) if counts else 0
        self.values: dict[Cell, int] = {
            (row, column): value for row, line in enumerate(counts) for column, value in enumerate(line)
        }
        for row, line in enumerate(counts):
            self.values[row, self.width] = sum(line)
        for column in range(self.width):
            self.values[self.height, column] = sum(line[column] for line in counts)
        self.values[self.height, self.width] = sum(map(sum, counts))
        self.hidden: set[Cell] = set()

    def shown(self, cell: Cell) -> int | None:
        return None if cell in self.hidden else self.values[cell]

    def blur(self, cell: Cell, direction: int, amount: int) -> None:
        """Hide what must be hidden so that this cell could as well be larger or smaller by that amount."""
        row, column = cell[0], self.height + 1 + cell[1]
        start, end = (column, row) if direction * self._sign(cell) > 0 else (row, column)
        best, came = {start: 0}, dict[int, tuple[int, Cell]]()
        queue = [(0, start)]
        while queue:
            cost, line = heapq.heappop(queue)
            if line == end:
                break
            if cost > best[line]:
                continue
            for other, step in self._steps(line, amount):
                price = cost + self.weight(step)
                if step != cell and price < best.get(other, price + 1):
                    best[other], came[other] = price, (line, step)
                    heapq.heappush(queue, (price, other))
        if end not in came:
            # Too little is there to hide it among: nothing of the table is shown.
            self.hidden.update(self.values)
            return
        while end != start:
            end, step = came[end]
            self.hidden.add(step)

    def weight(self, cell: Cell) -> int:
        """What hiding costs the reader: totals most, small numbers least; what is hidden costs nothing more."""
        if cell in self.hidden:
            return 0
        margins = (cell[0] == self.height) + (cell[1] == self.width)
        return _MARGIN * margins + (self.values[cell] or _ZERO)

    def _steps(self, line: int, amount: int) -> Iterator[tuple[int, Cell]]:
        """From a row to the columns, or back, through cells that can take the change: fewer only where there are."""
        if line <= self.height:
            moves = [(self.height + 1 + column, (line, column), +1) for column in range(self.width + 1)]
        else:
            moves = [(row, (row, line - self.height - 1), -1) for row in range(self.height + 1)]
        for other, cell, change in moves:
            if change * self._sign(cell) > 0 or self.values[cell] >= amount:
                yield other, cell

    def _sign(self, cell: Cell) -> int:
        """A total stands on the other side of its line's balance; the total of totals is back on the first."""
        return -1 if (cell[0] == self.height) != (cell[1] == self.width) else 1
