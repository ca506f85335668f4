"""Where the HTTP process keeps its services for the tills' door and for tests."""

from aiohttp import web

from app.compose import Services

SERVICES = web.AppKey("services", Services)
