"""The commands and the environment of docker-compose.yml, as plain processes on this machine."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml

from lianban.outside import embedded
from tests.house.processes import answers, free_ports, wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
OWN = ["migrate", "web1", "web2", "worker"]


@pytest.fixture
def environment(postgres: str, s3: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """What compose gives its services, with the addresses of this machine put in."""
    name = "production"

    async def run(statement: str) -> None:
        conn = await asyncpg.connect(embedded.dsn_for(postgres, "postgres"))
        await conn.execute(statement)
        await conn.close()

    asyncio.run(run(embedded.CREATE.format(name=name)))
    here = s3 | {
        "LIANBAN_DSN": embedded.dsn_for(postgres, name),
        "LIANBAN_SECRET": "a-secret-of-more-than-thirty-two-characters",
    }
    told = COMPOSE["services"]["web1"]["environment"]
    filled = {k: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", v) for k, v in told.items()} | here
    assert set(filled) == set(told), "the test sets what compose sets, nothing more"
    yield filled | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "LIANBAN_DATA": str(tmp_path / "data"),
        "HOME": str(tmp_path),
    }
    asyncio.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def running(service: str, environment: dict[str, str], **more: str) -> Iterator[subprocess.Popen[bytes]]:
    command = COMPOSE["services"][service]["command"].split()
    process = subprocess.Popen([BIN / command[0], *command[1:]], env=environment | more)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def test_every_service_of_ours_has_the_same_image_and_an_init() -> None:
    for name in OWN:
        service = COMPOSE["services"][name]
        assert service["image"] == "lianban"
        assert service["init"] is True


def test_two_sites_and_a_worker_run_on_one_database_and_one_store(environment: dict[str, str]) -> None:
    migrations = [subprocess.Popen([BIN / "lianban", "migrate"], env=environment) for _ in range(2)]
    assert [m.wait(60) for m in migrations] == [0, 0]
    first, second = free_ports(2)
    with (
        running("web1", environment, LIANBAN_PORT=str(first)) as web1,
        running("web2", environment, LIANBAN_PORT=str(second)) as web2,
        running("worker", environment) as worker,
    ):
        wait_for(f"http://127.0.0.1:{first}/healthz", web1)
        wait_for(f"http://127.0.0.1:{second}/healthz", web2)
        assert worker.poll() is None
        web1.send_signal(signal.SIGTERM)
        assert web1.wait(20) == 0
        assert answers(f"http://127.0.0.1:{second}/healthz") == 200
    assert worker.returncode == 0
    assert web2.returncode == 0


@pytest.mark.parametrize("missing", ["LIANBAN_DSN", "LIANBAN_S3_ENDPOINT", "LIANBAN_SECRET"])
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_without_its_settings_production_refuses_with_one_sentence(
    environment: dict[str, str], command: str, missing: str
) -> None:
    less = {k: v for k, v in environment.items() if k != missing}
    done = subprocess.run([BIN / "lianban", command], env=less, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert missing in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
