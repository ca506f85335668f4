"""The source holds together: pages, texts in both languages, what is stored."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.clients.miniprogram.conftest import ROOT, SOURCE, Run

APP = json.loads((SOURCE / "app.json").read_text(encoding="utf-8"))
TEXTS = sorted(SOURCE.rglob("*texts.js"))
COMMON = SOURCE / "core/texts.js"
# A file of texts is one object: read without running anything else.
_READ = """
const text = require('fs').readFileSync(process.argv[1], 'utf8')
const literal = text.slice(text.indexOf('export default') + 14)
const value = require('vm').runInNewContext('(' + literal + ')')
console.log(JSON.stringify(value))
"""


@cache
def _read(node: Run, path: Path) -> dict[str, dict[str, str]]:
    done = node("-e", _READ, path)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")


def _classes(*files: Path) -> set[str]:
    texts = (_COMMENT.sub("", file.read_text(encoding="utf-8")) for file in files)
    return {name for text in texts for name in _CLASS.findall(text)}


def test_what_the_player_draws_is_dressed_by_the_player_alone() -> None:
    """Pickers and dialogs are WeChat's own; a class of a page's with the same name would dress the
    player's, and take its ground away."""
    player = _classes(ROOT / "app/clients/web/player/player.css")
    assert "drawer" in player
    assert player & _classes(*SOURCE.rglob("*.wxss")) == {"elder"}, "the look, which both go by"


def test_every_page_has_its_files_and_every_file_its_page() -> None:
    for page in APP["pages"]:
        for ending in (".js", ".json", ".wxml"):
            assert (SOURCE / f"{page}{ending}").is_file(), page + ending
    drawn = {str(p.relative_to(SOURCE).with_suffix("")) for p in SOURCE.glob("pages/**/*.wxml")}
    assert drawn == set(APP["pages"])
    assert {tab["pagePath"] for tab in APP["tabBar"]["list"]} <= set(APP["pages"])


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(SOURCE)))
def test_both_languages_say_the_same_things(node: Run, path: Path) -> None:
    texts = _read(node, path)
    zh, en = texts["zh"], texts["en"]
    assert set(texts) == {"zh", "en"}
    assert list(zh) == list(en)
    for key, text in zh.items():
        assert text and en[key], key
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", en[key])), key


@pytest.mark.parametrize("page", APP["pages"])
def test_every_word_that_a_page_uses_is_there(node: Run, page: str) -> None:
    script = (SOURCE / f"{page}.js").read_text(encoding="utf-8")
    template = (SOURCE / f"{page}.wxml").read_text(encoding="utf-8")
    own = re.search(r"import texts from '\./([\w-]+\.js)'", script)
    assert own, "a page has texts"
    texts = _read(node, (SOURCE / page).parent / own[1])["zh"]
    common = _read(node, COMMON)["zh"]
    assert "title" in texts
    used = re.findall(r"\bt\.(\w+)", template) + re.findall(r"fill\(texts, '(\w+)'[,)]", script)
    assert set(used) - set(texts) == set()
    shared = re.findall(r"\bc\.(\w+)", template) + re.findall(r"\bword\('(\w+)'[,)]", script)
    assert set(shared) - set(common) == set()


def test_no_code_and_no_name_is_stored() -> None:
    stored = set()
    for path in SOURCE.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        named = dict(re.findall(r"const (\w+) = '([\w.]+)'", text))
        for word in re.findall(r"wx\.setStorage(?:Sync)?\(([^,]+),", text):
            stored.add(word.strip("'") if word.startswith("'") else named[word])
    look = {f"look.{one}" for one in ("language", "elder", "dark", "aloud", "offered", "alone")}
    # ``helper``: the number that an old person rings for help, as typed, for as long as the log-in.
    assert stored == {"token", "consent", "logins.seen", "asks", "helper"} | look


def test_the_phone_asks_nobody_but_its_server() -> None:
    for path in SOURCE.rglob("*"):
        if path.suffix in (".js", ".wxml", ".wxss", ".json"):
            text = path.read_text(encoding="utf-8").replace("https://qinji.example.cn", "")
            assert "http://" not in text.replace("http://www.w3.org", ""), path
            assert "https://" not in text, path


def test_the_lock_file_names_no_registry() -> None:
    lock: dict[str, Any] = json.loads((ROOT / "deploy/phone/package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name
