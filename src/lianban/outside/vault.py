"""The door to field encryption: what the centre keeps and nobody else may read from the database (等保 2.0; PIPL 51).

AES-256-GCM under a key drawn from LIANBAN_SECRET; a first octet names the scheme, so that another (SM4) can follow.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lianban.outside.settings import settings

SCHEME = b"\x01"
NONCE = 12


def seal(values: Mapping[str, str], purpose: str) -> bytes:
    """The values as octets that only `unseal` with the same purpose reads."""
    nonce = os.urandom(NONCE)
    plain = json.dumps(dict(values), ensure_ascii=False).encode()
    return SCHEME + nonce + AESGCM(_key(purpose)).encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> dict[str, str]:
    """What was sealed. Raises ValueError for what was altered, or sealed under another secret or purpose."""
    if sealed[:1] != SCHEME:
        raise ValueError("unknown scheme")
    nonce, rest = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    try:
        found: dict[str, str] = json.loads(AESGCM(_key(purpose)).decrypt(nonce, rest, purpose.encode()))
    except InvalidTag as error:
        raise ValueError("altered, or sealed under another secret") from error
    return found


def fingerprint(value: str, purpose: str) -> str:
    """A keyed digest: the same value gives the same one, and tells nothing about itself."""
    return hmac.new(_key(purpose), value.encode(), hashlib.sha256).hexdigest()[:32]


def _key(purpose: str) -> bytes:
    return hmac.new(settings().secret.encode(), f"lianban {purpose}".encode(), hashlib.sha256).digest()
