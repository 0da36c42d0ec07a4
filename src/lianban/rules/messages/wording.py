"""Templates: text with named places in braces; what may stand in one, and how long a message becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lianban.errors import Invalid
from lianban.rules.messages.occasions import NOT_A_DELIVERY, Occasion

PLACE = re.compile(r"\{([^{}]*)\}")
PRETENDS = re.compile(r"短信[^，。；！不]*(视为|即为|视同|等同|作为|构成|就是)(已经?)?(依法)?送达")
"""No message is a delivery (民事诉讼法 90: the person has agreed, and it arrives in a system that keeps it)."""
ONE, EACH = 70, 67
"""Characters of a single message in UCS-2, and of each part of a longer one (3GPP TS 23.038, 23.040)."""
MOST_PARTS = 4
LONGEST = 300


def signature(centre: str) -> str:
    """The signature that stands before every text: 【联办·龙井市政务服务中心】."""
    return f"【联办·{centre}】"


def places(text: str) -> list[str]:
    """The places a template uses, in order, each once."""
    return list(dict.fromkeys(PLACE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled. Raises Invalid for a place that has no value."""
    missing = [place for place in places(text) if place not in values]
    if missing:
        raise Invalid(_unknown(missing, values))
    return PLACE.sub(lambda found: values[found[1]], text)


def parts(text: str) -> int:
    """In how many parts a message goes out: 70 characters in one, else 67 in each; a rare character counts two."""
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= ONE else -(-length // EACH)


def check(occasion: Occasion, text: str, sign: str) -> str:
    """The template as it is kept. Raises Invalid, with field `text`, for what cannot be published."""
    text = " ".join(text.split())
    sentence = ""
    unknown = [place for place in places(text) if place not in occasion.sample]
    lacking = [place for place in occasion.needed if place not in places(text)]
    if not text:
        sentence = "请填写短信的文字。"
    elif len(text) > LONGEST:
        sentence = f"短信模板最多 {LONGEST} 个字，请缩短。"
    elif unknown:
        sentence = _unknown(unknown, occasion.sample)
    elif "{" in PLACE.sub("", text) or "}" in PLACE.sub("", text):
        sentence = "花括号没有成对。占位要写成{办件编号}这样。"
    elif lacking:
        sentence = f"这条短信必须写明{_braced(lacking)}，缺了申请人就看不明白。"
    elif "【" in text or "】" in text:
        sentence = f"签名{sign}由系统加在最前面，正文里不要再写【】。"
    elif occasion.of_paper and NOT_A_DELIVERY not in text:
        sentence = f"这条短信提到要送达的文书，必须写明短信“{NOT_A_DELIVERY}”。"
    elif PRETENDS.search(text):
        sentence = "短信不是送达，不能写“短信视为送达”“收到短信即为送达”这样的话，请改写。"
    elif not all(c.isprintable() for c in text):
        sentence = "内容里有无法发送的字符，请删除后重新输入。"
    elif (needs := parts(sign + fill(text, occasion.sample))) > MOST_PARTS:
        sentence = f"按示例计算要拆成 {needs} 条，最多 {MOST_PARTS} 条，请缩短。"
    if sentence:
        raise Invalid(sentence, {"text": sentence})
    return text


def _unknown(unknown: list[str], known: Mapping[str, str]) -> str:
    return f"没有{_braced(unknown)}这个占位，这条短信可以用的有：{_braced(list(known))}。"


def _braced(names: list[str]) -> str:
    return "、".join(f"{{{name}}}" for name in names)
