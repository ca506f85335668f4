"""What a command says when it can't: in English and in Chinese, whoever sits there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from app.cli import LAZY, cli

APP = Path(__file__).resolve().parents[2] / "app"
SAYING = {"ClickException", "BadParameter", "UsageError", "PhoneError", "TillError"}
CHINESE, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2}.*\s")


def sentences() -> Iterator[tuple[str, str]]:
    """Each text that is raised for people, by file and line; figures are left out."""
    for folder in ("cli", "clients/phone", "clients/till"):
        for path in sorted((APP / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and _name(node.func) in SAYING:
                    text = "".join(
                        one.value
                        for one in ast.walk(node.args[0])
                        if isinstance(one, ast.Constant) and isinstance(one.value, str)
                    )
                    yield f"{path.relative_to(APP)}:{node.lineno}", text


def helps(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    """What a command and its options say of themselves."""
    yield path, command.help or ""
    for option in command.params:
        if isinstance(option, click.Option) and option.help:
            yield f"{path} {option.opts[0]}", option.help
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                if name != "bench":  # for engineers who read the code
                    inner = command.get_command(context, name)
                    assert inner is not None
                    yield from helps(inner, f"{path} {name}")


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def test_every_sentence_is_in_both_languages() -> None:
    found = dict(sentences())
    assert len(found) > 50
    one_only = {
        place: text
        for place, text in found.items()
        if ENGLISH.search(text) and not CHINESE.search(text)
    }
    assert one_only == {}


def test_so_is_every_help() -> None:
    found = dict(helps(cli, "qinji"))
    assert len(found) > 150
    assert [place for place, text in found.items() if not CHINESE.search(text)] == []
    assert all(CHINESE.search(text) for _, text in LAZY.values())
