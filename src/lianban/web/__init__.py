"""The pages for people. Handlers are thin: read, call one verb, show or go on."""

from lianban.web import (
    account,
    admin,
    answers,
    appeals,
    barring,
    books,
    calendars,
    cards,
    cases,
    consult,
    correcting,
    delivery,
    demo,
    handing,
    hearings,
    indicators,
    intake,
    keys,
    limits,
    messages,
    outcomes,
    oversight,
    papers,
    passport,
    pickup,
    place,
    points,
    policies,
    posts,
    promises,
    publication,
    publicity,
    ratings,
    replacing,
    room,
    screenings,
    seals,
    signin,
    tasks,
    tracking,
    transfers,
    verification,
    visits,
    voices,
    window,
    wordings,
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
    *(chapter.router for chapter in (signin, demo, consult, tracking, publicity, pickup, window, cases)),
    *(chapter.router for chapter in (outcomes, screenings, barring, cards, limits, hearings, posts, policies, handing)),
    *(
        chapter.router
        for chapter in (
            papers,
            replacing,
            seals,
            books,
            transfers,
            passport,
            oversight,
            admin,
            calendars,
            wordings,
            messages,
            keys,
            account,
            indicators,
            points,
            voices,
            publication,
        )
    ),
]
with_files = [
    verification.router,
    visits.router,
    intake.router,
    tasks.router,
    correcting.router,
    delivery.router,
    promises.router,
    room.router,
    answers.router,
    place.router,
    hearings.with_files,
    points.with_files,
    appeals.router,
    ratings.with_files,
]
"""Where people send scans."""
