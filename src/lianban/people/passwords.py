"""Passwords: what they must look like, and how they are kept (Argon2id)."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lianban.errors import Invalid

SHORTEST, LONGEST = 8, 128
CLASSES = 3

_hasher = PasswordHasher()
# Verified when there is no such person, so that the answer takes as long as for one who exists.
_NOBODY = _hasher.hash("nobody's password")


def check(password: str, *, login: str) -> None:
    """Raise Invalid unless the password is long and varied enough (GB/T 22239: 8 characters, 3 of 4 classes)."""
    classes = (
        any(c.isascii() and c.islower() for c in password),
        any(c.isascii() and c.isupper() for c in password),
        any(c.isdigit() for c in password),
        any(not c.isascii() or not c.isalnum() for c in password),
    )
    if not SHORTEST <= len(password) <= LONGEST:
        sentence = f"密码长度须为 {SHORTEST} 至 {LONGEST} 个字符，请重新设置。"
    elif sum(classes) < CLASSES:
        sentence = "密码须包含大写字母、小写字母、数字、其他符号中的至少三类，请重新设置。"
    elif login.lower() in password.lower():
        sentence = "密码不能包含登录名，请重新设置。"
    else:
        return
    raise Invalid(sentence, {"password": sentence})


async def hashed(password: str) -> str:
    """The password as it is kept. Made beside the event loop: it takes its time on purpose."""
    return await asyncio.to_thread(_hasher.hash, password)


async def right(kept: str | None, password: str) -> bool:
    """Whether the password fits what is kept; always False without a kept one, and as slow."""
    if len(password) > LONGEST:
        kept, password = None, ""
    try:
        await asyncio.to_thread(_hasher.verify, kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether the password should be hashed anew with today's cost."""
    return _hasher.check_needs_rehash(kept)
