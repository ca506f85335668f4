"""Small packs for tests: the real nation's, and others written on the spot."""

from __future__ import annotations

from pathlib import Path

from app.regions.loader import PACKS

NATION = (PACKS / "00-nation.toml").read_text(encoding="utf-8")


def block(body: str, *, begins: str = "2021-04-01", until: str = "") -> str:
    """A [[rules]] block; the body's first line is its sixth line (seventh with ``until``)."""
    last = f"until = {until}\n" if until else ""
    return f'\n[[rules]]\nfrom = {begins}\n{last}source = "a test"\ncertainty = "D"\n{body}\n'


def region(code: str, *blocks: str, name: str = "某地") -> str:
    """A pack's text. Lines 1 to 3 are [region], each block follows."""
    return f'[region]\ncode = "{code}"\nname = "{name}"\n' + "".join(blocks)


def folder(path: Path, **packs: str) -> Path:
    """Writes packs, ``p44_a`` being 44-a.toml, beside the nation's unless it is given."""
    packs.setdefault("p00_nation", NATION)
    for name, text in packs.items():
        file = name.removeprefix("p").replace("_", "-") + ".toml"
        (path / file).write_text(text, encoding="utf-8")
    return path
