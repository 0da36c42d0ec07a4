"""The fixed sentences of papers: a default for each, with `{places}` that the content of the paper fills.

A builder's module has its own in `WORDING`: kind of paper → part → sentence. A place is a text or a number at the top
of the paper's content. People who edit a sentence see and write the Chinese names of its places (`PLACES`).
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lianban.errors import Invalid
from lianban.rules import values
from lianban.rules.notices.base import TITLES, Content
from lianban.rules.notices.places import PARTS, PLACES

LONGEST = 1000
PLACE = re.compile(r"\{([^{}]*)\}")
COMMON = frozenset({"authority", "title", "date"})
"""What every paper has (`base.begin`)."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A fixed sentence in force: its edition (0: as shipped), and for which item it was written ("": for all).

    `second` is the same in the region's second language, "" where the phrase book has to know it.
    """

    text: str
    edition: int = 0
    item: str = ""
    second: str = ""


def _gathered() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        # This module is still being read; it has no sentences of its own.
        if f"{__package__}.{module.name}" != __name__:
            found |= getattr(importlib.import_module(f"{__package__}.{module.name}"), "WORDING", {})
    return {kind: found[kind] for kind in [*TITLES, *sorted(found)] if kind in found}


WORDINGS = _gathered()
"""All of them, by kind of paper, in the order of the titles."""


def worded(content: Mapping[str, object], own: Mapping[str, Sentence] | None = None) -> Content:
    """The content with its sentences under `say` (part → text) and the editions used under `wording`.

    `own` are the region's sentences in force; where it has none the paper says what was shipped.
    """
    own = own or {}
    places = filled(content)
    said = WORDINGS.get(str(content["kind"]), {})
    used = {part: own[part] for part in said if part in own}
    say = {part: (used[part].text if part in used else text).format_map(places) for part, text in said.items()}
    editions = {part: {"edition": one.edition} | ({"item": one.item} if one.item else {}) for part, one in used.items()}
    return {**content, "say": say, "wording": editions}


def sentences(kind: str, own: Mapping[str, Sentence] | None = None) -> dict[str, tuple[str, str]]:
    """The sentences of a paper before they are filled: part → (Chinese, what the region published beside it)."""
    own = own or {}
    return {
        part: (own[part].text, own[part].second) if part in own else (text, "")
        for part, text in WORDINGS.get(kind, {}).items()
    }


def filled(content: Mapping[str, object]) -> dict[str, str]:
    """What the places of this content hold."""
    return {
        name: str(value)
        for name, value in content.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }


def places(text: str) -> list[str]:
    """The places of a sentence, each once, in order."""
    return list(dict.fromkeys(PLACE.findall(text)))


def known(kind: str) -> dict[str, str]:
    """The places that every paper of a kind can fill: place → its Chinese name."""
    said = WORDINGS.get(kind, {}).values()
    names = dict.fromkeys(place for text in said for place in places(text)) | dict.fromkeys(sorted(COMMON))
    return {name: PLACES.get(name, name) for name in names}


def part_name(part: str) -> str:
    """What a part of a paper is called."""
    return PARTS.get(part, part)


def shown(text: str) -> str:
    """A sentence as people edit it: places by their Chinese names."""
    return PLACE.sub(lambda found: f"{{{PLACES.get(found[1], found[1])}}}", text)


def typed(kind: str, part: str, text: str, *, field: str = "text") -> str:
    """A sentence that was typed, with the places' own names, ready to be kept.

    Raises Invalid when it is empty or too long, cannot be printed, has a place that this paper cannot fill, or lacks
    one that the paper must name: what the shipped sentence of this part says of the matter, no edition leaves out.
    """
    sentence = " ".join(text.split())
    wrong = _wrong(kind, part, sentence)
    if wrong:
        raise Invalid(wrong, {field: wrong})
    names = {label: name for name, label in known(kind).items()}
    return PLACE.sub(lambda found: f"{{{names.get(found[1].strip(), found[1].strip())}}}", sentence)


def _wrong(kind: str, part: str, sentence: str) -> str:
    if part not in WORDINGS.get(kind, {}):
        return "没有这种文书或者这个部分，请刷新页面后再试。"
    if not sentence:
        return "文书的固定文字不能是空的。要恢复随附的文字，请使用“恢复”。"
    if len(sentence) > LONGEST:
        return f"这段文字太长，最多 {LONGEST} 个字。"
    try:
        values.readable(sentence, lines=False)
    except Invalid as problem:
        return problem.sentence
    can = known(kind)
    spaces = [name.strip() for name in PLACE.findall(sentence)]
    if unknown := [name for name in spaces if name not in can and name not in can.values()]:
        return f"《{TITLES[kind]}》填不出{_quoted(unknown)}。可以使用的填空：{_quoted(can.values())}；请改正后再发布。"
    if re.search(r"[{}]", PLACE.sub("", sentence)):
        return "填空的括号没有配对，应写成 {" + next(iter(can.values())) + "} 这样；文字里不要另用花括号。"
    has = {name for name in can if name in spaces or can[name] in spaces}
    if lacking := [can[name] for name in places(WORDINGS[kind][part]) if name not in has]:
        return f"这段文字少了{_quoted(lacking)}。《{TITLES[kind]}》的这个部分必须写明它，请加上后再发布。"
    return ""


def _quoted(names: Iterable[str]) -> str:
    return "、".join(f"{{{name}}}" for name in names)
