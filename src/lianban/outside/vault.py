"""The door to field encryption: what the centre keeps and nobody else may read from the database (等保 2.0; PIPL 51).

AES-256-GCM under a key drawn from LIANBAN_SECRET; a first octet names the scheme, so that another (SM4) can follow.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
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


def cover(id: UUID, purpose: str) -> UUID:
    """Another name for the id, always the same one: an id tells the millisecond in which it was made, this nothing."""
    inside = _block(purpose).encryptor()
    return UUID(bytes=inside.update(id.bytes) + inside.finalize())


def uncover(name: UUID, purpose: str) -> UUID:
    """The id behind such a name; for anything else an id of nothing."""
    inside = _block(purpose).decryptor()
    return UUID(bytes=inside.update(name.bytes) + inside.finalize())


def _block(purpose: str) -> Cipher[modes.ECB]:
    # One block only, each id once: nothing repeats within it that could show.
    return Cipher(algorithms.AES(_key(purpose)), modes.ECB())


def _key(purpose: str) -> bytes:
    return hmac.new(settings().secret.encode(), f"lianban {purpose}".encode(), hashlib.sha256).digest()
