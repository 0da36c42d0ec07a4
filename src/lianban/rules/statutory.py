"""The limits that the law itself sets, where neither catalogue nor region says anything (行政许可法 42, 44)."""

from __future__ import annotations

from lianban.rules.catalog.types import Bundle, Item, JointMode, Limit, Unit

PERMISSION = "行政许可"
LAW = "《中华人民共和国行政许可法》"

DECIDE = Limit(20, Unit.WORKING_DAYS)
"""R-42: from acceptance, where no other law or regulation sets a limit."""

JOINT = Limit(45, Unit.WORKING_DAYS)
"""R-42(2): the whole, where it is organised by unified, joint or centralised handling (R-26)."""

DELIVER = Limit(10, Unit.WORKING_DAYS)
"""R-44: from the decision on the item itself, not from the last one of the case."""

NOTICE = Limit(30, Unit.NATURAL_DAYS)
"""民事诉讼法 95: from the day a public notice was put up until the document counts as delivered."""

DECIDE_BASIS = f"{LAW}第四十二条第一款"
JOINT_BASIS = f"{LAW}第四十二条第二款"
DELIVER_BASIS = f"{LAW}第四十四条"
DELIVER_REFUSAL_BASIS = f"不予决定书的送达，参照{LAW}第四十四条"
"""The article speaks of what was granted; the time to ask for a review (复议) only runs once a refusal is delivered."""
NOTICE_BASIS = "公告送达，参照《中华人民共和国民事诉讼法》第九十五条"
APPOINTMENT_BASIS = "约定现场勘查时间的期限（本地规定）"
SURVEY_BASIS = "进行现场勘查的期限（本地规定，不停止办理时限）"
CLAIM_BASIS = "任务派发后的签收时间（本地规定）"


def limit_of(item: Item, bundle: Bundle) -> Limit | None:
    """The statutory limit of an item: its own, or the twenty working days of any permission that has none.

    Permissions that are really organised jointly are measured as a whole (`joint_limit`). None: the law sets none.
    """
    if item.statutory is not None or item.kind != PERMISSION or bundle.joint_mode is not JointMode.NONE:
        return item.statutory
    return DECIDE


def basis_of(item: Item) -> str:
    """The article of the statutory limit of an item, as its clock says it."""
    if item.statutory is None:
        return DECIDE_BASIS
    law = item.statutory_basis
    return f"{law.document}{law.article}" if law else f"“{item.name}”法定时限"


def joint_limit(bundle: Bundle, items: list[Item]) -> Limit | None:
    """The statutory limit of the whole: only where it is organised so and a permission is among the items."""
    organised = bundle.joint_mode is not JointMode.NONE and any(item.kind == PERMISSION for item in items)
    return JOINT if organised else None
