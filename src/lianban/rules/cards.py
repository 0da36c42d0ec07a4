"""Cards of the electronic supervision in words (domain E, 督办/黄红牌): colour, word and shape go together."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Colour(NamedTuple):
    """How a card is shown: never by its colour alone."""

    word: str
    shape: str
    meaning: str


COLOURS = {
    "black": Colour("黑牌", "■", "超过法定时限"),
    "red": Colour("红牌", "▲", "超过承诺时限"),
    "yellow": Colour("黄牌", "◆", "时限将满"),
    "blue": Colour("蓝牌", "○", "时限过半，提示"),
}
"""The gravest first."""

GRAVE = ("red", "black")
"""The limit is over: the handling unit makes the reason public (优化营商环境条例 36)."""

TOLD = frozenset({"bundle", "joint", "committed", "statutory", "correction", "delivery"})
"""Clocks whose end the applicant counts on; the others are the house's own."""

UNDONE = {
    "bundle": "仍有事项没有办完",
    "joint": "仍有事项没有办完",
    "committed": "仍未作出决定",
    "statutory": "仍未作出决定",
    "correction": "既没有受理，也没有一次告知补正",
    "claim": "仍未签收",
    "appointment": "仍未约定勘查时间",
    "survey": "仍未进行现场勘查",
    "delivery": "仍有办理结果没有送达",
    "verification": "仍未核查承诺",
    "hearing_held": "仍未举行听证",
}


def reason(kind: str, what: str, limit: str, colour: str, due: datetime, used: int, left: str) -> str:
    """Why a card is raised, in one sentence. `what` names the clock, `used` is a percentage, `left` the time left."""
    if colour in GRAVE:
        law = "法定时限" if colour == "black" else "时限"
        return f"{what}（{limit}）已于 {due:%Y-%m-%d %H:%M} 期满，届时{UNDONE[kind]}，超过{law}。"
    # Read weeks later as well: "today" would mean another day, and the end itself stands before it.
    left = left.removeprefix(f"今天 {due:%H:%M} 到期，")
    then = "" if left.endswith("到期") else f"亮牌时{left}，"
    return f"{what}（{limit}）已用 {used}%，{due:%Y-%m-%d %H:%M} 期满，{then}{UNDONE[kind]}。"
