"""Bars of a small chart, laid out here and drawn as SVG by a template: the same on a page and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

WIDTH, HEIGHT, HEAD, FOOT = 64, 120, 22, 22
BAR = 36


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what stands below and above it, its share of the whole height (None: nothing to show)."""

    label: str
    text: str
    value: Fraction | None


def bars(given: Sequence[Bar]) -> dict[str, Any]:
    """The chart as plain content: a box, and for each bar its rectangle and texts, in units of one pixel."""
    floor = HEAD + HEIGHT
    drawn = []
    for n, bar in enumerate(given):
        value = min(max(bar.value or Fraction(0), Fraction(0)), Fraction(1))
        height = max(round(HEIGHT * value), 1) if bar.value is not None else 0
        drawn.append(
            {
                "x": n * WIDTH + (WIDTH - BAR) // 2,
                "y": floor - height,
                "width": BAR,
                "height": height,
                "middle": n * WIDTH + WIDTH // 2,
                "label": bar.label,
                "text": bar.text,
            }
        )
    return {"width": max(len(given), 1) * WIDTH, "height": floor + FOOT, "floor": floor, "bars": drawn}
