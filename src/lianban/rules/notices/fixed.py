"""The words that builders put into papers, besides the labels of templates and the sentences of wordings.

A phrase book has to know them too (民族区域自治法 21, 47).
"""

from __future__ import annotations

from lianban.rules.notices import adjusting, delivery, hearings, outcomes, promises
from lianban.rules.notices.base import OWN_TIME_NOTE, PROVISIONAL_NOTE
from lianban.rules.surveys import CONCLUSIONS

SEALS = (
    "综合窗口收件专用章（盖章处）",
    "综合窗口出件专用章（盖章处）",
    "政务服务窗口专用章（盖章处）",
    "行政审批受理专用章（盖章处）",
    adjusting.DEDICATED_SEAL,
    adjusting.AUTHORITY_SEAL,
    "送达机关（盖章处）",
)
CHANNELS = ("到综合窗口当面补正（地址和办公时间见下）", "把补正材料邮寄到下列地址，信封上注明办件编号")

FIXED = (
    *SEALS,
    *CHANNELS,
    *delivery.METHODS.values(),
    *delivery.OUTCOMES.values(),
    *CONCLUSIONS.values(),
    *hearings.ATTENDED.values(),
    *outcomes.ENDS.values(),
    promises.WAYS,
    *promises.CONSEQUENCES,
    PROVISIONAL_NOTE,
    OWN_TIME_NOTE,
)
"""Each once or more; in the order of who makes them."""
