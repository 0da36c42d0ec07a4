"""The path of a case's items, laid out for a small server-made SVG: columns by order, edges from what comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lianban.web.filters import TASK_STATES

WIDTH, HEIGHT, ACROSS, DOWN = 232, 50, 40, 14
LONGEST = 15


@dataclass(frozen=True, slots=True)
class Step:
    """One item as the caller knows it; `state` is a task's state, `to` an address or ""."""

    id: str
    name: str
    state: str
    after: tuple[str, ...] = ()
    to: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A box with its corner, both lines of text, and the tone of its state."""

    x: int
    y: int
    name: str
    full: str
    word: str
    tone: str
    mark: str
    to: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes and edges in units of one pixel at 16 px type."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[str, ...]
    arrows: tuple[str, ...]


def draw(steps: Sequence[Step]) -> Diagram:
    """Lay out the steps; predecessors that are not among them are left out."""
    known = {s.id: s for s in steps}
    column: dict[str, int] = {}

    def depth(step: Step) -> int:
        if step.id not in column:
            column[step.id] = 1 + max((depth(known[a]) for a in step.after if a in known), default=-1)
        return column[step.id]

    rows: dict[int, int] = {}
    place: dict[str, tuple[int, int]] = {}
    for step in steps:
        at = depth(step)
        row = rows.get(at, 0)
        rows[at] = row + 1
        place[step.id] = (1 + at * (WIDTH + ACROSS), 1 + row * (HEIGHT + DOWN))
    edges, arrows = [], []
    for step in steps:
        x, y = place[step.id]
        for before in (a for a in step.after if a in known):
            x0, y0 = place[before]
            start, end, middle = x0 + WIDTH, x - 6, x - ACROSS // 2
            edges.append(f"M{start} {y0 + HEIGHT // 2}H{middle}V{y + HEIGHT // 2}H{end}")
            arrows.append(f"M{x - 1} {y + HEIGHT // 2}l-7 -4v8z")
    nodes = tuple(_node(step, *place[step.id]) for step in steps)
    width = max((x for x, _ in place.values()), default=0) + WIDTH + 2
    height = max((y for _, y in place.values()), default=0) + HEIGHT + 2
    return Diagram(width, height, nodes, tuple(edges), tuple(dict.fromkeys(arrows)))


def _node(step: Step, x: int, y: int) -> Node:
    word, tone, mark = TASK_STATES[step.state]
    name = step.name if len(step.name) <= LONGEST else step.name[: LONGEST - 1] + "…"
    return Node(x, y, name, step.name, word, tone, mark, step.to)
