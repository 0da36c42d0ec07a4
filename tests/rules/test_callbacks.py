"""The draw is a function of population and seed, big enough everywhere and fair; hours differ; findings are data."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban import errors
from lianban.outside.clock import SHANGHAI
from lianban.rules.callbacks import (
    Member,
    barred_hour,
    commitment_of,
    derive,
    digest_of,
    findings,
    heard,
    needed,
    questions,
)
from lianban.rules.catalog.reading import CatalogueFaults

WINDOWS = ("综合窗口 1 号", "综合窗口 2 号", "网上", "")
# Numbers are cheap to make up; what they stand for does not matter.
POPULATIONS = st.dictionaries(st.integers(0, 999), st.sampled_from(WINDOWS), max_size=40).map(
    lambda found: [Member(window, f"{number:032x}") for number, window in found.items()]
)
SEEDS = st.integers(0, 2**16).map(lambda number: f"{number:064x}")
SHARES = st.integers(10, 100)


@given(POPULATIONS, SEEDS, SHARES)
def test_each_window_and_the_whole_have_their_share(population: list[Member], seed: str, share: int) -> None:
    draw = derive(population, seed, share)
    sizes = Counter(m.window for m in population)
    assert {s.window: s.size for s in draw.strata} == dict(sizes)
    for stratum in draw.strata:
        assert len(set(stratum.chosen)) == len(stratum.chosen) == math.ceil(stratum.size * share / 100 - 1e-9) >= 1
        assert {Member(stratum.window, mark) for mark in stratum.chosen} <= set(population)
    assert len(draw.chosen) >= needed(len(population), share)


@given(POPULATIONS, SEEDS, SHARES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(population: list[Member], seed: str, share: int, random: object) -> None:
    shuffled = list(population)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert derive(shuffled, seed, share) == derive(population, seed, share)
    assert digest_of(shuffled) == digest_of(population)


@given(POPULATIONS, SEEDS, SHARES, SHARES)
def test_a_larger_share_only_adds(population: list[Member], seed: str, one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert derive(population, seed, small).chosen <= derive(population, seed, large).chosen


def test_a_known_draw() -> None:
    # As docs/callbacks.md says it. Whoever changes the algorithm breaks every draw that was ever made.
    population = [Member("综合窗口 1 号", f"{n:032x}") for n in range(11)] + [Member("综合窗口 2 号", "f" * 32)]
    seed = "5eed" * 16
    first = sorted((hashlib.sha256(f"{seed}:{n:032x}".encode()).hexdigest(), f"{n:032x}") for n in range(11))
    draw = derive(population, seed, 10)
    assert [s.chosen for s in draw.strata] == [(first[0][1], first[1][1]), ("f" * 32,)]
    assert commitment_of(seed) == "9619e2c3275e1e8be9ca29f0d7e0668cfdc675efcac99dbfa3ed48872c69809f"


def test_everybody_is_drawn_about_equally_often() -> None:
    population = [Member("综合窗口 1 号", f"{n:02x}") for n in range(20)]
    drawn = Counter(mark for n in range(4000) for mark in derive(population, f"{n:064x}", 10).chosen)
    # Two of twenty in 4,000 draws: 400 each, standard deviation 19.
    assert len(drawn) == 20
    assert all(310 < count < 490 for count in drawn.values())


@pytest.mark.parametrize(("size", "share", "number"), [(0, 10, 0), (1, 10, 1), (10, 10, 1), (11, 10, 2), (7, 100, 7)])
def test_what_is_needed(size: int, share: int, number: int) -> None:
    assert needed(size, share) == number


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_attempts_are_at_different_hours() -> None:
    assert barred_hour([], at(3, 9)) == ""
    assert "今天上午" in barred_hour([at(3, 9)], at(3, 11))
    assert barred_hour([at(3, 9)], at(3, 14)) == ""
    assert "9 点" in barred_hour([at(3, 9)], at(4, 9, 30))
    assert barred_hour([at(3, 9)], at(4, 10)) == ""


def test_findings_are_what_the_questionnaire_says() -> None:
    asked = questions("222405", "draw")
    quiet = {q.id: "no" for q in asked} | {"satisfied": "yes"}
    assert findings(asked, heard(asked, quiet, "")) == []
    assert heard(asked, quiet, "").satisfied is True
    said = heard(asked, quiet | {"paid": "yes", "satisfied": "unsure"}, "复印收了 20 元")
    assert [f.question for f in findings(asked, said)] == ["paid"]
    assert said.satisfied is None


def test_every_question_is_answered_and_a_finding_told_in_words() -> None:
    asked = questions("222405", "rectification")
    with pytest.raises(errors.Invalid) as refusal:
        heard(asked, {"satisfied": "yes"}, "")
    assert set(refusal.value.fields) == {"answer.paid", "answer.trips", "answer.induced"}
    quiet = {q.id: "no" for q in asked}
    with pytest.raises(errors.Invalid, match="还不完整") as refusal:
        heard(asked, quiet, "")
    assert set(refusal.value.fields) == {"note"}
    unhappy = heard(asked, quiet, "答复没有说到点子上")
    # Who rectifies hears it; nothing new is opened.
    assert findings(asked, unhappy) == []
    assert [f.question for f in findings(asked, unhappy, own=True)] == ["satisfied"]


def test_a_questionnaire_that_forgets_to_ask_is_refused(tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "callback.yaml").write_text(
        "- id: paid\n  ask: 收费了吗？\n  finding: maybe\n  problem: 收费\n  for: [draw]\n", "utf-8"
    )
    with pytest.raises(CatalogueFaults) as refusal:
        questions("222405", "draw", tmp_path)
    assert "finding 只能是" in refusal.value.sentence and "是否满意" in refusal.value.sentence
