"""Signed requests between machines: how they are signed, checked and posted. Each contract says what lies in them."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ssl
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from lianban.outside import clock

WINDOW = timedelta(minutes=5)
"""How far the time of a signature may lie from ours: what is older is a replay."""
RETRIED = frozenset({401, 403, 408, 425, 429})
"""4xx answers that say nothing about what was sent: our key, or not now."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of both directions: HMAC-SHA256, hex, of timestamp, a dot and the body."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def genuine(secret: str, timestamp: str, signature: str, body: bytes, *, at: datetime) -> bool:
    """Whether a request comes from whoever has the secret, and was made within `WINDOW` of `at` (Unix seconds)."""
    if not secret or not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 11:
        return False
    right = hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode())
    return right and abs(int(timestamp) - at.timestamp()) <= WINDOW.total_seconds()


def headers(secret: str, key: str, body: bytes) -> dict[str, str]:
    """What goes with a body: `key` is the same at every attempt."""
    timestamp = str(int(clock.now().timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key,
        "X-Lianban-Timestamp": timestamp,
        "X-Lianban-Signature": sign(secret, timestamp, body),
    }


def post(url: str, timeout: float, sent: dict[str, str], body: bytes, longest: int) -> tuple[int, bytes]:
    """One POST, redirects not followed: status and up to `longest` octets. Raises OSError, HTTPException."""
    address = urlsplit(url)
    connection: http.client.HTTPConnection
    if address.scheme == "https":
        connection = http.client.HTTPSConnection(address.netloc, timeout=timeout, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(address.netloc, timeout=timeout)
    try:
        query = f"?{address.query}" if address.query else ""
        connection.request("POST", (address.path or "/") + query, body, sent)
        response = connection.getresponse()
        return response.status, response.read(longest)
    finally:
        connection.close()
