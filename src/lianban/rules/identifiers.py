"""Numbers that prove themselves: the citizen's ID card (GB 11643) and the unified social credit code (GB 32100)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric
from stdnum.cn import uscc as credit_code
from stdnum.exceptions import ValidationError

from lianban.errors import Invalid

EARLIEST_BIRTH = 1850
# Two letters may lead (N2 for rural collectives), which python-stdnum's own validation does not know.
CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


@dataclass(frozen=True, slots=True)
class IdCard:
    """What an ID card number says: 17th digit even means female."""

    number: str
    birth: date
    female: bool


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A credit code. `firm` is False where the check character does not fit, as on some early codes."""

    number: str
    firm: bool


def plain(text: str) -> str:
    """Half-width, upper case, without blanks and hyphens: how any number is compared."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").upper()


def id_card(text: str, on: date | None = None) -> IdCard:
    """Read an 18-character ID card number. `on` is the day of the check, against births in the future.

    The region in front is not looked up: it may have been dissolved since. Raises Invalid.
    """
    number = plain(text)
    if len(number) != 18:
        raise Invalid(f"身份证号码应为 18 位，现在是 {len(number)} 位，请核对。")
    if not (number.isascii() and number[:17].isdigit() and (number[17].isdigit() or number[17] == "X")):
        raise Invalid("身份证号码前 17 位应为数字，最后一位为数字或 X，请核对。")
    try:
        birth = ric.get_birth_date(number)
    except ValidationError as error:
        raise Invalid("身份证号码第 7 至 14 位不是真实的出生日期，请核对。") from error
    if birth.year < EARLIEST_BIRTH or (on is not None and birth > on):
        raise Invalid("身份证号码第 7 至 14 位的出生日期不可能，请核对。")
    if number[17] != ric.calc_check_digit(number):
        raise Invalid("身份证号码的校验位不符，很可能有一位输错了，请逐位核对。")
    return IdCard(number, birth, int(number[16]) % 2 == 0)


def uscc(text: str) -> CreditCode:
    """Read an 18-character unified social credit code. Raises Invalid for what cannot be one at all."""
    number = plain(text)
    if len(number) != 18:
        raise Invalid(f"统一社会信用代码应为 18 位，现在是 {len(number)} 位，请核对。")
    if not CODE.fullmatch(number):
        raise Invalid("统一社会信用代码由数字和大写字母组成，不含 I、O、S、V、Z，第 3 至 8 位为数字，请核对。")
    return CreditCode(number, firm=number[-1] == credit_code.calc_check_digit(number[:-1]))
