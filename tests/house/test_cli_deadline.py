"""`lianban deadline`: the due instant and why, as text and as JSON, without a database."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from lianban.cli import main
from tests.house.test_cli import lianban


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["deadline", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_published_shape_of_day_units(capsys: pytest.CaptureFixture[str]) -> None:
    body = told(capsys, "--start", "2026-09-24", "--limit", "20wd")
    assert (body["due"], body["provisional"]) == ("2026-10-29T17:00:00+08:00", False)
    assert body["days"][0] == {"date": "2026-09-25", "counted": False, "reason": "中秋节"}
    assert sum(day["counted"] for day in body["days"]) == 20
    assert body["days"][-1]["date"] == "2026-10-29"
    assert "steps" not in body


@pytest.mark.parametrize(
    ("limit", "due", "minutes"),
    [("2wh", "2026-11-02T14:30:00+08:00", 120), ("2h", "2026-11-02T13:30:00+08:00", 120)],
)
def test_the_published_shape_of_hours(capsys: pytest.CaptureFixture[str], limit: str, due: str, minutes: int) -> None:
    body = told(capsys, "--start", "2026-11-02T11:30", "--limit", limit)
    assert body["due"] == due
    steps = body["steps"]
    assert all(set(step) == {"from", "to", "minutes", "reason"} for step in steps)
    assert sum(step["minutes"] for step in steps) == minutes
    assert (steps[0]["from"], steps[-1]["to"]) == ("2026-11-02T11:30:00+08:00", due)
    assert "days" not in body


def test_months_lead_to_their_end_and_say_that_it_is_provisional(capsys: pytest.CaptureFixture[str]) -> None:
    body = told(capsys, "--start", "2026-08-31", "--limit", "6m")
    assert (body["due"], body["provisional"]) == ("2027-03-01T17:00:00+08:00", True)
    assert [step["from"] for step in body["steps"][1:]] == [step["to"] for step in body["steps"][:-1]]
    assert body["steps"][-1]["to"] == body["due"]
    assert "顺延" in body["steps"][-1]["reason"]
    assert main(["deadline", "--start", "2026-08-31", "--limit", "6m"]) == 0
    assert "暂定" in capsys.readouterr().out


def test_pauses_and_extensions_move_the_date(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--start", "2026-11-02", "--limit", "20wd", "--pause", "2026-11-05/2026-11-11"]
    body = told(capsys, *words)
    assert body["due"] == "2026-12-07T17:00:00+08:00"
    assert [day["date"] for day in body["days"] if "暂停" in day["reason"]] == [
        "2026-11-05", "2026-11-06", "2026-11-09", "2026-11-10", "2026-11-11",
    ]  # fmt: skip
    assert told(capsys, *words, "--extend", "10wd")["due"] == "2026-12-21T17:00:00+08:00"
    twice = told(capsys, *words, "--pause", "2026-11-09/2026-11-12", "--extend", "4wd", "--extend", "6wd")
    assert twice["due"] == "2026-12-22T17:00:00+08:00"
    assert told(capsys, "--start", "2026-11-02", "--limit", "5wd", "--first-day-counts")["due"][:10] == "2026-11-06"


def test_a_date_alone_starts_when_the_office_opens(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--start", "2026-11-02", "--limit", "2wh")["due"] == "2026-11-02T11:00:00+08:00"
    assert told(capsys, "--start", "2026-11-02", "--limit", "0")["due"] == "2026-11-02T17:00:00+08:00"
    assert told(capsys, "--start", "2026-11-02T17:01", "--limit", "0")["due"] == "2026-11-03T17:00:00+08:00"
    assert told(capsys, "--start", "2026-11-02T02:00Z", "--limit", "2h")["due"] == "2026-11-02T12:00:00+08:00"


def test_a_region_has_its_own_hours(capsys: pytest.CaptureFixture[str]) -> None:
    summer = ["--start", "2026-07-01", "--limit", "1wd"]
    assert told(capsys, *summer)["due"] == "2026-07-02T17:00:00+08:00"
    assert told(capsys, *summer, "--region", "430100")["due"] == "2026-07-02T17:30:00+08:00"


def test_a_notice_from_a_file_makes_the_year_firm(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["--start", "2026-12-30", "--limit", "2wd"]
    before = told(capsys, *words)
    assert before["provisional"] is True
    file = tmp_path / "2027.yaml"
    file.write_text(
        "notice: 国办〔2026〕9号\nyear: 2027\noff:\n  - festival: 元旦\n    from: 2027-01-01\n    to: 2027-01-03\n"
        "work:\n  - 2027-01-09\n",
        "utf-8",
    )
    after = told(capsys, *words, "--calendar", str(file))
    assert (after["due"], after["provisional"]) == ("2027-01-04T17:00:00+08:00", False)
    assert after["calendar"] != before["calendar"]


def test_explain_tells_each_day_and_names_the_calendar(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadline", "--start", "2026-09-24", "--limit", "4wd", "--explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2026-10-08 周四 17:00 到期"
    assert lines[1].startswith("日历版本：全国·")
    assert lines[3] == "2026-09-25 周五 不计入 中秋节"
    assert lines[-1] == "2026-10-08 周四 第 4 日 工作日"
    assert main(["deadline", "--start", "2026-11-02T11:30", "--limit", "2wh", "--explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3:] == [
        "2026-11-02 11:30 至 2026-11-02 12:00 计 30 分钟 办公时间",
        "2026-11-02 12:00 至 2026-11-02 13:00 不计入 非办公时间",
        "2026-11-02 13:00 至 2026-11-02 14:30 计 1 小时 30 分钟 办公时间",
    ]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--start", "2026-11-02"],
        ["--start", "tomorrow", "--limit", "5wd"],
        ["--start", "2026-02-30", "--limit", "5wd"],
        ["--start", "9999-12-31T23:00-05:00", "--limit", "5wd"],
        ["--start", "2026-11-02", "--limit", "5"],
        ["--start", "2026-11-02", "--limit", "0wd"],
        ["--start", "2026-11-02", "--limit", "5weeks"],
        ["--start", "2026-11-02", "--limit", "5wd", "--pause", "2026-11-05"],
        ["--start", "2026-11-02", "--limit", "5wd", "--pause", "2026-11-05/2026-11-04"],
        ["--start", "2026-11-02", "--limit", "5wd", "--extend", "soon"],
    ],
)
def test_wrong_usage_is_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["deadline", *words])
    assert ended.value.code == 2
    assert "usage: lianban deadline" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--start", "2026-11-02", "--limit", "100000wd"], "时限最长 10000 个工作日"),
        (["--start", "2026-11-02", "--limit", "5wd", "--extend", "99999999d"], "时限最长 14610 天"),
        (["--start", "2026-11-02", "--limit", "5wd", "--pause", "2026-11-03/9999-12-31"], "太长"),
        (["--start", "2026-11-02", "--limit", "5wd", "--pause", "2026-11-03/9999-12-30"], "太长"),
        (["--start", "9999-12-30", "--limit", "20wd"], "太长"),
        (["--start", "2026-11-02", "--limit", "5wd", "--region", "999999"], "222405"),
        (["--start", "2026-11-02", "--limit", "5wd", "--calendar", "/nowhere.yaml"], "/nowhere.yaml"),
    ],
)
def test_a_refusal_is_one_and_a_sentence(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    begin = time.monotonic()
    assert main(["deadline", *words]) == 1
    assert time.monotonic() - begin < 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.out == ""


def test_far_years_have_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    for limit in ("20wd", "2wh", "2h", "15d", "6m", "0"):
        body = told(capsys, "--start", "2100-12-31", "--limit", limit)
        assert datetime.fromisoformat(body["due"]).year in (2100, 2101)


def test_it_answers_at_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    def seconds() -> float:
        begin = time.monotonic()
        done = lianban("deadline", "--start", "2026-09-24", "--limit", "20wd", "--explain", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        return time.monotonic() - begin

    assert min(seconds() for _ in range(3)) < 2
    assert not (tmp_path / "var").exists()
