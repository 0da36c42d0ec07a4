"""The door to the files: scans of materials and issued papers, in a folder or in an S3 store.

A file is named by what is in it, `<folder>/<SHA-256>` (`cases/<case id>/9f86…`): it is written once, writing it twice
is harmless, and what is read is compared with its name. Both stores pass one contract test.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import re
import shlex
import subprocess
import tempfile
from datetime import datetime, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import quote, urlencode, urlsplit

from minio import Minio
from minio.error import S3Error

from lianban import errors
from lianban.outside import clock
from lianban.outside.settings import Settings, settings

FOLDER = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
MISSING = "没有找到这个文件。"
LINK_SECONDS = 300


class Stored(NamedTuple):
    """A kept file: its key, its SHA-256 (hex) and its size in bytes."""

    key: str
    sha256: str
    size: int


class Store(Protocol):
    """What both stores can do. Keys that do not exist raise NotFound."""

    async def put(self, folder: str, data: bytes) -> Stored:
        """Keep `data` under `<folder>/<SHA-256>` for good."""

    async def open(self, key: str) -> bytes:
        """The file's bytes, found unchanged."""

    async def stat(self, key: str) -> Stored:
        """Key, hash and size without the content."""

    async def remove(self, key: str) -> None:
        """Erase a file for good, where the law asks for it; harmless when it is not there."""

    def url(self, key: str, name: str, seconds: int = LINK_SECONDS) -> str:
        """An address that gives the file, called `name`, to whoever holds it, for `seconds`."""


class Altered(Exception):
    """A kept file is not what its name says: a matter for the operator, not for the person asking."""


def _named(folder: str, data: bytes) -> Stored:
    if not FOLDER.fullmatch(folder):
        raise ValueError(f"not a folder: {folder!r}")
    digest = hashlib.sha256(data).hexdigest()
    return Stored(f"{folder}/{digest}", digest, len(data))


def _checked(key: str) -> str:
    """The SHA-256 in a key. Raises NotFound for anything that cannot be a key."""
    folder, _, digest = key.rpartition("/")
    if not FOLDER.fullmatch(folder) or not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise errors.NotFound(MISSING)
    return digest


def _unaltered(key: str, data: bytes) -> bytes:
    if hashlib.sha256(data).hexdigest() != _checked(key):
        raise Altered(key)
    return data


class FileStore:
    """Files in a folder of this machine. Atomic: a file is there whole or not at all, also after a power cut."""

    def __init__(self, root: Path, secret: str) -> None:
        self.root = root
        self.secret = secret.encode()

    async def put(self, folder: str, data: bytes) -> Stored:
        """See Store."""
        stored = _named(folder, data)
        await asyncio.to_thread(self._write, self.root / stored.key, data)
        return stored

    def _write(self, target: Path, data: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            try:
                # A link, unlike a rename, refuses to replace what is there.
                os.link(file.name, target)
            except FileExistsError:
                return
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    async def open(self, key: str) -> bytes:
        """See Store."""
        _checked(key)
        try:
            return _unaltered(key, await asyncio.to_thread((self.root / key).read_bytes))
        except FileNotFoundError as error:
            raise errors.NotFound(MISSING) from error

    async def stat(self, key: str) -> Stored:
        """See Store."""
        digest = _checked(key)
        try:
            return Stored(key, digest, (self.root / key).stat().st_size)
        except FileNotFoundError as error:
            raise errors.NotFound(MISSING) from error

    async def remove(self, key: str) -> None:
        """See Store."""
        _checked(key)
        (self.root / key).unlink(missing_ok=True)

    def url(self, key: str, name: str, seconds: int = LINK_SECONDS) -> str:
        """See Store; a path of our own site, signed. `allowed` checks it."""
        _checked(key)
        until = str(int(clock.now().timestamp()) + seconds)
        return f"/files/{key}?" + urlencode({"name": name, "until": until, "sign": self._sign(key, name, until)})

    def allowed(self, key: str, name: str, until: str, sign: str, *, at: datetime) -> bool:
        """Whether a link made by `url` is unchanged and still good at `at`."""
        genuine = hmac.compare_digest(self._sign(key, name, until).encode(), sign.encode())
        return genuine and at.timestamp() <= int(until)

    def _sign(self, key: str, name: str, until: str) -> str:
        return hmac.new(self.secret, f"file\n{key}\n{name}\n{until}".encode(), hashlib.sha256).hexdigest()


class S3Store:
    """Files in a bucket of any S3 server; the bucket is made if it is missing."""

    def __init__(self, config: Settings) -> None:
        endpoint = urlsplit(config.s3_endpoint)
        self.bucket = config.s3_bucket
        self.client = Minio(
            endpoint.netloc,
            access_key=config.s3_access_key,
            secret_key=config.s3_secret_key,
            region=config.s3_region,
            secure=endpoint.scheme == "https",
        )
        if not self.client.bucket_exists(self.bucket):
            try:
                self.client.make_bucket(self.bucket)
            except S3Error as error:
                if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                    raise

    async def put(self, folder: str, data: bytes) -> Stored:
        """See Store."""
        stored = _named(folder, data)
        try:
            # The SDK cannot ask the server to refuse an overwrite; the name by content makes it harmless.
            return await self.stat(stored.key)
        except errors.NotFound:
            await asyncio.to_thread(self.client.put_object, self.bucket, stored.key, BytesIO(data), len(data))
        return stored

    async def open(self, key: str) -> bytes:
        """See Store."""
        _checked(key)
        return _unaltered(key, await asyncio.to_thread(self._read, key))

    def _read(self, key: str) -> bytes:
        try:
            answer = self.client.get_object(self.bucket, key)
        except S3Error as error:
            raise _refusal(error) from error
        try:
            return bytes(answer.read())
        finally:
            answer.close()
            answer.release_conn()

    async def stat(self, key: str) -> Stored:
        """See Store."""
        digest = _checked(key)
        try:
            found = await asyncio.to_thread(self.client.stat_object, self.bucket, key)
        except S3Error as error:
            raise _refusal(error) from error
        return Stored(key, digest, int(found.size or 0))

    async def remove(self, key: str) -> None:
        """See Store."""
        _checked(key)
        await asyncio.to_thread(self.client.remove_object, self.bucket, key)

    def url(self, key: str, name: str, seconds: int = LINK_SECONDS) -> str:
        """See Store; signed for the S3 server, which must be reachable by whoever gets it."""
        _checked(key)
        return self.client.presigned_get_object(
            self.bucket,
            key,
            expires=timedelta(seconds=seconds),
            response_headers={"response-content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
        )


def _refusal(error: S3Error) -> Exception:
    return errors.NotFound(MISSING) if error.code == "NoSuchKey" else error


class Scanner(Protocol):
    """The place of a virus scanner."""

    def __call__(self, data: bytes) -> None:
        """Raise Invalid when `data` must not be kept."""


class Cipher(Protocol):
    """The place of an encryption of our own, between us and the store."""

    def seal(self, data: bytes) -> bytes:
        """What is kept."""

    def unseal(self, data: bytes) -> bytes:
        """What was given to `seal`."""


class CommandScanner:
    """Hands every file to a command on its standard input; any exit code but 0 keeps the file out."""

    def __init__(self, command: str) -> None:
        self.command = shlex.split(command)

    def __call__(self, data: bytes) -> None:
        """See Scanner."""
        done = subprocess.run(self.command, input=data, capture_output=True, check=False)
        if done.returncode != 0:
            raise errors.Invalid("文件没有通过安全检查，没有保存。请确认文件没有病毒后重新上传。")


class Guarded:
    """A store with a scanner before it, an encryption, or both."""

    def __init__(self, inner: Store, *, scanner: Scanner | None = None, cipher: Cipher | None = None) -> None:
        self.inner, self.scanner, self.cipher = inner, scanner, cipher

    async def put(self, folder: str, data: bytes) -> Stored:
        """See Store; the scanner sees the plain file."""
        if self.scanner:
            await asyncio.to_thread(self.scanner, data)
        return await self.inner.put(folder, self.cipher.seal(data) if self.cipher else data)

    async def open(self, key: str) -> bytes:
        """See Store."""
        data = await self.inner.open(key)
        return self.cipher.unseal(data) if self.cipher else data

    async def stat(self, key: str) -> Stored:
        """See Store; size and hash of what is kept."""
        return await self.inner.stat(key)

    async def remove(self, key: str) -> None:
        """See Store."""
        await self.inner.remove(key)

    def url(self, key: str, name: str, seconds: int = LINK_SECONDS) -> str:
        """See Store. Raises ValueError for an encrypted store: nobody outside could read the file."""
        if self.cipher:
            raise ValueError("an encrypted file has no address of its own")
        return self.inner.url(key, name, seconds)


def build(config: Settings) -> Store:
    """The store that the settings ask for: S3 with an endpoint, otherwise the folder `<data>/files`."""
    plain: Store = S3Store(config) if config.s3_endpoint else FileStore(config.data_dir / "files", config.secret)
    return Guarded(plain, scanner=CommandScanner(config.scan_command)) if config.scan_command else plain


@lru_cache(maxsize=4)
def _built(config: Settings) -> Store:
    return build(config)


def store() -> Store:
    """The store of this process."""
    return _built(settings())
