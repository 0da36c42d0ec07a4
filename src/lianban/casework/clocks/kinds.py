"""The kinds of clocks: what each is called, whose it is, and what happens when it comes to an end."""

from __future__ import annotations

KINDS = {
    "bundle": "整件事承诺时限",
    "joint": "联合办理法定时限",
    "committed": "承诺时限",
    "statutory": "法定时限",
    "correction": "受理或一次告知补正的时限",
    "answer": "申请人补正的期限",
    "claim": "签收时限",
    "appointment": "约定现场勘查的时限",
    "survey": "现场勘查时限",
    "delivery": "送达时限",
    "tolerance": "容缺材料补齐的期限",
    "verification": "承诺核查时限",
    "hearing": "申请听证的期限",
    "hearing_held": "组织听证的期限",
    "cabinet": "自助柜取件期限",
    "notice": "公告期间",
}
"""In the order in which they are shown."""

APPLICANTS = frozenset({"answer", "tolerance", "hearing", "cabinet", "notice"})
"""The applicant's own time: nobody else is late when it is over."""

LEGAL = frozenset({"joint", "statutory", "correction", "delivery", "hearing_held"})
"""Limits that the law sets: passing them is unlawful."""

OWING = frozenset({"correction", "answer", "tolerance", "hearing", "cabinet", "notice"})
"""When one of these is over the system has a step to take (`casework.owed`)."""

COLOURS = {
    **dict.fromkeys(
        ("bundle", "committed", "claim", "appointment", "survey", "verification"), ("blue", "yellow", "red")
    ),
    # The law's own limits: what lies beyond them is unlawful. Beside a commitment only that is worth a card.
    **dict.fromkeys(("correction", "delivery", "hearing_held"), ("blue", "yellow", "black")),
    **dict.fromkeys(("joint", "statutory"), ("black",)),
    **dict.fromkeys(APPLICANTS, ()),
}
"""The cards a clock may raise (domain E): black says that the law's own limit has passed."""
