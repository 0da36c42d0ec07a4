"""A reference seal service of docs/seals.md: a real HTTP server that checks who asks and signs what it is sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pyhanko.sign.signers import SimpleSigner

from lianban.outside.sealing import Place
from lianban.outside.sealing.signing import sign
from tests.seals import MONDAY

SECRET = "a-secret-shared-with-the-seal-service-0123"


@dataclass
class SealService:
    """What has come in. `answers` are the next status codes, 0 says nothing at all; then it seals with `signer`."""

    signer: SimpleSigner
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    rewrites: bool = False
    appends: Callable[[bytes], bytes] = bytes
    """What is done to the paper behind its end before it is sealed."""
    stop: threading.Event = field(default_factory=threading.Event)

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        """One request, answered as the contract says."""
        message = headers["x-lianban-timestamp"].encode() + b"." + body
        right = "sha256=" + hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, headers["x-lianban-signature"]):
            return 401, {"reason": "签名不对"}
        asked = json.loads(body)
        document = base64.b64decode(asked["document"])
        assert asked["digests"]["sha256"] == hashlib.sha256(document).hexdigest()
        self.requests.append(asked)
        self.keys.append(headers["idempotency-key"])
        status = self.answers.pop(0) if self.answers else 200
        if status != 200:
            return status, {"reason": "印章已停用"}
        place = asked["place"] and Place(asked["place"]["page"] - 1, *asked["place"]["rectangle"])
        document = self.appends(document)
        done = sign(document, self.signer, place=place, looks=None, name=asked["paper"]["issuer"], reason="", at=MONDAY)
        record = {
            "signer": "龙井市公安局",
            "certified_by": "某某电子印章中心",
            "serial": "0A1B",
            "algorithm": "SM2-SM3",
        }
        record |= {"at": MONDAY.isoformat(), "time_source": "国家授时中心", "seal_id": "22240500000001"}
        if self.rewrites:
            done = done.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
        return 200, {"document": base64.b64encode(done).decode(), "record": record}


@contextmanager
def running(file: Path) -> Iterator[SealService]:
    """The service on a port of its own, sealing with the certificate in `file`."""
    password = file.with_suffix(".password").read_bytes()
    service = SealService(SimpleSigner.load_pkcs12_data(file.read_bytes(), [], password))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, told = service.take({k.lower(): v for k, v in self.headers.items()}, body)
            if not status:
                service.stop.wait(5)
                return
            data = b"" if status == 204 else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing of a paper is in a log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}/seal?tenant=longjing"
    try:
        yield service
    finally:
        service.stop.set()
        server.shutdown()
        server.server_close()
