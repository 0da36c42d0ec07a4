"""A real S3 server for the tests of the file stores and of production."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.processes import free_ports, wait_for

ACCESS, SECRET = "lianban-test", "lianban-test-secret-key"
PORTS = (
    "master.port master.port.grpc volume.port volume.port.grpc filer.port filer.port.grpc "
    "s3.port s3.port.grpc admin.port admin.port.grpc debug.port"
).split()


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """SeaweedFS on ports of its own; yields the settings that reach it."""
    folder = tmp_path_factory.mktemp("weed")
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    process = subprocess.Popen(
        [
            str(Path(sys.executable).parent / "weed"),
            "mini",
            f"-dir={folder}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-admin.ui=false",
            "-webdav=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            *(f"-{name}={port}" for name, port in ports.items()),
        ],
        cwd=folder,
        stdout=(folder / "log").open("wb"),
        stderr=subprocess.STDOUT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "AWS_ACCESS_KEY_ID": ACCESS,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        },
    )
    address = f"http://127.0.0.1:{ports['s3.port']}"
    try:
        wait_for(f"{address}/", process, status=403)
        yield {
            "LIANBAN_S3_ENDPOINT": address,
            "LIANBAN_S3_ACCESS_KEY": ACCESS,
            "LIANBAN_S3_SECRET_KEY": SECRET,
        }
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(autouse=True, scope="session")
def _heard_interrupts() -> None:
    """A shell starts what runs in its background deaf to SIGINT, and children inherit that: here they must hear it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
