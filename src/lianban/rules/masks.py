"""What of a personal value a list or a queue screen shows (个人信息保护法 6, 19; 国办函〔2016〕108号)."""

from __future__ import annotations

import re

from lianban.rules.catalog.types import Element, ValueKind

_PART = "[^街路道村镇乡号0-9]"
DISTRICT = re.compile(
    f"(?:{_PART}{{2,8}}?(?:省|自治区))?(?:{_PART}{{2,12}}?(?:州|市|盟|地区))?{_PART}{{1,8}}?(?:(?<![小社])区|县|旗|市)"
)


def _between(value: str, head: int, tail: int) -> str:
    hidden = len(value) - head - tail
    return "*" * len(value) if hidden <= 0 else value[:head] + "*" * hidden + value[len(value) - tail :]


def mask_id_card(value: str, *, public: bool = False) -> str:
    """`110105********002X` for staff, `1****************X` on a public screen."""
    return _between(value, 1, 1) if public else _between(value, 6, 4)


def mask_phone(value: str) -> str:
    """`138****1234`; other numbers keep their last four digits."""
    return _between(value, 3, 4) if len(value) == 11 else _between(value, 0, 4)


def mask_name(value: str) -> str:
    """First character and a star, whatever the length: the length of a name tells much."""
    return f"{value[0]}*" if value else ""


def mask_infant(value: str) -> str:
    """Nothing of an infant's name is shown in lists."""
    return "***" if value else ""


def mask_account(value: str) -> str:
    """The last four digits of a bank account."""
    return _between(value, 0, 4)


def mask_address(value: str) -> str:
    """The address down to the district or county."""
    found = DISTRICT.match(value)
    return f"{found.group()}****" if found else "****" if value else ""


def mask_date(value: str) -> str:
    """The year of a date of birth."""
    return f"{value[:4]}-**-**" if value else ""


def mask_value(element: Element, value: str) -> str:
    """The masked form of an element's value; values that are not personal stay as they are."""
    if not (element.personal or element.sensitive):
        return value
    match element.kind:
        case ValueKind.NAME:
            return mask_name(value)
        case ValueKind.ID_CARD:
            return mask_id_card(value)
        case ValueKind.PHONE:
            return mask_phone(value)
        case ValueKind.BANK_ACCOUNT:
            return mask_account(value)
        case ValueKind.DATE | ValueKind.DATETIME:
            return mask_date(value)
        case ValueKind.CHOICE | ValueKind.YES_NO:
            return value
        case _:
            return mask_address(value) if "address" in element.id else "****" if value else ""
