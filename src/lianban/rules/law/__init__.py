"""Which rule of law stands where: the page docs/law.md is written from these rows (`python -m lianban.rules.law.page`).

`how` says what the system does about a rule:

- 执行 — an unlawful step is refused, or the lawful one is taken by the system;
- 标记 — the system raises a flag, somebody decides;
- 印明 — it stands on the sheet, the notice or the page;
- 目录 — the published catalogue of a region carries it and `catalog check` looks after it;
- 暂缺 — not there yet, with the reason.
"""

from lianban.rules.law.acceptance import ACCEPTANCE, COUNTING
from lianban.rules.law.others import DELIVERY, OTHERS, REMEDIES
from lianban.rules.law.permission import PERMISSION_ACT
from lianban.rules.law.row import HOWS, Row
from lianban.rules.law.voices import CALLBACKS, RATINGS, REQUESTS

CHAPTERS = (
    ("A1", "行政许可法", PERMISSION_ACT),
    ("A2", "收到申请后的五种处理（行政许可法第三十二条）", ACCEPTANCE),
    ("A3", "期限的计算", COUNTING),
    ("A4", "救济", REMEDIES),
    ("A5", "送达（参照民事诉讼法）", DELIVERY),
    ("A6", "其他法律、法规", OTHERS),
    ("C2", "好差评", RATINGS),
    ("D", "有事您说话（办不成事）窗口", REQUESTS),
    ("E", "回访", CALLBACKS),
)
"""Chapter of the domain reference, its title, its rows."""

__all__ = ["CHAPTERS", "HOWS", "Row"]
