"""申诉: on which grounds a negative rating may be invalid, how large a panel is, how its votes are counted (R-HCP-8).

The rules of composition are a proposal of this system; GB/T 36113-2018 knows the procedure, its text is not verified.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

GROUNDS = {
    "mistaken": "误评",
    "malicious": "恶意评价",
    "unrelated": "与办理无关",
    "duplicate": "重复评价",
}
"""Why a rating may be invalid (国办发〔2019〕51号: 排除误评、恶意差评)."""

VOTES = {"valid": "评价有效", "invalid": "评价无效"}


class Vote(NamedTuple):
    """One member's vote; `ground` only with "invalid"."""

    vote: str
    ground: str = ""


class Verdict(NamedTuple):
    """What the majority has found, and with how many votes on each side."""

    outcome: str
    ground: str
    invalid: int
    valid: int

    @property
    def tally(self) -> str:
        """The votes in words, those for the outcome first."""
        won, lost = max(self.invalid, self.valid), min(self.invalid, self.valid)
        return f"{won} 票对 {lost} 票"


def size_fault(members: int, least: int) -> str:
    """Why a panel of so many cannot decide; "" when it can."""
    if members < least:
        return f"评审小组至少 {least} 人，现在选了 {members} 人"
    if members % 2 == 0:
        return f"评审小组的人数必须是单数，现在选了 {members} 人"
    return ""


def count(votes: Sequence[Vote], claimed: str) -> Verdict:
    """The majority of an odd panel. The ground that most of the votes for "invalid" name stands; among equals the one
    that was put forward, else the first in the order of `GROUNDS`."""
    against = [one.ground for one in votes if one.vote == "invalid"]
    valid = len(votes) - len(against)
    if len(against) <= valid:
        return Verdict("valid", "", len(against), valid)
    named = Counter(against)
    most = max(named.values())
    first = [claimed, *GROUNDS]
    ground = next(one for one in first if named.get(one) == most)
    return Verdict("invalid", ground, len(against), valid)
