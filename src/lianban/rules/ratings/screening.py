"""What is hidden in a citizen's words before anybody else reads them (R-HCP-12; 个人信息保护法 6, 25).

The machine hides what it knows for certain; a person looks at the rest. Nothing is ever rewritten, only hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MASK = "**"

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕"
    "郝邬安常傅卞康伍余顾孟黄穆萧尹姚邵汪祁毛狄米贝臧戴宋庞熊纪舒屈项董梁杜阮蓝闵季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍万柯卢莫房丁邓洪包"
    "左石崔吉程邢裴陆荣翁荀曲车侯全班仰秋仲宫宁仇甘厉武符刘景詹龙叶黎白蒲赖卓蔺屠蒙池乔闻党翟谭姬申朴南玄池许太"
)
_TITLES = "先生|女士|小姐|警官|主任|科长|所长|局长|处长|股长|经理|老师|师傅|大夫|医生|同志|阿姨|大姐|大哥|科员|站长"
_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_DAY = r"20\d\d[-./年]\d{1,2}[-./月]\d{1,2}(?!\d)"

RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("电子邮箱", re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    (
        "微信、QQ 号",
        re.compile(r"(?:微信|[Vv][Xx]|[Ww][Xx]|[Ww]e[Cc]hat|[Qq]{2})号?(?:[:：是为]|\s)*[A-Za-z0-9][\w-]{4,}", re.A),
    ),
    ("车牌号", re.compile(f"[{_PLACES}][A-HJ-NP-Z][ ·•-]?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳]")),
    ("统一社会信用代码", re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")),
    ("电话、证件、卡号等号码", re.compile(rf"(?<!\d)(?!{_DAY})\+?\d(?:[ \-—－_.]{{0,2}}\d){{6,}}[Xx]?")),
    ("电话、证件、卡号等号码", re.compile("[零〇一二三四五六七八九幺]{7,}")),
    (
        "门牌",
        re.compile(r"(?:(?<=[路街巷道弄村屯组])\d+号|\d+(?:号楼|栋|幢|单元|室))(?:\d+(?:号楼|号|栋|幢|单元|室))*"),
    ),
    ("人名", re.compile(f"[{_SURNAMES}][\u4e00-\u9fff]?(?=(?:{_TITLES}))")),
)
"""What is hidden, and how it is recognised; on digits and letters of ordinary width."""

ABUSE = (
    "他妈",
    "妈的",
    "傻逼",
    "傻子",
    "混蛋",
    "王八",
    "白痴",
    "脑残",
    "去死",
    "狗东西",
    "不是人",
    "滚蛋",
    "贱",
    "杂种",
    "畜生",
)
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Screened:
    """A text with its secrets hidden; `kinds` what was found, `abusive` words a person should look at."""

    text: str
    kinds: tuple[str, ...]
    abusive: tuple[str, ...]


def screen(text: str, names: Iterable[str] = (), also: Iterable[str] = ()) -> Screened:
    """Hide numbers, addresses, plates and people in a text: `names` are those of the people whom the case knows, `also`
    is what a person wants hidden besides."""
    # Wide digits are digits; one character stays one, so that places in the text stay the same.
    narrow = text.translate(_NARROW)
    spans: list[tuple[int, int]] = []
    kinds: dict[str, None] = {}
    for kind, pattern in (*RULES, *_words("人名", names, 2), *_words("人工遮盖", also, 1)):
        for found in pattern.finditer(narrow):
            spans.append(found.span())
            kinds[kind] = None
    return Screened(_hidden(text, spans), tuple(kinds), tuple(word for word in ABUSE if word in narrow))


def _words(kind: str, words: Iterable[str], shortest: int) -> list[tuple[str, re.Pattern[str]]]:
    parts = {word.strip().translate(_NARROW) for word in words}
    # A name is still one with blanks between its characters.
    return [(kind, re.compile(r"\s*".join(map(re.escape, part)))) for part in parts if len(part) >= shortest]


def _hidden(text: str, spans: list[tuple[int, int]]) -> str:
    parts, end = list[str](), 0
    for since, until in sorted(spans):
        if since >= end:
            parts += [text[end:since], MASK]
        end = max(end, until)
    return "".join([*parts, text[end:]])
