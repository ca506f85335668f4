"""The region pages' addresses: for everybody, without a log-in, made on the server so that they
are read, linked, printed and kept without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from app.api.http.envelope import language_of
from app.api.http.supply import Supply
from app.api.pages.handlers import CSP, HEADERS
from app.api.pages.regions.frame import Reader, day_asked, is_place, name_of_place
from app.api.pages.regions.list_page import list_page, missing_page
from app.api.pages.regions.rules_page import rules_page, rules_table
from app.api.pages.regions.try_page import try_page
from app.kit.clock import Clock, local_date
from app.kit.words.sheet import as_sheet
from app.regions.errors import PackError
from app.regions.loader import Rulebook
from app.regions.text.reading.rules import read

_HEADERS: Mapping[str, str] = {
    **HEADERS,
    # The phone's page shows them in its own frame.
    "Content-Security-Policy": CSP.replace("form-action 'none'", "form-action 'self'").replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "Vary": "Accept-Encoding, Accept-Language",
}
_VALUE_MAX = 40
_Made = Callable[[Reader, Rulebook, str], str]


@dataclass(frozen=True, slots=True)
class Needs:
    """What these pages ask."""

    rulebook: Rulebook
    clock: Clock


def routes(supply: Supply) -> list[web.RouteDef]:
    """The addresses under /regions."""
    given = supply.slot(Needs)

    async def listed(request: web.Request) -> web.StreamResponse:
        needs = given.get()
        return _html(list_page(_reader(request, needs), needs.rulebook))

    def of_place(make: _Made) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            needs, code = given.get(), request.match_info["code"]
            reader = _reader(request, needs)
            if not is_place(needs.rulebook, code):
                return _html(missing_page(reader), 404)
            return _html(make(reader, needs.rulebook, code))

        return handle

    async def table(request: web.Request) -> web.StreamResponse:
        needs, code = given.get(), request.match_info["code"]
        reader = _reader(request, needs)
        day = day_asked(reader.query.get("day", "")) or reader.today
        try:
            if not is_place(needs.rulebook, code):
                raise web.HTTPNotFound
            found = read(needs.rulebook, code, day, reader.language)
        except PackError:
            raise web.HTTPNotFound from None
        name = quote(f"{name_of_place(needs.rulebook, code)} {day}.csv")
        return web.Response(
            text=as_sheet(rules_table(reader, found)),
            content_type="text/csv",
            charset="utf-8",
            headers={
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
                "Cache-Control": "no-cache",
            },
        )

    place = "/regions/{code:[0-9]{2,6}}"
    return [
        web.get("/regions", listed),
        web.get(place, of_place(rules_page)),
        web.get(f"{place}/try", of_place(try_page)),
        web.get(f"{place}/table.csv", table),
    ]


def _reader(request: web.Request, needs: Needs) -> Reader:
    query = {key: value[:_VALUE_MAX] for key, value in request.query.items()}
    wanted = query.get("lang")
    language = language_of(request)
    if wanted in ("zh", "en"):
        language = "en" if wanted == "en" else "zh"
    return Reader(language, request.path, query, local_date(needs.clock.now()))


def _html(text: str, status: int = 200) -> web.Response:
    response = web.Response(
        text=text, status=status, content_type="text/html", charset="utf-8", headers=_HEADERS
    )
    response.enable_compression()
    return response
