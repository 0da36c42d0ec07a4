"""Correction before acceptance: everything is told at once, and nothing twice (行政许可法 32(1)(4), 72(3)).

What is to be corrected is named by a subject: `field.<element>` (or `field.party.<role>.<field>`),
`material.<material>`, or `other.<item>` for what is neither.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lianban.rules.catalog.types import Limit, Unit

ANSWER_WITHIN = Limit(5, Unit.WORKING_DAYS)
"""The authority's time to tell (32(1)(4))."""
BASIS = "《中华人民共和国行政许可法》第三十二条第一款第四项"
KINDS = {"material": "材料", "field": "申请表", "other": "其他"}
FAULTS = {"missing": "没有提交", "unreadable": "看不清，无法辨认", "wrong": "不符合受理标准"}
CHANNELS = {"window": "综合窗口", "online": "网上", "mail": "邮寄"}
LATE = (
    "自收到申请材料之日起五个工作日已经届满，没有告知需要补正的内容，这个办件自收到申请材料之日起即为受理，"
    "不能再要求补正（行政许可法第三十二条第一款第四项）；请在审查中依法处理。"
)
OLD_GROUND = (
    "这一项在第一次收到申请时就存在，应当在第一次补正告知书里一次告知；现在不能再次告知，"
    "否则属于“未一次告知必须补正的全部内容”（行政许可法第三十二条第一款第四项、第七十二条第三项）。"
)
ACCEPTED = "这个办件已经受理，受理后不能再要求补正（行政许可法第三十二条）；请在审查中依法处理。"


def subject_of(kind: str, name: str) -> str:
    """The subject of a gap."""
    return f"{kind}.{name}"


@dataclass(frozen=True, slots=True)
class Told:
    """What has been told already. `rounds` notices were issued, `most` are allowed.

    `notified` are the subjects they named, `asked` all that was asked for when the last one was issued, `changed` what
    was put right on the spot since.
    """

    rounds: int
    most: int
    notified: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()

    def why_not(self, subject: str) -> str:
        """Why this may not be told (any more); "" when it may.

        The first notice may name anything. After it only what was newly supplied, or came up through it, can be
        wrong in a way that nobody could have told at once.
        """
        if not self.rounds:
            return ""
        if self.rounds >= self.most:
            return (
                f"已经告知补正 {self.rounds} 次，达到本地规定的次数，不能再要求补正。"
                "请受理，由部门在审查中依法处理（行政许可法第三十二条）。"
            )
        if subject in self.notified | self.changed or (subject not in self.asked and not subject.startswith("other.")):
            return ""
        return OLD_GROUND

    def tellable(self, lacking: Mapping[str, str]) -> dict[str, str]:
        """Of what is missing, by subject, that which may still be told."""
        return {subject: sentence for subject, sentence in lacking.items() if not self.why_not(subject)}


def subjects(
    fields: Mapping[str, str], parties: Mapping[str, str], materials: Mapping[str, str], but: Collection[str] = ()
) -> dict[str, str]:
    """What is missing, by subject: element → sentence, `party.<role>.<field>` → sentence, material → sentence."""
    found = {subject_of("field", name): sentence for name, sentence in {**fields, **parties}.items()}
    found |= {subject_of("material", name): sentence for name, sentence in materials.items()}
    return {subject: sentence for subject, sentence in found.items() if subject not in but}
