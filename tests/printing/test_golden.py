"""Every kind of paper says, cell by cell, what it said when somebody read it last."""

from __future__ import annotations

import pytest

from lianban.rules.notices import TITLES
from tests.printing import golden, test_bilingual

GOLDEN = golden.golden()


def test_every_kind_is_held() -> None:
    assert set(GOLDEN) == set(TITLES)


@pytest.mark.parametrize("kind", list(TITLES))
def test_it_says_this_in_chinese(kind: str) -> None:
    assert golden.said(golden.plain(kind)) == GOLDEN[kind]["chinese"]


@pytest.mark.parametrize("kind", list(TITLES))
def test_it_says_this_in_both_languages(kind: str) -> None:
    assert golden.said(test_bilingual.printed(kind)) == GOLDEN[kind]["both"]
