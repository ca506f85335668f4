"""What the Markdown names is there: paths, commands with options, decisions, worlds. Its links are
held by test_citations.py."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from app.cli import cli

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted(
    path.relative_to(ROOT)
    for path in [
        *ROOT.glob("*.md"),
        *(p for top in ("app", "deploy", "tests", "worker") for p in (ROOT / top).rglob("*.md")),
    ]
    if "node_modules" not in path.parts
)
PATH = re.compile(r"(?<![\w/.-])(?:\./)?((?:app|deploy|tests|worker)/[\w./{},*-]*[\w}*/])")


def text(doc: Path) -> str:
    return (ROOT / doc).read_text(encoding="utf-8")


def code(doc: Path) -> list[str]:
    """Pieces of code: spans, and lines of blocks without their comments."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text(doc), re.DOTALL | re.MULTILINE)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text(doc), flags=re.S | re.M))
    lines = [line.split("  #")[0] for block in blocks for line in block.splitlines()]
    return [*spans, *(line for line in lines if not line.startswith("#"))]


def missing(path: str) -> bool:
    """Whether nothing lies there; ``{a,b}`` is both, ``*`` any name."""
    if braces := re.search(r"{([^}]*)}", path):
        ways = (path.replace(braces[0], way) for way in braces[1].split(","))
        return any(missing(way) for way in ways)
    made = (ROOT / ".gitignore").read_text(encoding="utf-8").split()  # may be there, or not yet
    return f"{path.rstrip('/')}/" not in made and not any(ROOT.glob(path.rstrip("/")))


def named_paths(doc: Path) -> Iterator[str]:
    for piece in code(doc):
        yield from PATH.findall(piece)


@pytest.mark.parametrize("doc", DOCS, ids=str)
def test_every_path_pattern_and_folder_is_there(doc: Path) -> None:
    assert [path for path in named_paths(doc) if missing(path)] == []


def test_every_promise_of_security_has_its_test() -> None:
    promised = text(SECURITY).partition("\n## Promised")[2].partition("\n## ")[0]
    rows = [row for row in promised.splitlines() if row.startswith("| ")][1:]
    assert len(rows) > 10
    for row in rows:
        assert "`tests/" in row.rsplit(" | ", 1)[1], row


def wrong(words: list[str]) -> str:
    """What is wrong with a line that begins with ``qinji``; empty when nothing is."""
    command: click.Command = cli
    words, options = [w for w in words if w[0] != "-"], [w for w in words if w.startswith("--")]
    context = click.Context(cli)
    while isinstance(command, click.Group):
        skipped = sum(isinstance(param, click.Argument) for param in command.params)
        names, words = words[skipped : skipped + 1], words[skipped + 1 :]
        if not names or names[0] in ("…", "WORD"):
            break
        inner = [command.get_command(context, name) for name in names[0].split("|")]
        if None in inner or inner[0] is None:
            return f"no {names[0]}"
        command = inner[0]
    known = {option for param in command.params for option in param.opts} | {"--help"}
    return " ".join(option for option in options if option.split("=")[0] not in known)


def qinji_lines(doc: Path) -> Iterator[str]:
    """Uses of ``qinji``. In a table's first cell, later spans go on in the group of the first:
    `qinji bench run`, `limit`."""
    program = r"^(\w+=\S+ )*(\./deploy/up\b|\.venv/bin/qinji\b)"
    pieces = [
        re.sub(program, lambda found: "qinji up" if "up" in found[2] else "qinji", piece)
        for piece in code(doc)
    ]
    yield from (piece for piece in pieces if re.match(r"qinji \w", piece))
    for cell in re.findall(r"^\| (`qinji .*?) \| ", text(doc).replace("\\|", "|"), re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", cell)
        yield from (
            f"{' '.join(first.split()[:2])} {other}"
            for other in others
            if not other.startswith("qinji")
        )


@pytest.mark.parametrize("doc", DOCS, ids=str)
def test_every_command_is_there(doc: Path) -> None:
    lines = [line.replace("\\|", "|") for line in qinji_lines(doc)]
    found = {line: wrong(re.sub(r"'[^']*'|\"[^\"]*\"", "TEXT", line).split()[1:]) for line in lines}
    assert {line: fault for line, fault in found.items() if fault} == {}


def test_what_is_no_command_is_seen() -> None:
    assert wrong(["region", "shew", "13"]) == "no shew"
    assert wrong(["import", "people|nobody", "FILE.csv"]) == "no people|nobody"
    assert wrong(["bench", "run", "--speed", "3"]) == "--speed"
    assert wrong(["phone", "limin", "show", "father"]) == wrong(["pos", "…"]) == ""
    assert missing("app/nowhere/") and missing("app/{main,nowhere}.py")
    assert not missing("app/{main,compose}.py") and not missing("deploy/decisions/*-lanes.md")


@cache
def daily_words() -> set[str]:
    """What ``./deploy/dev`` offers, as its list says."""
    done = subprocess.run([ROOT / "deploy/dev", "help"], capture_output=True, text=True, check=True)
    return set(re.findall(r"^  ([a-z-]+) ", done.stdout, re.MULTILINE))


def test_the_daily_words_are_those_of_the_list() -> None:
    script = (ROOT / "deploy/dev").read_text(encoding="utf-8")
    arms = set(re.findall(r"^([a-z][a-z-]*)(?: \| \S+)*\)", script, re.MULTILINE))
    assert arms == daily_words() >= {"fmt", "test", "help"}
    used = {word for doc in DOCS for word in re.findall(r"\./deploy/dev ([a-z-]+)", text(doc))}
    assert used <= daily_words()
    unknown = subprocess.run([ROOT / "deploy/dev", "nothing"], capture_output=True, check=False)
    assert unknown.returncode == 2


def test_modules_that_are_run_by_name_are_there() -> None:
    for doc in DOCS:
        for module in re.findall(r"python -m ((?:app|tests|worker)[\w.]*)", text(doc)):
            path = module.replace(".", "/")
            assert not missing(f"{path}.py") or not missing(f"{path}/__main__.py"), (doc, module)


def test_the_index_of_decisions_is_whole() -> None:
    folder = ROOT / "deploy/decisions"
    rows = dict(re.findall(r"^\| \d+ \| \[(.*)\]\((.*)\) \|$", text(DECISIONS), re.MULTILINE))
    titles = {}
    for number, path in enumerate(sorted(folder.glob("[0-9]*.md")), 1):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert path.name.startswith(f"{number:04d}-") and first.startswith(f"# {number}. "), path
        titles[first.partition(". ")[2]] = path.name
    assert rows == titles


DECISIONS = Path("deploy/decisions/README.md")
SECURITY = Path("deploy/SECURITY.md")


def test_every_folder_of_tests_says_what_it_proves() -> None:
    folders = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir() and p.name[0] not in "_."}
    assert folders == set(re.findall(r"^\| `(\w+)/` \|", text(Path("tests/README.md")), re.M))


def test_every_world_is_told_once() -> None:
    """A class that several files of tests use as their world has a name of its own."""
    told = re.findall(r"^\| `(\w+)` \|", text(Path("tests/README.md")), re.MULTILINE)
    sources = [p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*.py")]
    made = [name for source in sources for name in re.findall(r"^class (\w+)\b", source, re.M)]
    assert len(told) == len(set(told)) > 5
    assert {name: made.count(name) for name in told} == dict.fromkeys(told, 1)
