"""The pages for people. Handlers are thin: read, call one verb, show or go on."""

from lianban.web import admin, consult, demo, intake, papers, signin, tasks, window
from lianban.web.context import template_config
from lianban.web.errors import HANDLERS
from lianban.web.security import csrf_config, headers
from lianban.web.signin import Sessions
from lianban.web.static_files import static_router

__all__ = ["HANDLERS", "Sessions", "csrf_config", "headers", "routers", "template_config"]

routers = [
    static_router(),
    signin.router,
    demo.router,
    consult.router,
    window.router,
    intake.router,
    tasks.router,
    papers.router,
    admin.router,
]
