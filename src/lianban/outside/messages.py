"""The door to the SMS gateway: one signed POST for each message, and how its receipts are checked.

docs/messages.md is the contract. A message goes out at least once, always with the same id: the gateway dedupes by it.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import re
from dataclasses import dataclass
from enum import Enum

from lianban.outside.settings import Settings
from lianban.outside.signed import RETRIED, headers, post

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
    try:
        # The socket's own limit holds for each step, this one for all of them.
        return await asyncio.wait_for(
            asyncio.to_thread(_post, config, message.id, body),
            config.sms_timeout_seconds * 2,
        )
    except (OSError, http.client.HTTPException, TimeoutError) as error:
        return Answer(Outcome.AWAY, f"短信网关没有回答（{type(error).__name__}）")


def _post(config: Settings, id: str, body: bytes) -> Answer:
    sent = headers(config.sms_secret, id, body)
    return _read(*post(config.sms_url, config.sms_timeout_seconds, sent, body, LONGEST_ANSWER))


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
