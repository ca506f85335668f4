"""Where the HTTP process keeps its services for tests."""

from aiohttp import web

from app.compose import Services

SERVICES = web.AppKey("services", Services)
