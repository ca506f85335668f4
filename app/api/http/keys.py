"""Where the HTTP process keeps its services."""

from aiohttp import web

from app.api.services import Services

SERVICES = web.AppKey("services", Services)
