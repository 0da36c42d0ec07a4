"""What an installation decides, read from the environment (`LIANBAN_…`) into one frozen struct.

docs/settings.md explains every field in one table; a test compares the two.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

import msgspec

from lianban import errors

PREFIX = "LIANBAN_"
SHORTEST_SECRET = 32

Positive = Annotated[int, msgspec.Meta(gt=0)]
Port = Annotated[int, msgspec.Meta(gt=0, lt=65536)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One field for each `LIANBAN_…` variable, in lower case and without the prefix."""

    dsn: str = ""
    data: str = "var"
    host: str = "127.0.0.1"
    port: Port = 8000
    workers: Positive = 2
    pool: Positive = 10
    public_url: str = ""
    trusted_proxies: str = ""
    secret: str = ""
    secure_cookies: bool = True
    demo: bool = False
    s3_endpoint: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""
    s3_bucket: str = "lianban"
    s3_region: str = "us-east-1"
    scan_command: str = ""
    fonts: str = ""
    seals: str = ""
    seal_password: str = ""
    seal_service: str = ""
    seal_service_secret: str = ""
    seal_seconds: Annotated[float, msgspec.Meta(gt=0, le=30)] = 5.0
    session_minutes: Positive = 30
    login_failures: Positive = 5
    login_lock_minutes: Positive = 15
    tracking_per_minute: Positive = 20
    upload_mb: Positive = 20
    book_mb: Positive = 500
    print_processes: Positive = 1
    worker_seconds: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    sms_url: str = ""
    sms_secret: str = ""
    sms_timeout_seconds: Annotated[float, msgspec.Meta(gt=0, le=30)] = 5.0
    sms_attempts: Positive = 8
    upward_url: str = ""
    upward_secret: str = ""
    upward_timeout_seconds: Annotated[float, msgspec.Meta(gt=0, le=60)] = 10.0
    shared_networks: str = ""

    @property
    def data_dir(self) -> Path:
        """The folder for files, fonts and the embedded database, as an absolute path."""
        return Path(self.data).absolute()

    @property
    def fonts_dir(self) -> Path:
        """Where the prepared document fonts are: the setting, else beside the data, else as `make setup` left them."""
        if self.fonts:
            return Path(self.fonts).absolute()
        beside, checkout = self.data_dir / "fonts", shipped("var") / "fonts"
        return (
            checkout if not beside.is_dir() and checkout.parent.parent.joinpath("pyproject.toml").is_file() else beside
        )

    @property
    def seals_dir(self) -> Path:
        """Where the seals, the roots and the revocation lists are: the setting, else beside the data."""
        return Path(self.seals).absolute() if self.seals else self.data_dir / "seals"

    @property
    def base_url(self) -> str:
        """The address people and QR codes use, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def variable(field: str) -> str:
    """The environment variable of a field: `dsn` → `LIANBAN_DSN`."""
    return PREFIX + field.upper()


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ`. Raises Invalid when a variable is unknown or its value cannot be taken."""
    given = {k: v for k, v in environ.items() if k.startswith(PREFIX) and v != ""}
    known = {variable(f): f for f in Settings.__struct_fields__}
    for name in sorted(given):
        if name not in known:
            raise errors.Invalid(f"环境变量 {name} 不存在，请对照 docs/settings.md 检查拼写。")
    try:
        config = msgspec.convert({known[k]: v for k, v in given.items()}, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise errors.Invalid(f"环境变量的值不能使用（{error}），请对照 docs/settings.md 修改。") from error
    if config.seal_service and not config.seal_service.startswith(("https://", "http://")):
        raise errors.Invalid("LIANBAN_SEAL_SERVICE 要写成 https://主机/路径 的形式。")
    if config.seal_service and not config.seal_service_secret:
        raise errors.Invalid("设置了 LIANBAN_SEAL_SERVICE，还要设置 LIANBAN_SEAL_SERVICE_SECRET：约定的密钥。")
    if config.sms_url and not config.sms_url.startswith(("https://", "http://")):
        raise errors.Invalid("LIANBAN_SMS_URL 要写成 https://主机/路径 的形式。")
    if config.sms_url and not config.sms_secret:
        raise errors.Invalid("设置了 LIANBAN_SMS_URL，还要设置 LIANBAN_SMS_SECRET：和短信网关约定的签名密钥。")
    try:
        _ = [ip_network(one.strip()) for one in config.shared_networks.split(",") if one.strip()]
    except ValueError as error:
        raise errors.Invalid("LIANBAN_SHARED_NETWORKS 要写成 10.0.8.0/24,203.0.113.7/32 的形式。") from error
    if config.upward_url and not config.upward_url.startswith(("https://", "http://")):
        raise errors.Invalid("LIANBAN_UPWARD_URL 要写成 https://主机/路径 的形式。")
    if config.upward_url and not config.upward_secret:
        raise errors.Invalid("设置了 LIANBAN_UPWARD_URL，还要设置 LIANBAN_UPWARD_SECRET：和上级平台约定的签名密钥。")
    return config


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. `settings.cache_clear()` reads the environment anew."""
    return read(os.environ)


def require_production(config: Settings, *, whole: bool = True) -> None:
    """Refuse (Invalid, one sentence) to run in production on defaults that only suit a trial.

    `whole=False` asks for the database only. The processes of `demo` have their trial settings from it.
    """
    if not config.dsn:
        raise errors.Invalid(
            "没有设置数据库：请设置 LIANBAN_DSN=postgresql://…，或者用 --embedded 目录 指定内置数据库的存放位置。"
        )
    if not whole:
        return
    if config.demo and config.s3_endpoint:
        raise errors.Invalid("LIANBAN_DEMO 只用于演示，不能和正式的对象存储一起使用：正式运行请去掉 LIANBAN_DEMO。")
    if not config.demo and not config.s3_endpoint:
        raise errors.Invalid(
            "没有设置对象存储：请设置 LIANBAN_S3_ENDPOINT、LIANBAN_S3_ACCESS_KEY 和 LIANBAN_S3_SECRET_KEY，"
            "或者用 --embedded 目录 把文件存放在本机。"
        )
    if len(config.secret) < SHORTEST_SECRET:
        raise errors.Invalid(f"没有设置密钥：请把 LIANBAN_SECRET 设为至少 {SHORTEST_SECRET} 个字符的随机字符串。")


def local_secret(folder: Path) -> str:
    """The secret of a trial installation: made once, kept in `folder`, readable by its owner only."""
    file = folder / "secret"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(48))
    return file.read_text("ascii")


def shipped(name: str) -> Path:
    """A folder that comes with the program (`templates`, `migrations`): from the wheel, or from the checkout."""
    package = Path(__file__).parents[1]
    packed = package / "shipped" / name
    return packed if packed.is_dir() else package.parents[1] / name
