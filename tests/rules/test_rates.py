"""Rates are cut off, never rounded up; small counts are hidden so that totals do not give them away."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

import pytest

from lianban.rules.ratings.rates import Published, percent, published

Counts = Sequence[Sequence[int]]


@pytest.mark.parametrize(
    ("numerator", "denominator", "digits", "text"),
    [
        (0, 0, 2, "—"),
        (0, 7, 2, "0.00%"),
        (7, 7, 2, "100%"),
        (2, 3, 2, "66.66%"),
        (1, 3, 0, "33%"),
        (1, 1000, 1, "0.1%"),
        (29_089_990, 29_090_000, 2, "99.99%"),
        (29_089_990, 29_090_000, 6, "99.999965%"),
        (10**18 - 1, 10**18, 2, "99.99%"),
    ],
)
def test_a_rate_is_cut_off_exactly(numerator: int, denominator: int, digits: int, text: str) -> None:
    assert percent(numerator, denominator, digits) == text


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 2), (-1, 2), (1, 0)])
def test_what_is_no_share_is_a_mistake(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        percent(numerator, denominator)


def test_counts_from_the_small_cell_upwards_stand_as_they_are() -> None:
    table = published([[120, 5, 0], [80, 7, 0]], 5)
    assert table == Published(((120, 5, 0), (80, 7, 0)), (125, 87), (200, 12, 0), 212)
    assert not table.hides


def test_one_small_count_takes_three_others_with_it_and_leaves_the_totals() -> None:
    """A single hidden cell could be read off its row and off its column."""
    table = published([[120, 30, 2], [80, 40, 9], [60, 50, 8]], 5)
    assert table.cells == ((120, None, None), (80, None, None), (60, 50, 8))
    assert (table.rows, table.columns, table.total) == ((152, 129, 118), (260, 120, 19), 399)


def test_two_ones_that_add_up_to_two_are_not_given_away_by_their_sum() -> None:
    table = published([[120, 1, 1]], 5)
    assert table.cells[0][0] is None or table.rows[0] is None


def test_a_total_that_is_small_is_hidden_too() -> None:
    table = published([[2, 0]], 5)
    assert (table.cells, table.rows, table.columns, table.total) == (((None, 0),), (None,), (None, 0), None)


def test_an_empty_table_is_published_empty() -> None:
    assert published([], 5) == Published((), (), (), 0)


@pytest.mark.parametrize("seed", range(40))
def test_nobody_can_work_out_a_hidden_small_count(seed: int) -> None:
    """Among all tables that agree with what is shown, each small count is zero in one and larger by five in another."""
    chance = random.Random(seed)
    small = 2
    height, width = chance.choice([(1, 2), (1, 3), (2, 2), (2, 3), (3, 2)])
    counts = [[chance.choice([0, 1, 1, 2, 3]) for _ in range(width)] for _ in range(height)]
    table = published(counts, small)
    secret = {(r, c) for r in range(height) for c in range(width) if 0 < counts[r][c] < small}
    seen: dict[tuple[int, int], set[int]] = {cell: set() for cell in secret}
    for other in _tables(height, width, 6):
        if _agrees(other, table):
            for row, column in secret:
                seen[row, column].add(other[row][column])
    for (row, column), values in seen.items():
        assert {0, counts[row][column] + small} <= values
    assert all(value is None or not 0 < value < small for value in (*itertools.chain(*table.cells), *table.rows))


def _tables(height: int, width: int, most: int) -> Iterator[Counts]:
    for flat in itertools.product(range(most), repeat=height * width):
        yield [flat[row * width : (row + 1) * width] for row in range(height)]


def _agrees(counts: Counts, table: Published) -> bool:
    pairs = itertools.chain(
        zip(itertools.chain(*counts), itertools.chain(*table.cells), strict=True),
        zip(map(sum, counts), table.rows, strict=True),
        zip(map(sum, zip(*counts, strict=True)), table.columns, strict=True),
        [(sum(map(sum, counts)), table.total)],
    )
    return all(shown is None or shown == value for value, shown in pairs)


def test_a_table_with_too_little_to_hide_among_shows_nothing() -> None:
    shown = published([[0, 8], [1, 1]], 5)
    assert shown.total is None
    assert not any(value is not None for line in (*shown.cells, shown.rows, shown.columns) for value in line)
