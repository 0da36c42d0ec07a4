"""Who gets the messages of a case: the applicant, and the agent as far as the mandate says so (行政许可法 29)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lianban.rules.parties import MANDATES, TakingPart

MOBILE = re.compile(r"1[3-9]\d{9}")
AUTHORISES = ("通知", "接收", "代收", "领取", "送达", "补正", "全权", "全部")
"""Words of a mandate that let its holder be told how the case stands."""
COMPOUND = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙"
    " 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋"
    " 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 第五 鲜卑 达奚".split()
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is to be told. `phone` is "" when there is no mobile number."""

    role: str
    phone: str
    greeting: str


def greeting(party: TakingPart) -> str:
    """朴女士/先生; a unit is just the applicant: nothing but a surname is told (个人信息保护法 6)."""
    if party.id_kind == "uscc" or not party.name:
        return "申请人"
    surname = party.name[:2] if party.name[:2] in COMPOUND and len(party.name) > 2 else party.name[:1]
    return f"{surname}女士/先生" if surname.isalpha() and not surname.isascii() else "申请人"


def mobile(phone: str) -> str:
    """The number if a message can reach it, else ""."""
    plain = re.sub(r"[\s-]", "", phone).removeprefix("+86")
    return plain if MOBILE.fullmatch(plain) else ""


def receivers(parties: Sequence[TakingPart]) -> list[Receiver]:
    """Whom to tell: the applicant, the agent whose mandate covers it, for a unit also its clerk in charge.

    One number gets one message. When somebody can be reached those who cannot are left out; when nobody can, the
    applicant stands there without a number.
    """
    wanted: list[TakingPart] = []
    for role in ("applicant", "agent", "operator"):
        wanted += [p for p in parties if p.role == role and _told(p, parties)]
    found: dict[str, Receiver] = {}
    for party in wanted:
        if phone := mobile(party.phone):
            found.setdefault(phone, Receiver(party.role, phone, greeting(party)))
    if found:
        return list(found.values())
    applicant = next((p for p in parties if p.role == "applicant"), None)
    return [Receiver("applicant", "", greeting(applicant) if applicant else "申请人")]


def _told(party: TakingPart, parties: Sequence[TakingPart]) -> bool:
    if party.role == "agent":
        authorised = party.mandate.startswith(MANDATES["authorised"])
        return authorised and any(word in party.mandate for word in AUTHORISES)
    if party.role == "operator":
        return any(p.role == "applicant" and p.id_kind == "uscc" for p in parties)
    return True
