"""The code on a consultation sheet: the situation itself in some fourteen characters, kept nowhere.

Crockford's base 32 (no I, L, O, U): region 4 characters, bundle 2, edition 4, then the answers to the
situation questions in mixed radix with 0 for "not answered", then one check character over GF(32)
that finds every wrong character and every swap of two. Never a form field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from lianban.errors import Invalid
from lianban.rules.catalog.types import Edition
from lianban.rules.composer import options
from lianban.rules.conditions import Facts

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HEADER = 10
_LOOKALIKES = str.maketrans("OIL", "011", "- \u2013\u2014\u3000\t")
_TYPO = "告知单编码有误，请对照告知单逐位核对后重新输入。"


class Outdated(Invalid):
    """The code is right, but the catalogue edition it speaks of is no longer in force."""

    def __init__(self, region: str, bundle: str) -> None:
        super().__init__("这张告知单所依据的办事目录已经更新，请重新回答情形问题，领取新的告知单。")
        self.region = region
        self.bundle = bundle


class Decoded(NamedTuple):
    """What a code says; `edition` is the beginning of the content hash, five hex digits."""

    region: str
    bundle: str
    edition: str
    answers: dict[str, str]


def encode(edition: Edition, answers: Facts) -> str:
    """The code of a situation, in groups of four: "6S5N-2K0B-7C1M-4X".

    Facts that answer no question are left out; raises Invalid for an option that does not exist.
    """
    number, size = 0, 1
    for question in edition.bundle.questions:
        choice = [option.id for option in options(edition.elements[question.element])]
        answer = answers.get(question.element)
        if answer is not None and answer not in choice:
            raise Invalid(f"“{question.ask}”没有“{answer}”这一选项。")
        number = number * (len(choice) + 1) + (0 if answer is None else choice.index(answer) + 1)
        size *= len(choice) + 1
    header = int(edition.bundle.region) << 30 | _bundle(edition.bundle.id) << 20 | int(_prefix(edition), 16)
    body = _letters(header, HEADER) + _letters(number, _length(size))
    code = body + _check(body)
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def decode(code: str, lookup: Callable[[str], Iterable[Edition]]) -> Decoded:
    """What a code says; `lookup` gives the editions in force in a region.

    Hyphens, spaces and case do not matter; O is 0, I and L are 1. Raises Invalid for a typo and
    Outdated when the edition has changed since: answers are never guessed onto other questions.
    """
    typed = code.strip().upper().translate(_LOOKALIKES)
    if len(typed) <= HEADER or len(typed) > 40 or set(typed) - set(ALPHABET) or _check(typed[:-1]) != typed[-1]:
        raise Invalid(_TYPO)
    header, number = _number(typed[:HEADER]), _number(typed[HEADER:-1])
    region, bundle, prefix = f"{header >> 30:06d}", header >> 20 & 0x3FF, f"{header & 0xFFFFF:05x}"
    edition = next((each for each in lookup(region) if _bundle(each.bundle.id) == bundle), None)
    if edition is None:
        raise Invalid("没有找到这张告知单所指的地区和事项，请核对编码，或者重新选择事项。")
    if _prefix(edition) != prefix:
        raise Outdated(region, edition.bundle.id)
    choices = [(each.element, options(edition.elements[each.element])) for each in edition.bundle.questions]
    answers: dict[str, str] = {}
    for element, choice in reversed(choices):
        number, place = divmod(number, len(choice) + 1)
        if place:
            answers[element] = choice[place - 1].id
    if number:
        raise Invalid(_TYPO)
    return Decoded(region, edition.bundle.id, prefix, {name: answers[name] for name, _ in choices if name in answers})


def _bundle(id: str) -> int:
    return int.from_bytes(hashlib.sha256(id.encode()).digest()[:2]) >> 6


def _prefix(edition: Edition) -> str:
    return edition.content_hash[:5].ljust(5, "0")


def _length(size: int) -> int:
    """Characters that hold every number below `size`."""
    length = 0
    while 32**length < size:
        length += 1
    return length


def _letters(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _number(text: str) -> int:
    number = 0
    for letter in text:
        number = number << 5 | ALPHABET.index(letter)
    return number


def _times_x(value: int) -> int:
    """Multiplication by x in GF(32) modulo x⁵ + x² + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def _check(text: str) -> str:
    total = 0
    for letter in text:
        total = _times_x(total ^ ALPHABET.index(letter))
    return ALPHABET[total]
