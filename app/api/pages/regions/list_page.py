"""All regions, and a search for a place by name or code."""

from __future__ import annotations

from app.api.pages.regions.frame import Reader, field, name_of_place, page, places, typed
from app.api.pages.regions.markup import Html, h
from app.regions.loader import NATION, Rulebook
from app.regions.text.places import named_like

_MOST = 30


def list_page(reader: Reader, book: Rulebook) -> str:
    """The page at ``/regions``."""
    wanted = reader.query.get("find", "").strip()
    listed = [
        (code, name if code in book.packs else reader.say("as_nation", name=name))
        for code, name in places(book)
    ]
    return page(
        reader,
        reader.say("title"),
        h(
            "section",
            h("h1", reader.say("title")),
            h("p", reader.say("intro"), cls="soft"),
            h(
                "form",
                reader.kept,
                field(
                    "find",
                    reader.say("find"),
                    typed(
                        "find",
                        wanted,
                        type="search",
                        placeholder=reader.say("find_hint"),
                        maxlength="20",
                    ),
                ),
                h("button", reader.say("look"), cls="main"),
                method="get",
                action="/regions",
                cls="row ends",
            ),
            cls="card stack",
        ),
        _found(reader, book, wanted) if wanted else None,
        _listed(reader, book, reader.say("all_regions"), listed),
    )


def _found(reader: Reader, book: Rulebook, wanted: str) -> Html:
    codes = [code for code in book.packs if wanted in (code, book.packs[code].name)]
    for place in named_like(wanted, _MOST):
        short = place[:2] if place.endswith("0000") else place.removesuffix("00")
        if short not in codes:
            codes.append(short)
    if not codes:
        return h("p", reader.say("found_none", what=wanted), cls="notice", role="status")
    rows = [(code, name_of_place(book, code)) for code in codes]
    return h("section", _links(reader, book, rows), cls="card", role="status")


def _listed(reader: Reader, book: Rulebook, title: str, rows: list[tuple[str, str]]) -> Html:
    return h("section", h("h2", title), _links(reader, book, rows), cls="card stack")


def _links(reader: Reader, book: Rulebook, rows: list[tuple[str, str]]) -> Html:
    return h(
        "ul",
        [
            h(
                "li",
                h("a", name, href=reader.link(f"/regions/{code}")),
                cls="within" if len(code) > len(NATION) and code in book.packs else None,
            )
            for code, name in rows
        ],
        cls="places",
    )


def missing_page(reader: Reader) -> str:
    """What a place that isn't there gets."""
    return page(
        reader,
        reader.say("not_found"),
        h(
            "section",
            h("h1", reader.say("not_found")),
            h("p", reader.say("not_found_do")),
            h("p", h("a", reader.say("all"), href=reader.link("/regions"), cls="button")),
            cls="card stack",
        ),
    )
