"""From a clone to a page that answers, and the second start: the two commands as a stranger gives them.

    .venv/bin/python bench/bench_demo.py

The clone is made of what is committed here. The cache of downloaded packages is warm when this checkout was set up by
the same user. Bars: under 90 seconds, and under 6 for the second start.
"""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import psutil
from ground import table

from lianban.outside import clock

HERE = Path(__file__).parents[1]
PATIENCE = 600


def answers(port: int) -> bool:
    """Whether the start page is there."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def started(folder: Path, port: int, began: float, moments: dict[str, Callable[[], bool]]) -> dict[str, float]:
    """Run `make demo` until the last of the moments has come, then end it; seconds at each moment."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("LIANBAN_")}
    with (folder.parent / "told").open("wb") as told:
        process = subprocess.Popen(
            ["make", "demo"],
            cwd=folder,
            env=variables | {"LIANBAN_PORT": str(port)},
            stdout=told,
            start_new_session=True,
        )
    found: dict[str, float] = {}
    while len(found) < len(moments):
        for name, come in moments.items():
            if name not in found and come():
                found[name] = clock.elapsed() - began
        if process.poll() is not None or clock.elapsed() - began > PATIENCE:
            sys.exit(f"make demo did not come up: {(folder.parent / 'told').read_text('utf-8')[-500:]}")
        threading.Event().wait(0.02)
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    return found


def main() -> None:
    """Measure and print one table."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="lianban-bench-") as parent:
        folder, told, began = Path(parent, "lianban"), Path(parent, "told"), clock.elapsed()
        subprocess.run(["git", "clone", "--quiet", str(HERE), str(folder)], check=True)
        cloned = clock.elapsed() - began

        def open() -> bool:
            return answers(port)

        def said() -> bool:
            return "Ctrl+C" in told.read_text("utf-8")

        moments: dict[str, Callable[[], bool]] = {
            "dependencies installed": (folder / ".venv" / ".runtime").is_file,
            "fonts cut": (folder / "var" / "fonts" / "current").is_file,
            "first start: the page answers": open,
            "first start: the town is told": said,
        }
        first = {"cloned": cloned} | started(folder, port, began, moments)
        moments = {"second start: the page answers": open, "second start: address printed": said}
        second = started(folder, port, clock.elapsed(), moments)
        print(
            f"{clock.today()}, {platform.system()} {platform.machine()}, {psutil.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
        )
        bars = {"first start: the page answers": "90", "second start: the page answers": "6"}
        rows = [[name, bars.get(name, ""), f"{value:.1f}"] for name, value in (first | second).items()]
        table(["seconds from the first command on", "bar", "found"], rows)


if __name__ == "__main__":
    main()
