"""A reference receiver of docs/upward.md: a real HTTP server that checks signatures and keeps what it has accepted."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "a-secret-shared-with-the-platform-0123456789"


def signed(timestamp: str, body: bytes, secret: str = SECRET) -> str:
    """The signature as the contract says, written anew from the contract."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def digest(content: dict[str, Any]) -> str:
    """The digest of a content as the contract says."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Platform:
    """What has come in. `answers` are the next status codes (then 200), 0 says nothing at all; `verdicts` what is said
    of a report by its cause (`rejected:reason`, `taken`, `silent`), else accepted. `kept` is each id once."""

    url: str = ""
    batches: list[list[dict[str, Any]]] = field(default_factory=list)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)
    poison: str = ""
    """A batch with this text in it is refused as a whole."""
    wanted: dict[str, str] = field(default_factory=dict)
    """Fields whose value is checked: another one is rejected."""
    page: int = 1000
    stop: threading.Event = field(default_factory=threading.Event)

    def take(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        """One request of ours."""
        if not hmac.compare_digest(signed(headers["x-lianban-timestamp"], body), headers["x-lianban-signature"]):
            return 401, {"reason": "signature"}
        told = json.loads(body)
        if path.endswith("/reconciliation"):
            return 200, self._held(told)
        self.batches.append(told["reports"])
        status = self.answers.pop(0) if self.answers else 200
        if self.poison and self.poison in body.decode():
            return 422, {"reason": "字段不符"}
        if status not in (0, 200):
            return status, {"reason": "忙"}
        return status, {"results": [one for report in told["reports"] if (one := self._one(report))]}

    def _one(self, report: dict[str, Any]) -> dict[str, str] | None:
        verdict, _, reason = self.verdicts.get(report["cause"], "accepted").partition(":")
        if any(report["content"].get(name) != value for name, value in self.wanted.items()):
            verdict, reason = "rejected", "渠道编码不对"
        if verdict != "rejected":
            self.kept.setdefault(report["id"], report)
        if verdict == "silent":
            return None
        return {"id": report["id"], "status": verdict, "reason": reason}

    def _held(self, asked: dict[str, str]) -> dict[str, Any]:
        mine = sorted(
            one["id"]
            for one in self.kept.values()
            if one["region"] == asked["region"] and one["rated_on"] == asked["day"] and one["id"] > asked["after"]
        )
        records = [{"id": id, "digest": digest(self.kept[id]["content"])} for id in mine[: self.page]]
        return {"records": records, "next": mine[self.page - 1] if len(mine) > self.page else ""}


@contextmanager
def running() -> Iterator[Platform]:
    """The platform on a port of its own."""
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, told = platform.take(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            if not status:
                # Kept, but nobody hears of it.
                platform.stop.wait(5)
                return
            data = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """What is reported is in no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_address[1]}/ratings"
    try:
        yield platform
    finally:
        platform.stop.set()
        server.shutdown()
        server.server_close()
