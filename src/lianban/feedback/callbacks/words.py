"""How things of call-backs are called: in the journal, and on pages."""

from __future__ import annotations

LINES = {
    "callback seed prepared": "备好下一次抽取的种子，公布其摘要",
    "callbacks drawn": "抽取回访对象",
    "callback opened": "列入回访",
    "callback ready": "已经答复，可以回访",
    "callback number opened": "打开号码，开始拨打",
    "callback tried": "没有打通",
    "callback done": "已回访",
    "callback given up": "按规定次数没有联系上",
    "callback dropped": "不需回访",
    "limit marked": "时限提示",
}
"""Event of the journal → what a page says."""

SOURCES = {"draw": "随机抽取", "rectification": "实名差评和问题整改", "difficulty": "有事您说话诉求"}

OUTCOMES = {"reached": "打通了", "incoming": "群众回电"}
"""Somebody was spoken to."""

IN_VAIN = {
    "no_answer": "无人接听",
    "busy": "占线",
    "off": "关机或者停机",
    "wrong": "号码错误或者空号",
    "later": "接通了，但现在不方便，请另约时间",
}
NO_NUMBER = "no_number"
WITHOUT = "没有留下电话号码"

STATES = {
    "pending": ("待回访", "amber", "▲"),
    "waiting": ("待答复", "grey", "○"),
    "done": ("已回访", "green", "✓"),
    "unreached": ("联系不上", "red", "✕"),
    "dropped": ("不需回访", "grey", "✕"),
}
"""State → word, tone, mark."""


def outcome_text(outcome: str) -> str:
    """What came of an attempt, in words."""
    return {**OUTCOMES, **IN_VAIN, NO_NUMBER: WITHOUT}[outcome]
