"""A seal service over HTTP: it gets the paper and the place of the seal, and gives back the sealed file and its record.

Made so that a licensed provider's service for SM2 seals (GB/T 38540, GB/T 35275) fits behind it. docs/seals.md is the
contract. What comes back must begin with the paper as it was sent and show it unchanged; anything else is refused.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import http.client
import json
import ssl
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lianban.outside.sealing.faithful import shows_the_same
from lianban.outside.sealing.orders import Order, Sealed, Unavailable
from lianban.outside.signed import sign

TRIES = 2
"""Attempts at one asking; the outbox asks again later."""
PAUSE = 0.2
LARGEST = 64 * 1_048_576
LONGEST_WORD = 200
TOLD = ("signer", "certified_by", "serial", "algorithm", "time_source", "seal_id")
AWAY = "印章服务没有回答（{why}）。请管理员检查印章服务和网络；恢复后会自动加盖。"


class _Later(Exception):
    """It may work at once if it is tried again."""


class ServiceSealer:
    """See Sealer. `seconds` is the patience with each attempt."""

    def __init__(self, url: str, secret: str, seconds: float) -> None:
        self.url, self.secret, self.seconds = url, secret, seconds

    async def seal(self, order: Order) -> Sealed | None:
        """See Sealer."""
        body = json.dumps(_question(order), ensure_ascii=False).encode()
        for left in reversed(range(TRIES)):
            try:
                status, answer = await asyncio.wait_for(asyncio.to_thread(self._post, order, body), self.seconds * 2)
                return await asyncio.to_thread(_answer, order, status, answer)
            except (OSError, http.client.HTTPException, TimeoutError, _Later) as error:
                if not left:
                    raise Unavailable(AWAY.format(why=str(error) or type(error).__name__)) from error
                await asyncio.sleep(PAUSE)
        raise AssertionError("unreachable")

    def _post(self, order: Order, body: bytes) -> tuple[int, bytes]:
        address = urlsplit(self.url)
        connection: http.client.HTTPConnection
        if address.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(address.netloc, timeout=self.seconds, context=context)
        else:
            connection = http.client.HTTPConnection(address.netloc, timeout=self.seconds)
        timestamp = str(int(order.at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": _key(order),
            "X-Lianban-Timestamp": timestamp,
            "X-Lianban-Signature": sign(self.secret, timestamp, body),
        }
        try:
            query = f"?{address.query}" if address.query else ""
            connection.request("POST", (address.path or "/") + query, body, headers)
            response = connection.getresponse()
            return response.status, response.read(LARGEST)
        finally:
            connection.close()


def _key(order: Order) -> str:
    """The same for every attempt at the same paper with the same seal."""
    return hashlib.sha256(order.seal.file.encode() + b"\n" + order.document).hexdigest()


def _question(order: Order) -> dict[str, Any]:
    place = order.place
    return {
        "seal": {
            "id": order.seal.file,
            "region": order.seal.region,
            "authority": order.seal.authority,
            "kind": order.seal.kind,
            "words": order.words,
        },
        "paper": {"number": order.number, "title": order.title, "issuer": order.issuer},
        "place": place and {"page": place.page + 1, "rectangle": [place.left, place.bottom, place.right, place.top]},
        "at": order.at.isoformat(),
        "digests": _digests(order.document),
        "document": base64.b64encode(order.document).decode("ascii"),
    }


def _digests(document: bytes) -> dict[str, str]:
    """SHA-256, and SM3 where this machine's OpenSSL has it."""
    names = [name for name in ("sha256", "sm3") if name in hashlib.algorithms_available]
    return {name: hashlib.new(name, document).hexdigest() for name in names}


def _answer(order: Order, status: int, body: bytes) -> Sealed | None:
    """Raises Unavailable; _Later for what may be different in a moment."""
    if status == 204:
        return None
    if status >= 500 or status in (408, 425, 429):
        raise _Later(f"HTTP {status}")
    told = _mapping(body)
    if status != 200:
        reason = _word(told.get("reason")) or f"HTTP {status}"
        raise Unavailable(f"印章服务没有盖章：{reason}。请管理员核对印章 {order.seal.file}。")
    try:
        document = base64.b64decode(str(told["document"]), validate=True)
        record = told["record"]
        sealed_at = datetime.fromisoformat(str(record["at"])) if "at" in record else order.at
    except (KeyError, TypeError, ValueError):
        raise Unavailable("印章服务的回答不完整，没有采用。请管理员核对接口版本。") from None
    whole = document.startswith(order.document) and len(document) > len(order.document)
    if not whole or not shows_the_same(order.document, document):
        raise Unavailable("印章服务返回的文件改动了正文，没有采用。请管理员联系印章服务的提供者。")
    return Sealed(document, _record(order, record, sealed_at))


def _record(order: Order, told: Any, at: datetime) -> dict[str, Any]:
    said = {name: _word(told.get(name)) for name in TOLD}
    return {
        **said,
        "by": "service",
        "seal": order.seal.file,
        "words": order.words,
        "issuer": order.issuer,
        "at": (at if at.tzinfo else at.replace(tzinfo=order.at.tzinfo)).isoformat(),
        "demonstration": False,
    }


def _mapping(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _word(value: object) -> str:
    """A word of the service's as it may be kept and shown."""
    return " ".join(str(value).split())[:LONGEST_WORD] if isinstance(value, str | int) else ""
