"""The panel of an appeal: odd, without anybody who has a hand in it, decided by its majority (R-HCP-8)."""

from __future__ import annotations

import pytest

from lianban.rules.actors import Actor, Role
from lianban.rules.appeals import Vote, count, size_fault
from lianban.rules.lifecycles import AppealRow, Illegal, fire

REGION = "222405"


def person(id: str, role: Role, department: str = "", region: str = REGION) -> Actor:
    return Actor(id, id, region, frozenset({role}), department)


JUDGE = person("judge", Role.SUPERVISOR)
TAX = person("tax", Role.APPROVER, "tax")
FIRE = person("fire", Role.APPROVER, "fire")
HEALTH = person("health", Role.DEPARTMENT_HEAD, "health")
POLICE = person("police", Role.APPROVER, "police")


def filed(**more: object) -> AppealRow:
    facts: dict[str, object] = {"department": "police", "rated": "rated", "verifier": "verifier", "filed_by": "police"}
    return AppealRow("a", "filed", REGION, **facts | more)  # type: ignore[arg-type]


def test_a_panel_is_odd_and_large_enough() -> None:
    assert size_fault(3, 3) == "" and size_fault(5, 3) == ""
    assert "至少 3 人" in size_fault(2, 3) and "单数" in size_fault(4, 3)


@pytest.mark.parametrize(
    "stranger",
    [
        person("x", Role.APPROVER, "police"),
        person("rated", Role.CLERK),
        person("verifier", Role.SUPERVISOR),
        JUDGE,
        person("x", Role.APPROVER, "tax", "430100"),
        person("x", Role.AUDITOR),
    ],
)
def test_nobody_with_a_hand_in_it_sits_on_the_panel(stranger: Actor) -> None:
    row = filed(chosen=(TAX, FIRE, stranger))
    with pytest.raises(Illegal, match="不能参加评审小组"):
        fire(row, "convene", JUDGE)
    row.chosen = (TAX, FIRE, HEALTH)
    assert fire(row, "convene", JUDGE).target == "reviewing"


def test_for_the_windows_no_clerk_sits_on_the_panel() -> None:
    row = filed(department="", filed_by="x", chosen=(TAX, FIRE, person("clerk", Role.CLERK)))
    with pytest.raises(Illegal):
        fire(row, "convene", JUDGE)


def test_a_member_votes_once_and_nobody_votes_for_him() -> None:
    row = filed(votes={"tax": None, "fire": None, "health": None}, reason=True)
    row.state = "reviewing"
    with pytest.raises(Illegal, match="成员本人"):
        fire(row, "vote", POLICE)
    fire(row, "vote", TAX)
    row.votes["tax"] = Vote("valid")
    with pytest.raises(Illegal, match="不能更改"):
        fire(row, "vote", TAX)


def test_the_majority_decides_and_the_ground_is_the_one_most_of_it_names() -> None:
    valid, mistaken, unrelated = Vote("valid"), Vote("invalid", "mistaken"), Vote("invalid", "unrelated")
    assert count([valid, valid, mistaken], "mistaken").outcome == "valid"
    found = count([valid, mistaken, unrelated, unrelated, valid], "mistaken")
    assert (found.outcome, found.ground, found.tally) == ("invalid", "unrelated", "3 票对 2 票")
    assert count([valid, mistaken, unrelated], "unrelated").ground == "unrelated"
    assert count([valid, mistaken, unrelated], "malicious").ground == "mistaken"
