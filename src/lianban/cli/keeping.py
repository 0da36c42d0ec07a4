"""`migrate`, `seed`, `user add`: what is done to an installation now and then."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import secrets
import sys
from typing import TYPE_CHECKING

from lianban import errors
from lianban.cli.arguments import command, embedded, group
from lianban.cli.installation import installation
from lianban.outside import clock

if TYPE_CHECKING:
    from lianban.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the commands."""
    embedded(
        command(commands, "migrate", migrate, "把数据库结构升级到当前版本；可以重复运行，也可以几个进程同时运行。")
    )
    embedded(command(commands, "seed", seed, "写入演示数据：一座小城的人员和各种状态的办件；已有数据时不再写入。"))
    users = group(commands, "user", "人员。")
    made = command(users, "add", add_user, "增加一名工作人员；没有给出密码时从标准输入读取，或者生成一个并显示一次。")
    made.add_argument("login", metavar="LOGIN", help="登录名")
    made.add_argument("--name", required=True, metavar="姓名")
    made.add_argument("--role", action="append", required=True, metavar="角色", help="角色代码，可多次使用")
    made.add_argument("--region", required=True, metavar="CODE", help="行政区划代码")
    made.add_argument("--department", default="", metavar="部门", help="部门代码（审批人员）")
    made.add_argument("--window", default="", metavar="窗口", help="窗口名称（窗口人员）")
    embedded(made)


def migrate(args: argparse.Namespace) -> None:
    """Bring the schema up to date and publish the editions that come with the program."""
    with installation(args.embedded, whole=False, migrated=False):
        taken, editions = asyncio.run(_migrate())
    print("\n".join(f"已执行 {name}" for name in taken) or "数据库结构已经是最新的。")
    if editions:
        print(f"已发布随附的事项目录 {editions} 个版本。")


async def _migrate() -> tuple[list[str], int]:
    from lianban.casework import catalogue
    from lianban.outside import database
    from lianban.oversight import indicators

    await database.check_search()
    taken = await database.migrate()
    async with database.pool(1):
        # Ratings of the coming months have their place before the first of them comes.
        await indicators.prepare(clock.now())
        return taken, len(await catalogue.ship(clock.now()))


def seed(args: argparse.Namespace) -> None:
    """Write the demonstration data once."""
    with installation(args.embedded):
        from lianban import seed as town
        from lianban.outside import database
        from lianban.outside.settings import settings

        asyncio.run(database.migrate())
        # The usual password of the demonstration is known to everybody: outside a trial there is one of its own.
        trial = bool(args.embedded) or settings().demo
        print(asyncio.run(town.run() if trial else town.run(made_password())))


def made_password() -> str:
    """A password that nobody has thought of; the end brings the kinds of characters that the rule asks for."""
    return f"{secrets.token_urlsafe(12)}-aA1"


def add_user(args: argparse.Namespace) -> None:
    """Add one person; prints the password if it was made here."""
    typed = getpass.getpass("密码（留空则自动生成）：") if sys.stdin.isatty() else sys.stdin.readline().strip()
    password = typed or made_password()
    with installation(args.embedded, whole=False):
        asyncio.run(_add_user(args, password))
    print(f"已增加 {args.name}（{args.login}）。" + ("" if typed else f"初始密码：{password}"))


async def _add_user(args: argparse.Namespace, password: str) -> None:
    from lianban import people
    from lianban.rules.actors import SYSTEM, Role

    unknown = [r for r in args.role if r not in set(Role)]
    if unknown:
        raise errors.Invalid(f"没有“{unknown[0]}”这个角色，可用的角色：{'、'.join(Role)}。")
    await people.add_person(
        args.login,
        password,
        name=args.name,
        roles=[Role(r) for r in args.role],
        region=args.region,
        department=args.department,
        window=args.window,
        by=SYSTEM,
        at=clock.now(),
    )
