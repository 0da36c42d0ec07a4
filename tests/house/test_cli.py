"""The command line: help everywhere, exit codes, and what needs no database answers quickly."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lianban.cli import main, parser

BIN = Path(sys.executable).parent
ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "LIANBAN_FONTS": str(Path("var/fonts").absolute())}


def commands(made: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group of commands."""
    yield path
    for action in made._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from commands(below, (*path, name))


def lianban(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "lianban", *words], env=ENVIRONMENT, cwd=cwd, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_commands_are_the_published_ones() -> None:
    promised = {
        ("demo",),
        ("serve",),
        ("worker",),
        ("migrate",),
        ("seed",),
        ("user", "add"),
        ("catalog", "check"),
        ("catalog", "show"),
        ("catalog", "publish"),
        ("sheet",),
        ("calendar", "show"),
        ("journal", "verify"),
    }
    assert promised <= set(commands(parser()))


@pytest.mark.parametrize("path", list(commands(parser())), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*path, "--help"])
    assert ended.value.code == 0
    assert "usage: lianban" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["catalog"],
        ["sheet", "newborn"],
        ["catalog", "show", "newborn", "--region", "222405", "--answer", "no-equals-sign"],
        ["sheet", "newborn", "--region", "222405", "--date", "2026-13-40", "--out", "x.pdf"],
    ],
)
def test_wrong_usage_is_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["catalog", "show", "newborn", "--region", "999999"], "可用的有"),
        (["catalog", "show", "newborn", "--region", "222405", "--answer", "moon=yes"], "可以回答的有"),
        (["catalog", "check", "/nowhere.yaml"], "/nowhere.yaml"),
        (["calendar", "show", "1066"], "2000"),
        (["calendar", "show", "2026", "--region", "999999"], "222405"),
        (["migrate"], "LIANBAN_DSN"),
        (["journal", "verify"], "LIANBAN_DSN"),
    ],
)
def test_a_refusal_is_one_and_a_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(words) == 1
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.out == ""


def test_an_option_that_does_not_exist_is_refused_with_the_choices(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "show", "newborn", "--region", "222405", "--json"]) == 0
    question = json.loads(capsys.readouterr().out)["questions"][0]
    assert main(["catalog", "show", "newborn", "--region", "222405", "--answer", f"{question['id']}=moon"]) == 1
    told = capsys.readouterr().err
    assert all(f"{o['id']}（{o['label']}）" in told for o in question["options"])


@pytest.mark.parametrize(("bundle", "region"), [("newborn", "222405"), ("catering", "430100"), ("lodging", "222405")])
def test_catalog_show_keeps_its_shape(bundle: str, region: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "show", bundle, "--region", region, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["bundle"], told["region"]) == (bundle, region)
    assert all({"id", "ask", "options"} <= set(q) for q in told["questions"])
    assert {"items", "fields", "materials", "open", "counters"} <= set(told["plan"])
    assert told["plan"]["items"]
    assert isinstance(told["plan"]["counters"], dict)


def test_calendar_show_keeps_its_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "show", "2026", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["year"] == 2026
    assert len(told["days"]) == 365
    fourth = next(day for day in told["days"] if day["date"] == "2026-01-04")
    assert fourth["working"] is True
    assert fourth["reason"]


@pytest.mark.parametrize(
    "words",
    [["--help"], ["calendar", "show", "2026"], ["catalog", "show", "newborn", "--region", "222405"]],
    ids=lambda words: words[0],
)
def test_what_needs_no_database_answers_at_once(words: list[str], tmp_path: Path) -> None:
    def seconds() -> float:
        begin = time.monotonic()
        assert lianban(*words, cwd=tmp_path).returncode == 0
        return time.monotonic() - begin

    assert min(seconds() for _ in range(3)) < 2
    assert not (tmp_path / "var").exists()


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{BIN}/lianban calendar show 2026 | head -1"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_sheet_is_written_without_a_database(tmp_path: Path) -> None:
    words = ["sheet", "newborn", "--region", "222405", "--date", "2026-11-02", "--out"]
    for name in ("a.pdf", "b.pdf"):
        done = lianban(*words, str(tmp_path / name), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "日历版本" in done.stdout
    first = (tmp_path / "a.pdf").read_bytes()
    assert first.startswith(b"%PDF-")
    assert first == (tmp_path / "b.pdf").read_bytes()
    refused = lianban(*words, str(tmp_path / "no" / "such" / "folder.pdf"), cwd=tmp_path)
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
