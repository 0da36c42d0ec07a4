"""The four categories of requests (龙井“有事您说话”): how each is handled and within which limit of the policy.

The second category has two sides with one limit: what the policy does not allow is explained (办不了), what people
would not do is looked into and answered for (不给办).
"""

from __future__ import annotations

from dataclasses import dataclass

from lianban.errors import Invalid

GROUPS = {
    "simple": "一般简单",
    "refused": "办不了、不给办",
    "hard": "很难办",
    "coordinate": "协调办",
}
"""The four categories as they are counted."""

CHANNELS = {"window": "窗口", "online": "网上", "hotline": "12345 热线"}
RESULTS = {"solved": "已经办成", "explained": "政策不允许，已经说明", "unsolved": "暂时不能解决"}


@dataclass(frozen=True, slots=True)
class Category:
    """One category: `limit` names the field of the policy within which it is answered, `basis` where that is from."""

    id: str
    name: str
    group: str
    handling: str
    limit: str
    basis: str
    at_window: bool = False
    """The window may answer it itself."""
    judged: bool = False
    """A supervisor finds first whether somebody is to be blamed."""
    joint: bool = False
    """Reason and progress are told at once; the opinion of all units has a limit of its own."""


CATEGORIES = {
    one.id: one
    for one in (
        Category(
            "simple",
            "一般简单",
            "simple",
            "即收即转即办：窗口能办的当场办，不能办的立即转承办单位。",
            "difficulty_simple",
            "龙井“有事您说话”窗口：一般简单的即收即转即办",
            at_window=True,
        ),
        Category(
            "cannot",
            "办不了（政策不允许）",
            "refused",
            "说明政策依据，讲清楚为什么不能办、怎样才能办，耐心解释。",
            "difficulty_answer",
            "龙井“有事您说话”窗口：“办不了”“不给办”的五个工作日内反馈",
            at_window=True,
        ),
        Category(
            "refused",
            "不给办（态度、能力、推诿）",
            "refused",
            "由监督员核实，属实的督办问责；要办的事同时由承办单位办理。",
            "difficulty_answer",
            "龙井“有事您说话”窗口：“办不了”“不给办”的五个工作日内反馈",
            judged=True,
        ),
        Category(
            "hard",
            "很难办（多部门、多次跑）",
            "hard",
            "引导、陪同，帮办带办，一直到办成。",
            "difficulty_hard",
            "龙井“有事您说话”窗口：“很难办”的十个工作日内反馈",
        ),
        Category(
            "coordinate",
            "协调办（跨部门、超出权限）",
            "coordinate",
            "立即转出，告知原因和进展；各单位会商形成处理意见后答复。",
            "difficulty_opinion",
            "江苏（试行）：情况复杂的十五个工作日内形成处理意见",
            joint=True,
        ),
    )
}
"""By id, in the order in which they are offered."""


def category_of(id: str) -> Category:
    """The category of an id. Raises Invalid with its field."""
    if id not in CATEGORIES:
        sentence = "请选择诉求的类别。"
        raise Invalid(sentence, {"category": sentence})
    return CATEGORIES[id]
