"""`demo`, `serve`, `worker`: what keeps running."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from lianban import errors
from lianban.cli.arguments import command, embedded
from lianban.cli.installation import installation, trial
from lianban.outside import clock
from lianban.outside.settings import settings

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands

KILL_SECONDS = 5
PORT_SECONDS = 3.0


def add(commands: Commands) -> None:
    """Add the commands."""
    command(commands, "demo", demo, "演示：内置数据库、一座小城的数据和网站，不需要任何配置。")
    for name, run, help in (
        ("serve", serve, "运行网站（正式运行需要 LIANBAN_DSN 等设置，见 docs/settings.md）。"),
        ("worker", worker, "运行后台：到期事项、通知和文书。"),
    ):
        made = command(commands, name, run, help)
        embedded(made)
        made.add_argument("--with-parent", action="store_true", help="启动它的进程结束时随之结束")


def serve(args: argparse.Namespace) -> None:
    """The web site, until SIGTERM or SIGINT."""
    if args.with_parent:
        end_with_parent()
    with installation(args.embedded):
        port_is_free()
        from granian import Granian
        from granian.constants import Interfaces
        from granian.log import LogLevels

        from lianban.outside import printing

        printing.check()

        config = settings()
        Granian(
            "lianban.cli.running:application",
            factory=True,
            address=config.host,
            port=config.port,
            workers=config.workers,
            interface=Interfaces.ASGI,
            log_level=LogLevels.warning,
            # Without it a stop during the start of a second worker never ends.
            workers_kill_timeout=KILL_SECONDS,
            respawn_failed_workers=True,
        ).serve()


def application() -> object:
    """The web application inside a server process of `serve`."""
    end_with_parent()
    try:
        from lianban.app import behind_proxies, create_app
        from lianban.outside import printing, sealing

        # Started now and warm when the first paper is asked for.
        printing.start()
        sealing.start()
        return behind_proxies(create_app())
    except Exception as error:
        # Starting it again would fail again: end the whole server instead, with the reason said once.
        print(f"网站不能启动：{error!r}", file=sys.stderr, flush=True)
        os.kill(os.getppid(), signal.SIGTERM)
        raise SystemExit(1) from None


def worker(args: argparse.Namespace) -> None:
    """What is due, round after round, until SIGTERM or SIGINT."""
    if args.with_parent:
        end_with_parent()
    with installation(args.embedded):
        asyncio.run(_rounds())


async def _rounds() -> None:
    from lianban import timers
    from lianban.outside import database, printing

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    printing.check()
    async with database.pool():
        await timers.run(stop)
    printing.stop()


def demo(args: argparse.Namespace) -> int:
    """Everything at once; SIGTERM and SIGINT end all of it."""
    os.environ["LIANBAN_DEMO"] = "true"
    settings.cache_clear()
    port_is_free()
    children: list[subprocess.Popen[bytes]] = []
    with trial(settings().data_dir):
        from lianban.outside import database

        asyncio.run(database.check_search())
        asyncio.run(database.migrate())
        demonstration_seals()
        try:
            # The site needs a few seconds to come up: the town is told meanwhile.
            children.append(_child("serve"))
            from lianban import seed

            told = asyncio.run(seed.run())
            children.append(_child("worker"))
            _wait_until_open(children[0])
            print(f"\n联办已启动：{settings().base_url}\n\n{told}\n\n按 Ctrl+C 结束。", flush=True)
            return _watch(children)
        finally:
            _stop(children)


def demonstration_seals() -> None:
    """Seals of the demonstration's authorities, with certificates that say that they have no legal effect."""
    from lianban.outside.sealing import CENTRE, Seal, demonstration
    from lianban.rules.catalog.loading import load_edition
    from lianban.rules.catalog.loading import shipped as editions
    from lianban.rules.notices.seals import KINDS
    from lianban.web.cast import PLACES

    wanted = {
        (region, code): department.name
        for (region, _), path in editions().items()
        for code, department in load_edition(path).departments.items()
        if region in PLACES
    }
    wanted |= {(region, CENTRE): f"{name}政务服务中心" for region, name in PLACES.items()}
    seals = [(Seal(region, code, kind), name) for (region, code), name in wanted.items() for kind in KINDS]
    demonstration.prepare(settings().seals_dir, seals, clock.now())


def _child(name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "lianban", name, "--with-parent"])


def _watch(children: list[subprocess.Popen[bytes]]) -> int:
    """Wait for a signal (SystemExit) or for a child that ends by itself; that one is a failure."""
    while all(child.poll() is None for child in children):
        threading.Event().wait(0.2)
    return 1


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(KILL_SECONDS + 2)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait_until_open(server: subprocess.Popen[bytes]) -> None:
    config = settings()
    while server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((config.host, config.port)) == 0:
                return
        threading.Event().wait(0.05)
    raise errors.Conflict("网站没有启动成功，原因见上面的输出。")


def port_is_free() -> None:
    """Refuse (Conflict) a port in use. A site that was just killed may need a moment to let go of it."""
    config = settings()
    end = clock.elapsed() + PORT_SECONDS
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((config.host, config.port))
            except OSError as error:
                if clock.elapsed() > end:
                    raise errors.Conflict(
                        f"{config.host} 的端口 {config.port} 不能使用（{error.strerror}）："
                        "请结束占用它的程序，或者设置 LIANBAN_PORT 换一个端口。"
                    ) from error
            else:
                return
        threading.Event().wait(0.1)


def end_with_parent() -> None:
    """End this process soon after the one that started it, even when that one was killed."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(KILL_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
