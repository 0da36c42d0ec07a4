"""Processes that answer on a port of their own."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request


def free_ports(number: int) -> list[int]:
    """Ports that nobody uses right now."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in sockets]
    finally:
        for s in sockets:
            s.close()


def answers(address: str) -> int:
    """The HTTP status at `address`, 0 when nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_for(address: str, process: subprocess.Popen[bytes], *, status: int = 200, seconds: float = 60) -> None:
    """Wait until `address` answers with `status`, or fail."""
    end = time.monotonic() + seconds
    while answers(address) != status:
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"{process.args!r} does not answer at {address} (exit code {process.poll()})")
        time.sleep(0.05)
