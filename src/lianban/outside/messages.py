"""The door to the SMS gateway: one signed POST for each message, and how its receipts are checked.

docs/messages.md is the contract. A message goes out at least once, always with the same id: the gateway dedupes by it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
import re
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import urlsplit

from lianban.outside import clock
from lianban.outside.settings import Settings

WINDOW = timedelta(minutes=5)
"""How far the time of a signature may lie from ours: what is older is a replay."""
RETRIED = frozenset({401, 403, 408, 425, 429})
"""4xx answers that say nothing about the message itself: our key, or not now."""
LONGEST_ANSWER = 64_000
LONGEST_REASON = 200
_DIGITS = re.compile(r"\d[\d\s-]{5,}\d")


class Outcome(Enum):
    """What the gateway made of a message. `away`: it could not be reached at all, the others need not try now."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Answer:
    """The gateway's answer; `id` is its own number of the message, `reason` says why not."""

    outcome: Outcome
    reason: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as the gateway gets it. `id` is the same at every attempt."""

    id: str
    to: str
    text: str
    occasion: str
    parts: int


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of both directions: HMAC-SHA256, hex, of timestamp, a dot and the body."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def genuine(secret: str, timestamp: str, signature: str, body: bytes, *, at: datetime) -> bool:
    """Whether a request comes from whoever has the secret, and was made within `WINDOW` of `at` (Unix seconds)."""
    if not secret or not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 11:
        return False
    right = hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode())
    return right and abs(int(timestamp) - at.timestamp()) <= WINDOW.total_seconds()


def plain_reason(text: str) -> str:
    """A reason as it may be kept: short, and without anything that looks like a phone number."""
    return _DIGITS.sub("…", " ".join(text.split()))[:LONGEST_REASON]


async def send(config: Settings, message: Outgoing) -> Answer:
    """One attempt. Never raises for what the gateway or the network does."""
    content = {
        "id": message.id,
        "to": message.to,
        "text": message.text,
        "occasion": message.occasion,
        "parts": message.parts,
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    timestamp = str(int(clock.now().timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": message.id,
        "X-Lianban-Timestamp": timestamp,
        "X-Lianban-Signature": sign(config.sms_secret, timestamp, body),
    }
    try:
        # The socket's own limit holds for each step, this one for all of them.
        return await asyncio.wait_for(
            asyncio.to_thread(_post, config.sms_url, config.sms_timeout_seconds, headers, body),
            config.sms_timeout_seconds * 2,
        )
    except (OSError, http.client.HTTPException, TimeoutError) as error:
        return Answer(Outcome.AWAY, f"短信网关没有回答（{type(error).__name__}）")


def _post(url: str, timeout: float, headers: dict[str, str], body: bytes) -> Answer:
    address = urlsplit(url)
    connection: http.client.HTTPConnection
    if address.scheme == "https":
        connection = http.client.HTTPSConnection(address.netloc, timeout=timeout, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(address.netloc, timeout=timeout)
    try:
        query = f"?{address.query}" if address.query else ""
        connection.request("POST", (address.path or "/") + query, body, headers)
        response = connection.getresponse()
        return _read(response.status, response.read(LONGEST_ANSWER))
    finally:
        connection.close()


def _read(status: int, body: bytes) -> Answer:
    try:
        told = json.loads(body)
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    reason = f"HTTP {status} {plain_reason(str(told.get('reason') or ''))}".strip()
    if 200 <= status < 300:
        return Answer(Outcome.TAKEN, id=plain_id(told.get("id")))
    if 400 <= status < 500 and status not in RETRIED:
        return Answer(Outcome.REFUSED, f"短信网关拒收（{reason}）")
    return Answer(Outcome.LATER, f"短信网关暂时不能发送（{reason}）")


def plain_id(value: object) -> str:
    """A number of the gateway's as it may be kept."""
    text = str(value) if isinstance(value, str | int) else ""
    return text if text.isprintable() and len(text) <= 100 else ""
