"""What may be ticked at which grade: the national platform's codes (domain C3, source [C]).

The active set. The first three digits of the old sets (101–107 …) are withdrawn and known for import only.
"""

from __future__ import annotations

from collections.abc import Iterable

from lianban import errors

OPTIONS: dict[int, dict[int, str]] = {
    5: {
        510: "一窗受理一次办结",
        511: "可以先受理后补材料",
        512: "不用提交证明",
        513: "可以全程网上办理",
        514: "可以使用手机办理",
        515: "可以就近办理",
        516: "无需材料直接办理",
        517: "服务热情效率高",
    },
    4: {
        406: "填写一张表单就可完成申报",
        407: "在线提交材料窗口核验",
        408: "一张清单告知全部申报材料",
        409: "用告知承诺减免申报材料",
        410: "可以在线预约办理",
        411: "跑大厅一次办完",
        412: "可以使用自助机办理",
        413: "服务态度较好",
    },
    3: {
        307: "一次性告知需要补正的材料",
        308: "提供申报材料样本",
        309: "在承诺的时间内办结",
        310: "办事指南指引准确",
        311: "按办事指南要求的材料即可办理",
        312: "可以快递送达",
        313: "跑动次数与承诺的一致",
        314: "服务态度一般",
    },
    2: {
        207: "没有提供材料样本",
        208: "没有提供材料清单",
        209: "未在承诺时间内办结",
        210: "同样内容的证明材料被要求多次提交",
        211: "承诺网办但无法在线办理",
        212: "在线预约办理后到实体大厅重复取号排队",
        213: "窗口人员业务不熟练",
        214: "服务态度生硬",
    },
    1: {
        108: "在办事指南之外增加新的审批条件",
        109: "需提供办事指南之外的申报材料",
        110: "无理由超过法定办理时间",
        111: "办事指南提供样本有错",
        112: "承诺在线收取申报材料实际无法收取",
        113: "多头跑窗口和部门",
        114: "跑动次数与承诺的不一致",
        115: "服务态度差效率低",
    },
}

WITHDRAWN = frozenset({*range(101, 108), *range(201, 207), *range(301, 307), *range(401, 406), *range(501, 510)})
"""Old codes: kept when they come with an import, never offered."""

HINTS = {
    108: "行政许可法第三十条、第七十二条：办事指南以外的条件",
    109: "行政许可法第三十条、第三十二条：办事指南以外的材料",
    110: "行政许可法第四十二条、第七十四条：超过法定期限",
    113: "多头办理",
}
"""What a ticked option hints at for the supervisors."""

_ALL = {code: text for texts in OPTIONS.values() for code, text in texts.items()}


def options_of(grade: int, codes: Iterable[str | int]) -> tuple[int, ...]:
    """The ticked options in order. Options of a grade may be ticked at that grade only. Raises Invalid."""
    chosen = {str(code).strip() for code in codes}
    allowed = {str(code): code for code in OPTIONS[grade]}
    if chosen - set(allowed):
        sentence = "选择的原因和评价等次不一致，请重新选择这个等次下面的选项。"
        raise errors.Invalid(sentence, {"options": sentence})
    return tuple(sorted(allowed[code] for code in chosen))


def option_text(code: int) -> str:
    """What a code says; an old one says that it is one."""
    return _ALL.get(code, f"已停用的选项 {code}")
