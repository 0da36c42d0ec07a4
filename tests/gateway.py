"""A reference receiver of docs/messages.md: a real HTTP server that checks signatures and knows what it has taken."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "a-secret-shared-with-the-gateway-0123456789"


def signed(timestamp: str, body: bytes, secret: str = SECRET) -> str:
    """The signature as the contract says, written anew from the contract."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass
class Gateway:
    """What has come in. `answers` are the next status codes (then 200), 0 says nothing at all; `texts` what a phone
    would have shown: each id once, however often it came."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    reason: str = ""
    before: Callable[[dict[str, Any]], None] | None = None
    """Called before the answer: a receipt may be faster."""
    stop: threading.Event = field(default_factory=threading.Event)

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """One request of ours."""
        if not hmac.compare_digest(signed(headers["x-lianban-timestamp"], body), headers["x-lianban-signature"]):
            return 401, {"reason": "signature"}
        message = json.loads(body)
        assert headers["idempotency-key"] == message["id"]
        self.requests.append(message)
        self.headers.append(headers)
        status = self.answers.pop(0) if self.answers else 200
        if status in (0, 200):
            self.texts.setdefault(message["id"], message["text"])
        if self.before:
            self.before(message)
        return status, {"id": f"g-{message['id'][-6:]}", "reason": self.reason}


@contextmanager
def running() -> Iterator[Gateway]:
    """The gateway on a port of its own."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, told = gateway.take({k.lower(): v for k, v in self.headers.items()}, body)
            if not status:
                # Taken, but nobody hears of it.
                gateway.stop.wait(5)
                return
            data = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Phone numbers are in no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}/sms"
    try:
        yield gateway
    finally:
        gateway.stop.set()
        server.shutdown()
        server.server_close()
