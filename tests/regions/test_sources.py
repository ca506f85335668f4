"""SOURCES.md as it is read, and how a pack cites it."""

from __future__ import annotations

import re

import pytest

from app.regions.errors import PackError
from app.regions.sources import citation, fault, read_sources, sources

_ROW = "| S1 | a title | - | 2024 | B | https://example.org/a | what it says |"


def test_every_row_has_a_title_and_a_date_that_is_one() -> None:
    for source in sources().values():
        assert source.title, source.id
        assert re.fullmatch(r"(20\d\d(-\d\d){0,2})?", source.date), source.id


def test_a_row_is_read_and_a_dash_is_nothing() -> None:
    [source] = read_sources(f"# x\n| id | title |\n|---|---|\n{_ROW}\n").values()
    assert (source.id, source.number, source.link) == ("S1", "", "https://example.org/a")
    assert str(source) == "a title (2024)"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"{_ROW}\n{_ROW}", "SOURCES.md:2: S1 stands twice"),
        ("| S1 | a title | - |", "SOURCES.md:1: 3 columns"),
        (_ROW.replace("https", "javascript"), "SOURCES.md:1: 'javascript"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(PackError, match=sentence):
        read_sources(text)


def test_a_citation_is_ids_and_what_they_say() -> None:
    cited = citation("S44, F3.3: only: the part above 1,000")
    assert [source.id for source in cited.sources] == ["S44", "F3.3"]
    assert cited.says == "only: the part above 1,000"
    assert str(cited).endswith("(2022-09-20); 共济的参数：各地不同: only: the part above 1,000")


@pytest.mark.parametrize("source", ["S44", "S44: x", "N1, S44: x", "冀医保发〔2026〕3号", "a test"])
def test_ids_that_exist_and_free_texts_are_right(source: str) -> None:
    assert fault(source) is None
    assert str(citation(source))


@pytest.mark.parametrize("source", ["S999", "S44, F99.9: x", "S44 x", "SOURCES S44", "N1;S44: x"])
def test_unknown_ids_and_other_forms_are_faults(source: str) -> None:
    assert fault(source)
