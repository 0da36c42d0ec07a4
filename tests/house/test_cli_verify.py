"""`lianban verify`: genuine or not, with and without the database, and what hostile files cost."""

from __future__ import annotations

import asyncio
import json
import zlib
from pathlib import Path

import pytest

from lianban.cli import main
from lianban.outside import clock, database, printing
from lianban.outside.sealing import Order, Seal, place_of
from lianban.outside.sealing.folder import FolderSealer
from lianban.outside.settings import settings
from tests.printing import samples
from tests.seals import MONDAY, Office

SEAL = Seal("430100", "police", "authority")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed refusal, the seals beside it."""
    folder = tmp_path_factory.mktemp("verify")
    Office(folder / "seals").trusted().seal(SEAL, "长沙市公安局")
    content = samples.issued("refusal")
    document = printing.render_now("notices/refusal.html", content)
    place, words = place_of(document), "本行政机关印章"
    order = Order(SEAL, document, place, str(content["number"]), "不予许可决定书", "长沙市公安局", words, MONDAY)
    try:
        done = asyncio.run(FolderSealer(folder / "seals", "").seal(order))
    finally:
        printing.stop()
    assert done is not None
    file = folder / "refusal.pdf"
    file.write_bytes(done.document)
    (folder / "plain.pdf").write_bytes(document)
    return file


@pytest.fixture
def seals(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The roots are where the settings say."""
    monkeypatch.setenv("LIANBAN_SEALS", str(sealed.parent / "seals"))
    settings.cache_clear()


def test_a_sealed_file_is_proven_without_any_database(
    sealed: Path, seals: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(sealed), "--offline"]) == 0
    told = capsys.readouterr().out
    assert "电子签名完整，覆盖整个文件，签名人可信" in told and "长沙市公安局" in told
    assert main(["verify", str(sealed), "--offline", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["genuine"], said["signature"]["whole_file"], said["signature"]["problems"]) == (True, True, [])
    assert said["signature"]["signed_at"] == MONDAY.isoformat()


def test_a_root_may_be_named_on_the_command_line(sealed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(sealed), "--offline"]) == 1
    assert "没有给出可信的根证书" in capsys.readouterr().out
    root = sealed.parent / "seals" / "roots" / "test.pem"
    assert main(["verify", str(sealed), "--offline", "--root", str(root)]) == 0


def test_what_is_changed_unsealed_or_no_paper_is_not_genuine(
    sealed: Path, seals: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = bytearray(sealed.read_bytes())
    changed[len(changed) // 2] ^= 1
    file = tmp_path / "changed.pdf"
    file.write_bytes(changed)
    assert main(["verify", str(file), "--offline"]) == 1
    assert "查验不通过" in capsys.readouterr().out
    assert main(["verify", str(sealed.with_name("plain.pdf")), "--offline"]) == 1
    assert "文件里没有电子签名" in capsys.readouterr().out


def test_wrong_usage_is_two(tmp_path: Path) -> None:
    for words in (["verify"], ["verify", str(tmp_path / "nowhere.pdf")], ["verify", str(tmp_path)]):
        with pytest.raises(SystemExit) as end:
            main(words)
        assert end.value.code == 2


def bomb() -> bytes:
    """A PDF whose cross-references unfold into two hundred megabytes of nothing."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(1_048_576)) for _ in range(200)) + packer.flush()
    head = b"%PDF-1.7\n"
    entries = f"/Type/XRef/Size 9/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length {len(packed)}"
    body = f"1 0 obj\n<<{entries}>>\nstream\n".encode() + packed + b"\nendstream\nendobj\n"
    return head + body + f"startxref\n{len(head)}\n%%EOF\n".encode()


def test_a_file_made_to_exhaust_the_machine_is_given_up(
    seals: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bomb.pdf"
    file.write_bytes(bomb())
    started = clock.elapsed()
    assert main(["verify", str(file), "--offline"]) == 1
    assert clock.elapsed() - started < 20
    assert "文件展开后过大，没有继续检查" in capsys.readouterr().out


@pytest.fixture
async def issued(sealed: Path, pool: None) -> str:
    """The sealed refusal among the papers of this installation; its id."""
    from lianban.casework import notices
    from lianban.outside.storage import store
    from lianban.rules.actors import SYSTEM

    async with database.transaction():
        paper = await notices.issue(
            "refusal",
            samples.refusal(),
            case_id=None,
            region="430100",
            authority="长公安",
            by=SYSTEM,
            at=MONDAY,
        )
        stored = await store().put(f"papers/{paper.id}", sealed.read_bytes())
        await database.connection().execute(
            "UPDATE papers SET sha256 = $2, size = $3 WHERE id = $1", paper.id, stored.sha256, stored.size
        )
    return str(paper.id)


async def test_with_the_database_the_paper_is_current_superseded_or_void(
    issued: str, sealed: Path, tmp_path: Path
) -> None:
    from lianban.casework import notices
    from lianban.cli.verifying import _of_paper
    from lianban.outside.sealing.checking import Trust, examine

    data = sealed.read_bytes()
    examined = await asyncio.to_thread(examine, data, Trust(), at=MONDAY)

    async def said() -> tuple[bool, str]:
        good, lines = _of_paper(await notices.compared(data), examined)
        return good, lines[0]

    assert await said() == (True, "本系统出具，现行有效，文件没有被改动。")
    for column, words in (("superseded_at", "已被新的文书代替"), ("void_at", "已经作废")):
        async with database.transaction():
            await database.connection().execute(f"UPDATE papers SET {column} = $1", MONDAY)
        good, told = await said()
        assert not good and words in told
    good, lines = _of_paper(await notices.compared(data + b" "), examined)
    assert not good and lines[0] == "这个文件不是本系统出具的文书。"


def test_the_command_asks_the_database_of_the_installation(
    db: str, sealed: Path, seals: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIANBAN_DSN", db)
    settings.cache_clear()
    assert main(["verify", str(sealed)]) == 1, "sealed by somebody we believe, but no paper of ours"
    assert "这个文件不是本系统出具的文书" in capsys.readouterr().out
    assert main(["verify", str(sealed), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["paper"] is None
