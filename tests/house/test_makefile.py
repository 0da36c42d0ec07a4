"""The targets that people and machines rely on."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_help_names_every_target() -> None:
    # As a person would, also when these tests themselves were started by make.
    outside = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    told = subprocess.run(["make", "help"], cwd=ROOT, env=outside, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {"setup", "demo", "check", "test", "bench", "help"} <= set(targets)
    assert [line.split()[1] for line in told.splitlines()] == targets


def test_ci_runs_what_people_run() -> None:
    assert (ROOT / ".ci" / "run").read_text("utf-8").rstrip().endswith("exec make test")


def test_the_lock_has_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = re.findall(r"^[a-z0-9][\w.-]*==\S+", lock, re.MULTILINE)
    assert len(pinned) > 50
    for entry in re.split(r"\n(?=[a-z0-9])", lock):
        if "==" in entry.split("\n")[0]:
            assert "--hash=sha256:" in entry
    assert "://" not in lock


def test_every_shell_script_is_sound() -> None:
    for script in (ROOT / "scripts" / "setup", ROOT / "scripts" / "check", ROOT / ".ci" / "run"):
        subprocess.run(["sh", "-n", script], check=True)
        assert script.stat().st_mode & 0o111
