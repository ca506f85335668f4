"""What all region pages share: the frame, fields, choices, where a rule comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from app.api.pages.regions.markup import Child, Html, h, together
from app.api.pages.regions.words import text
from app.kit.reasons import Language
from app.regions.loader import NATION, Rulebook
from app.regions.sources import Source
from app.regions.text.places import known_place, place_name, provinces

_DIGITS = 6
_ELSEWHERE = "700000"
"""From here on: Taiwan, Hong Kong and Macao, which have insurances of their own."""
_DAY = re.compile(r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: in which language, at which address, on which day."""

    language: Language
    path: str
    query: Mapping[str, str]
    today: date

    def say(self, key: str, **values: object) -> str:
        return text(key, self.language, **values)

    @property
    def large(self) -> bool:
        """Whether the letters are large, as whoever chose 关怀模式 reads."""
        return self.query.get("large") == "1"

    @property
    def _kept(self) -> dict[str, str]:
        """How one reads; it goes along wherever one goes."""
        kept = {"lang": "en"} if self.language == "en" else {}
        return kept | ({"large": "1"} if self.large else {})

    def link(self, path: str, **query: str) -> str:
        """An address in the same language and letters."""
        asked = {key: value for key, value in query.items() if value} | self._kept
        return f"{path}?{urlencode(asked)}" if asked else path

    def _here(self, **changed: str) -> str:
        rest = {key: value for key, value in self.query.items() if key not in changed}
        asked = {key: value for key, value in (rest | changed).items() if value}
        return f"{self.path}?{urlencode(asked)}" if asked else self.path

    @property
    def other_language(self) -> str:
        """This very page in the other language."""
        return self._here(lang="zh" if self.language == "en" else "en")

    @property
    def other_letters(self) -> str:
        """This very page in large letters, or in usual ones."""
        return self._here(large="" if self.large else "1")

    @property
    def kept(self) -> Html:
        """Of a form: language and letters go along."""
        hidden = [h("input", type="hidden", name=one, value=of) for one, of in self._kept.items()]
        return together(hidden)


def page(reader: Reader, title: str, *content: Child) -> str:
    """A whole page."""
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("title", f"{title} · 亲济"),
        h("link", rel="icon", href="data:,"),
        h("link", rel="stylesheet", href="/common/tokens.css"),
        h("link", rel="stylesheet", href="/regions/regions.css"),
        h("script", type="module", src="/regions/print.js"),
    )
    bar = h(
        "header",
        h("a", "亲济 Qinji" if reader.language == "en" else "亲济", href=reader.link("/regions")),
        h(
            "a",
            reader.say("usual_letters" if reader.large else "large_letters"),
            href=reader.other_letters,
            cls="push",
        ),
        h("a", reader.say("other_language"), href=reader.other_language),
        cls="bar row",
    )
    body = h("body", bar, h("main", *content, cls="stack"))
    lang = "en" if reader.language == "en" else "zh-CN"
    large = "large" if reader.large else None
    return f"<!doctype html>\n{h('html', head, body, lang=lang, cls=large)}\n"


def is_place(book: Rulebook, code: str) -> bool:
    """Whether two, four or six digits are a place, or have rules."""
    return code in book.packs or (
        len(code) % 2 == 0 and known_place(code.ljust(_DIGITS, "0")) and code != NATION
    )


def name_of_place(book: Rulebook, code: str) -> str:
    """What a place is called, with what it lies in."""
    if len(code) < _DIGITS and code in book.packs:
        return book.packs[code].name
    return place_name(code.ljust(_DIGITS, "0"))


def day_asked(given: str) -> date | None:
    """A day as it was typed; None: it is none."""
    match = _DAY.fullmatch(given.strip())
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def field(
    name: str, label: str, control: Html, hint: str = "", wrong: str = "", *, wide: bool = False
) -> Html:
    """A labelled control, with what is wrong with it below."""
    return h(
        "div",
        h("label", label, for_=name),
        control,
        hint and h("p", hint, cls="small soft", id=f"{name}-hint"),
        wrong and h("p", wrong, cls="small wrong", id=f"{name}-wrong", role="alert"),
        cls="field wide" if wide else "field",
    )


def typed(name: str, value: str, wrong: str = "", **more: str) -> Html:
    """A field that is typed into. It holds what was sent, right or wrong."""
    return h(
        "input",
        id=name,
        name=name,
        value=value,
        aria_invalid="true" if wrong else None,
        aria_describedby=f"{name}-wrong" if wrong else None,
        **more,
    )


def chosen(name: str, options: Iterable[tuple[str, str]], value: str) -> Html:
    """One of some."""
    return h(
        "select",
        [h("option", label, value=one, selected=one == value) for one, label in options],
        id=name,
        name=name,
    )


def places(book: Rulebook) -> list[tuple[str, str]]:
    """Whose rules can be asked for by choosing: all packs, and the provinces without one."""
    found = {code: pack.name for code, pack in book.packs.items()}
    for province in provinces():
        if province < _ELSEWHERE:
            found.setdefault(province[:2], place_name(province))
    return sorted(found.items())


def documents(sources: Iterable[Source]) -> Html:
    """The documents behind a rule: title, number and date, a link where one is known."""
    return together(h("li", _document(one), lang="zh-CN") for one in sources)


def _document(one: Source) -> Html:
    known = " · ".join(part for part in (one.number, one.date) if part)
    title: Child = one.title
    if one.link:
        title = h("a", one.title, href=one.link, target="_blank", rel="noopener noreferrer")
    return together(title, known and h("span", f" {known}", cls="soft"))
