"""The pages for people. Handlers are thin: read, call one verb, show or go on."""

from lianban.web import (
    account,
    admin,
    answers,
    barring,
    calendars,
    cards,
    cases,
    consult,
    delivery,
    demo,
    handing,
    intake,
    keys,
    limits,
    outcomes,
    oversight,
    papers,
    passport,
    policies,
    posts,
    promises,
    publicity,
    room,
    screenings,
    signin,
    tasks,
    tracking,
    verification,
    window,
)
from lianban.web.context import template_config
from lianban.web.errors import HANDLERS
from lianban.web.security import Readable, csrf_config, headers
from lianban.web.signin import Sessions
from lianban.web.static_files import favicon, static_router

__all__ = ["HANDLERS", "Readable", "Sessions", "csrf_config", "headers", "routers", "template_config", "with_files"]

routers = [
    static_router(),
    favicon,
    *(chapter.router for chapter in (signin, demo, consult, tracking, publicity, window, cases, delivery)),
    *(chapter.router for chapter in (outcomes, screenings, barring, cards, limits, posts, policies, handing)),
    *(chapter.router for chapter in (papers, passport, verification, oversight, admin, calendars, keys, account)),
]
with_files = [intake.router, tasks.router, promises.router, room.router, answers.router]
"""Where people send scans."""
