"""One contract for both file stores; the S3 one against a real server."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from lianban import errors
from lianban.outside import clock, settings, storage

SCAN = b"%PDF-1.7 \xe8\xae\xb8\xe5\x8f\xaf\xe8\xaf\x81" * 1000


@pytest.fixture(params=["file", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> storage.Store:
    environ = {"LIANBAN_DATA": str(tmp_path), "LIANBAN_SECRET": "x" * 40}
    if request.param == "s3":
        environ |= request.getfixturevalue("s3")
    return storage.build(settings.read(environ))


async def test_a_file_comes_back_as_it_was_given(store: storage.Store) -> None:
    stored = await store.put("cases/0193-a", SCAN)
    assert stored.sha256 == hashlib.sha256(SCAN).hexdigest()
    assert stored.key == f"cases/0193-a/{stored.sha256}"
    assert await store.open(stored.key) == SCAN
    assert await store.stat(stored.key) == stored


async def test_the_same_file_twice_is_one_file(store: storage.Store) -> None:
    assert await store.put("cases/twice", SCAN) == await store.put("cases/twice", SCAN)


async def test_an_erased_file_is_gone(store: storage.Store) -> None:
    stored = await store.put("cases/erased", SCAN)
    await store.remove(stored.key)
    await store.remove(stored.key)
    with pytest.raises(errors.NotFound):
        await store.open(stored.key)


async def test_an_empty_file_and_a_large_one(store: storage.Store) -> None:
    for data in (b"", bytes(range(256)) * 80_000):
        assert await store.open((await store.put("cases/sizes", data)).key) == data


@pytest.mark.parametrize(
    "key", ["cases/none/" + "0" * 64, "../../etc/passwd", "/etc/passwd", "cases/a/../b/" + "0" * 64, ""]
)
async def test_what_is_not_there_is_not_found(store: storage.Store, key: str) -> None:
    with pytest.raises(errors.NotFound):
        await store.open(key)
    with pytest.raises(errors.NotFound):
        await store.stat(key)


async def test_a_folder_cannot_lead_elsewhere(store: storage.Store) -> None:
    with pytest.raises(ValueError):
        await store.put("cases/../../tmp", SCAN)


async def test_an_altered_file_is_noticed(tmp_path: Path) -> None:
    store = storage.FileStore(tmp_path, "secret")
    stored = await store.put("papers/p1", SCAN)
    (tmp_path / stored.key).write_bytes(SCAN + b" ")
    with pytest.raises(storage.Altered):
        await store.open(stored.key)


async def test_nothing_half_written_stays_behind(tmp_path: Path) -> None:
    stored = await storage.FileStore(tmp_path, "secret").put("papers/p1", SCAN)
    assert [p.name for p in (tmp_path / "papers/p1").iterdir()] == [stored.sha256]


async def test_a_link_of_the_file_store_is_good_for_its_time_only(tmp_path: Path) -> None:
    store = storage.FileStore(tmp_path, "secret")
    stored = await store.put("cases/a", SCAN)
    query = dict(parse_qsl(urlsplit(store.url(stored.key, "结果.pdf", 60)).query))
    now = clock.now()
    assert store.allowed(stored.key, **query, at=now + timedelta(seconds=60))
    assert not store.allowed(stored.key, **query, at=now + timedelta(seconds=61))
    assert not store.allowed(stored.key, **query | {"until": str(int(query["until"]) + 9)}, at=now)
    assert not store.allowed(stored.key, **query | {"name": "x.html"}, at=now)


async def test_a_link_of_the_s3_store_is_checked_by_the_server(s3: dict[str, str]) -> None:
    store = storage.build(settings.read(s3))
    stored = await store.put("cases/link", SCAN)
    link = store.url(stored.key, "结果.pdf", 60)
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == SCAN
        assert "%E7%BB%93%E6%9E%9C.pdf" in answer.headers["Content-Disposition"]
    with pytest.raises(urllib.error.HTTPError) as forged:
        urllib.request.urlopen(link[:-4] + "0000")
    assert forged.value.code == 403


async def test_a_scanner_keeps_a_file_out(tmp_path: Path) -> None:
    guarded = storage.build(settings.Settings(data=str(tmp_path), scan_command="grep -qv VIRUS"))
    assert await guarded.open((await guarded.put("cases/a", SCAN)).key) == SCAN
    with pytest.raises(errors.Invalid, match="安全检查"):
        await guarded.put("cases/a", b"VIRUS")


class Reversed:
    """Stands for an encryption: what is kept is not what was given."""

    def seal(self, data: bytes) -> bytes:
        return data[::-1]

    unseal = seal


async def test_an_encryption_sits_between_us_and_the_store(tmp_path: Path) -> None:
    inner = storage.FileStore(tmp_path, "secret")
    guarded = storage.Guarded(inner, cipher=Reversed())
    stored = await guarded.put("cases/a", SCAN)
    assert await guarded.open(stored.key) == SCAN
    assert await inner.open(stored.key) == SCAN[::-1]
    with pytest.raises(ValueError):
        guarded.url(stored.key, "a.pdf")
