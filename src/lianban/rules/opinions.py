"""What an opinion must say: "同意" alone is marked deficient where case files are scored (domain F1)."""

from __future__ import annotations

import re
from typing import Final

SHORTEST: Final = 4
_BARE = re.compile(
    r"(拟|建议|予以|依法|现|我|本人|经审查|经审核|审查|审核|情况属实|属实|全部|完全|请)*"
    r"(同意|准予|准许|许可|批准|通过|可以|合格|无误|无异议|没有意见|无意见|办理|不予|不同意|不准|好|是|行|已阅|阅)*"
    r"(许可|办理|发证|受理|上报)*"
)
_SIGNS = re.compile(r"[\s，。、；：！!,.;:…\-—~·（）()“”\"']+")


def deficient(opinion: str) -> str:
    """Why an opinion would be marked deficient, as a sentence; "" when it says what was examined and found."""
    said = _SIGNS.sub("", opinion)
    if not said:
        return "没有写审查意见，案卷评查会扣分：请写明审查了什么、是否符合哪些条件。"
    if len(said) < SHORTEST or _BARE.fullmatch(said):
        return f"审查意见只写“{opinion.strip()[:20]}”，案卷评查会扣分：请写明审查了什么、是否符合哪些条件。"
    return ""
