"""`lianban demo` as a stranger meets it: it comes up without configuration, leaves nothing behind, and mends itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.house.processes import answers, free_ports, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

BIN = Path(sys.executable).parent


class Demo:
    """One installation that is started and ended several times."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_ports(1)[0]
        self.address = f"http://127.0.0.1:{self.port}/"

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LIANBAN_DATA": str(self.folder / "var"),
            "LIANBAN_FONTS": str(Path("var/fonts").absolute()),
            "LIANBAN_PORT": str(self.port),
        }
        with (self.folder / "told").open("wb") as told:
            process = subprocess.Popen([BIN / "lianban", "demo"], env=environment, stdout=told)
        try:
            wait_for(self.address, process, seconds=120)
            while "Ctrl+C" not in self.told():
                assert process.poll() is None
                time.sleep(0.2)
            yield process
        finally:
            process.terminate()
            process.wait(60)

    def told(self) -> str:
        return (self.folder / "told").read_text("utf-8")

    def processes(self) -> list[str]:
        """What of this installation still lives."""
        found = []
        for process in psutil.process_iter(["cmdline", "environ", "status"]):
            info = process.info
            ours = str(self.folder) in " ".join(info["cmdline"] or []) or (
                (info["environ"] or {}).get("LIANBAN_DATA") == str(self.folder / "var")
            )
            if ours and info["status"] != psutil.STATUS_ZOMBIE:
                found.append(" ".join(info["cmdline"] or [str(process.pid)]))
        return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("demo"))


def gone(demo: Demo, seconds: float = 12) -> bool:
    """Whether nothing of it lives, at once or within a few seconds."""
    for _ in range(int(seconds / 0.2)):
        if not demo.processes():
            return True
        time.sleep(0.2)
    return False


def test_it_comes_up_and_tells_address_and_people(demo: Demo) -> None:
    with demo.running() as process:
        assert demo.address.rstrip("/") in demo.told()
        for who in ("王芳", "孙建国", "金顺子", "刘振", "韩英"):
            assert who in demo.told()
        assert answers(demo.address) == 200
        assert answers(demo.address + "healthz") == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert gone(demo), demo.processes()


def test_it_mends_itself_after_a_kill(demo: Demo) -> None:
    with demo.running() as process:
        process.kill()
        process.wait()
    with demo.running() as process:
        assert answers(demo.address) == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert gone(demo), demo.processes()


def test_a_port_in_use_is_refused_with_one_sentence(demo: Demo) -> None:
    with demo.running():
        environment = {
            "PATH": os.environ["PATH"],
            "LIANBAN_PORT": str(demo.port),
            "LIANBAN_DATA": str(demo.folder / "b"),
        }
        done = subprocess.run(
            [BIN / "lianban", "demo"], env=environment, capture_output=True, text=True, check=False, timeout=30
        )
    assert done.returncode == 1
    assert "LIANBAN_PORT" in done.stderr
