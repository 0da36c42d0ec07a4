"""What was typed, turned into the one canonical form in which facts are kept, or refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from lianban.errors import Invalid
from lianban.rules import identifiers
from lianban.rules.catalog.types import Element, ValueKind

EARLIEST = date(1850, 1, 1)
FURTHEST = timedelta(days=366 * 50)
"""Leases and licences reach far, but not half a century."""

LONGEST_NUMBER = 15
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"(0\d{2,3})(\d{7,8})(?:(?:转|EXT|#|X)(\d{1,6}))?|(?:400|800)\d{7}|\d{7,8}")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
MINUTE = re.compile(r"(\d{1,2})[:时](\d{1,2})?分?(?::\d{2})?")


def clean(element: Element, typed: str, on: date | None = None) -> str:
    """The canonical value of what was typed; "" for nothing.

    `on` is the day of the check (Shanghai): a birth after it is refused. Raises Invalid with a sentence for the field.
    """
    text = readable(typed, lines=element.kind is ValueKind.LONG_TEXT)
    if not text:
        return ""
    value = _KINDS[element.kind](element, text, on)
    if len(value) > element.max_length:
        raise Invalid(f"最多可填 {element.max_length} 个字，现在有 {len(value)} 个，请缩短。")
    return value


def warning(element: Element, value: str) -> str:
    """A sentence about a canonical value that is allowed but looks wrong; mostly ""."""
    if element.kind is ValueKind.USCC and not identifiers.uscc(value).firm:
        return "统一社会信用代码的校验位不符。早期发放的代码可能如此，请对照营业执照逐位核对。"
    return ""


def display(element: Element, value: str) -> str:
    """A canonical value as people read it: option labels, 2026年11月2日, number with its unit."""
    match element.kind:
        case ValueKind.YES_NO:
            return next(
                (o.label for o in element.options if o.id == value), {"yes": "是", "no": "否"}.get(value, value)
            )
        case ValueKind.CHOICE:
            return next((o.label for o in element.options if o.id == value), value)
        case ValueKind.DATE:
            return _spoken(date.fromisoformat(value)) if value else ""
        case ValueKind.DATETIME:
            moment = datetime.fromisoformat(value) if value else None
            return f"{_spoken(moment.date())} {moment:%H:%M}" if moment else ""
        case ValueKind.NUMBER:
            return f"{value} {element.unit}".strip() if value else ""
        case _:
            return value


def _spoken(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def readable(typed: str, *, lines: bool) -> str:
    """NFC, trimmed, one kind of line end. Raises Invalid for what can be neither seen nor printed."""
    text = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not lines and "\n" in text:
        raise Invalid("这里只能填一行，请去掉换行。")
    for character in text:
        if fault := _unreadable(character, lines=lines):
            raise Invalid(fault)
    return text


def printable(said: str) -> str:
    """Words as a paper can show them that were said long ago by somebody who cannot be asked to type them anew: what
    `readable` refuses stands as □."""
    text = unicodedata.normalize("NFC", said).replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join("□" if _unreadable(character, lines=True) else character for character in text)


def _unreadable(character: str, *, lines: bool) -> str:
    category = unicodedata.category(character)
    if category in ("Cs", "Co", "Cn"):
        return f"有一个字（U+{ord(character):04X}）没有国家标准编码，无法打印，请改用标准汉字输入。"
    if "\U0001f000" <= character <= "\U0001faff":
        return "表情符号无法打印，请删除后改用文字。"
    if category in ("Cc", "Cf", "Zl", "Zp") and not (lines and character in "\n\t"):
        return "内容里有看不见的控制字符，请删除后重新输入，不要从别处粘贴。"
    return ""


def _text(element: Element, text: str, on: date | None) -> str:
    return text


def _name(element: Element, text: str, on: date | None) -> str:
    name = " ".join(text.replace("•", "·").replace("・", "·").split())
    if not all(unicodedata.category(c)[0] in "LM" or c in " ·.'-’（）()〇0123456789&" for c in name):
        raise Invalid("姓名或名称只能由文字、间隔点和括号组成，请核对。")
    return name


def _id_card(element: Element, text: str, on: date | None) -> str:
    return identifiers.id_card(text, on).number


def _uscc(element: Element, text: str, on: date | None) -> str:
    return identifiers.uscc(text).number


def _phone(element: Element, text: str, on: date | None) -> str:
    number = re.sub(r"^(\+|00)86", "", identifiers.plain(text).replace("(", "").replace(")", ""))
    if MOBILE.fullmatch(number):
        return number
    if number.startswith("1") or not (found := LANDLINE.fullmatch(number)):
        raise Invalid("电话应为 11 位手机号码，或带区号的固定电话（如 0433-3251234），请核对。")
    if found[1]:
        return f"{found[1]}-{found[2]}" + (f"转{found[3]}" if found[3] else "")
    return number


def _day(text: str) -> date:
    found = DAY.fullmatch(text)
    if not found:
        raise Invalid("请按“2026-11-02”的样式填写日期。")
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Invalid(f"没有 {year} 年 {month} 月 {day} 日这一天，请核对。") from error


def is_birth(element: Element) -> bool:
    """Whether the element is a moment of birth, known by its id; such a day is never in the future."""
    return element.kind in (ValueKind.DATE, ValueKind.DATETIME) and "birth" in element.id


def _plausible(element: Element, day: date, on: date | None) -> None:
    if day < EARLIEST:
        raise Invalid("日期太早，请核对年份。")
    if on is None:
        return
    if is_birth(element) and day > on:
        raise Invalid("出生日期不能晚于今天，请核对。")
    if day > on + FURTHEST:
        raise Invalid("日期太晚，请核对年份。")


def _date(element: Element, text: str, on: date | None) -> str:
    day = _day("".join(unicodedata.normalize("NFKC", text).split()))
    _plausible(element, day, on)
    return day.isoformat()


def _datetime(element: Element, text: str, on: date | None) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("T", " ")
    head, _, tail = plain.replace("日", "日 ", 1).strip().partition(" ")
    found = MINUTE.fullmatch("".join(tail.split()))
    if not found:
        raise Invalid("请按“2026-11-02 09:30”的样式填写日期和时间。")
    day, hour, minute = _day(head), int(found[1]), int(found[2] or 0)
    if hour > 23 or minute > 59:
        raise Invalid(f"没有 {hour} 时 {minute} 分这个时间，请核对。")
    _plausible(element, day, on)
    return f"{day.isoformat()}T{hour:02}:{minute:02}"


def _number(element: Element, text: str, on: date | None) -> str:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if element.unit:
        plain = plain.removesuffix(unicodedata.normalize("NFKC", element.unit))
    plain = re.sub(r",(?=\d{3}(\D|$))", "", plain)
    if not re.fullmatch(r"\d+(\.\d+)?", plain, re.ASCII):
        raise Invalid("请只填数字（不小于 0），例如 85 或 85.5。")
    if len(plain) > LONGEST_NUMBER:
        raise Invalid("数字太长，请核对。")
    whole, _, part = f"{Decimal(plain):f}".partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part}" if part else whole


def _account(element: Element, text: str, on: date | None) -> str:
    number = identifiers.plain(text)
    if not re.fullmatch(r"\d{8,30}", number, re.ASCII):
        raise Invalid("银行账号应为 8 至 30 位数字，请核对。")
    return number


def _choice(element: Element, text: str, on: date | None) -> str:
    for option in element.options:
        if text in (option.id, option.label):
            return option.id
    raise Invalid(f"请从这些选项中选一个：{'、'.join(o.label for o in element.options)}。")


def _yes_no(element: Element, text: str, on: date | None) -> str:
    for value, words in (("yes", ("yes", "是")), ("no", ("no", "否"))):
        if text in words or any(o.id == value and o.label == text for o in element.options):
            return value
    raise Invalid("请选择“是”或“否”。")


_KINDS: dict[ValueKind, Callable[[Element, str, date | None], str]] = {
    ValueKind.TEXT: _text,
    ValueKind.LONG_TEXT: _text,
    ValueKind.NAME: _name,
    ValueKind.ID_CARD: _id_card,
    ValueKind.USCC: _uscc,
    ValueKind.PHONE: _phone,
    ValueKind.DATE: _date,
    ValueKind.DATETIME: _datetime,
    ValueKind.NUMBER: _number,
    ValueKind.BANK_ACCOUNT: _account,
    ValueKind.CHOICE: _choice,
    ValueKind.YES_NO: _yes_no,
}
